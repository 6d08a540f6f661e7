using System.Globalization;

namespace AutoBuild.Runner.Scripted;

/// <summary>Does the steps that say something, and the one that listens.</summary>
internal static class TalkSteps
{
    /// <summary>Plain text, as any command would print it.</summary>
    public static void Print(ScriptStep step, ScriptScene scene)
    {
        scene.Output.Write(scene.Fill(step.Block ?? step.Rest + "\n"));
        scene.Output.Flush();
    }

    public static void Think(ScriptStep step, ScriptScene scene) => scene.Say("thinking", ("text", Text(step, scene)));

    public static void Plan(ScriptStep step, ScriptScene scene) => scene.Say("plan", ("text", Text(step, scene)));

    public static void Tool(ScriptStep step, ScriptScene scene)
    {
        var words = scene.Fill(step.Rest).Split(' ', 2);
        scene.Say("tool", ("name", words[0]), ("text", words.ElementAtOrDefault(1) ?? ""));
    }

    /// <summary>Asks and ends, as an agent that can't go on without an answer does.</summary>
    public static void Ask(ScriptStep step, ScriptScene scene)
    {
        scene.Say("question", ("text", Text(step, scene)));
        scene.ExitCode = 0;
    }

    public static void Session(ScriptStep step, ScriptScene scene) => scene.Say("session", ("id", scene.Fill(step.Rest)));

    /// <summary>Says that the quota is used up, until a time where one is given, and ends.</summary>
    public static void Quota(ScriptStep step, ScriptScene scene)
    {
        scene.Say("quota", ("text", "The quota is used up."), ("reset_at", step.Rest.Length == 0 ? null : scene.Fill(step.Rest)));
        scene.ExitCode = 1;
    }

    /// <summary>Takes <c>input=N output=N cost=0.01 turns=N</c>.</summary>
    public static void Usage(ScriptStep step, ScriptScene scene)
    {
        var members = step.Rest.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => Member(step, word)).ToArray();
        scene.Say("usage", members);
    }

    /// <summary>Ends the script with code 3 where the prompt does not hold the text.</summary>
    public static void Expect(ScriptStep step, ScriptScene scene)
    {
        var wanted = Text(step, scene);
        if (!scene.Prompt.Contains(wanted, StringComparison.Ordinal))
        {
            scene.Say("message", ("text", $"line {step.Line}: the prompt does not hold '{wanted}'"));
            scene.ExitCode = 3;
        }
    }

    private static string Text(ScriptStep step, ScriptScene scene) => scene.Fill((step.Block ?? step.Rest).TrimEnd('\n'));

    private static (string Name, object? Value) Member(ScriptStep step, string word)
    {
        var name = word[..Math.Max(0, word.IndexOf('=', StringComparison.Ordinal))] switch
        {
            "input" => "input_tokens",
            "output" => "output_tokens",
            "cost" => "cost_usd",
            "turns" => "turns",
            var _ => throw new ScriptException(step.Line, $"'{word}' is not understood; expected input=, output=, cost= or turns="),
        };
        return decimal.TryParse(word[(word.IndexOf('=', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture, out var number)
            ? (name, number)
            : throw new ScriptException(step.Line, $"'{word}' holds no number");
    }
}
