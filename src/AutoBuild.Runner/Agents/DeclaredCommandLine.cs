using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Agents;

/// <summary>Starts an agent by its declaration: placeholders in a list of arguments, which no shell ever reads.</summary>
internal sealed partial class DeclaredCommandLine(AgentDeclaration declared) : CommandLine
{
    // The kernel takes 131,072 bytes with the zero at the end.
    private const int LongestArgument = 131_000;
    private const string PromptFile = "prompt.md";

    public override string Name => declared.Name;

    public override string Program => declared.Program;

    public override string? Advice => declared.SignIn.Advice;

    public override IReadOnlyList<string> Arguments(AgentContext context, string? session)
    {
        var template = session is not null && declared.Resume.Count > 0 ? declared.Resume : declared.Command;
        return [.. template.SelectMany(group => Filled(group, context, session)).Skip(1)];
    }

    public override IReadOnlyDictionary<string, string> Environment(AgentContext context) => declared.Environment;

    public override string Input(AgentContext context) => declared.Prompt == PromptPlace.Stdin ? Task(context) : "";

    public override void Prepare(AgentContext context)
    {
        if (declared.Prompt == PromptPlace.File)
        {
            HomeFile.Write(context.Temp, PromptFile, Task(context));
        }
    }

    public override RunError? Refuse(AgentContext context) => declared.Prompt == PromptPlace.Argument && Encoding.UTF8.GetByteCount(Task(context)) > LongestArgument
        ? new RunError("prompt_too_large", $"The agent '{Name}' takes its task as an argument, which may have {LongestArgument:N0} bytes. Shorten it, put long material into the repository and name the file, or declare another place for the prompt.", Retry: false)
        : null;

    public override AgentReader Reader() => declared.Output switch
    {
        AgentOutput.Text => new PlainReader(),
        AgentOutput.Claude => new ClaudeReader(),
        AgentOutput.Codex => new CodexReader(),
        AgentOutput.Opencode => new OpenCodeReader(),
        AgentOutput.Gemini => new GeminiReader(),
    };

    private string[] Filled(IReadOnlyList<string> group, AgentContext context, string? session)
    {
        var lacks = false;
        string[] filled = [.. group.Select(word => Placeholder().Replace(word, match =>
        {
            var value = Value(match.Groups["name"].Value, context, session);
            lacks |= value is null;
            return value ?? "";
        }))];
        return lacks ? [] : filled;
    }

    private string? Value(string name, AgentContext context, string? session) => name switch
    {
        "model" => context.Agent.Model,
        // What an agent called its session becomes an argument of the next turn, never an option.
        "session" => session is { Length: > 0 and <= 200 } && session[0] != '-' ? session : null,
        "prompt" => Task(context) is ['-', ..] task ? " " + task : Task(context),
        "prompt_file" => Path.Combine(context.Temp, PromptFile),
        "context_file" => context.Briefing.File,
        "max_turns" => context.Agent.MaxTurns.ToString(CultureInfo.InvariantCulture),
        var other => throw new InvalidOperationException($"The placeholder {other} has passed the configuration."),
    };

    // Where it has no file for what a run has to say, that stands behind the task of a new session.
    private string Task(AgentContext context) => context.SessionId is null && !declared.Command.Any(group => group.Contains("{context_file}"))
        ? $"{context.Prompt}\n\n---\n\n{context.Briefing.Text}"
        : context.Prompt;

    [GeneratedRegex(@"\{(?<name>[a-z_]+)\}")]
    private static partial Regex Placeholder();
}
