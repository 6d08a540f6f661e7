using System.Text.Json;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Journal;

/// <summary>Reads the declaration of an agent from <c>spec.json</c>; what only the server needs of it is left out.</summary>
internal static class DeclarationReader
{
    public static AgentDeclaration Read(JsonElement from) => new()
    {
        Name = from.GetProperty("name").GetString()!,
        Command = Groups(from.GetProperty("command")),
        Resume = Groups(from.GetProperty("resume")),
        Prompt = Enum.Parse<PromptPlace>(from.GetProperty("prompt").GetString()!, ignoreCase: true),
        Output = Enum.Parse<AgentOutput>(from.GetProperty("output").GetString()!, ignoreCase: true),
        Environment = from.GetProperty("environment").EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!),
        SignIn = new AgentSignIn { Advice = from.GetProperty("sign_in").GetProperty("advice").GetString()! },
    };

    private static string[][] Groups(JsonElement from) => [.. from.EnumerateArray().Select(group => group.EnumerateArray().Select(word => word.GetString()!).ToArray())];
}
