using System.Globalization;
using System.Runtime.InteropServices;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Scripted;

/// <summary>Is the process of agent <c>scripted</c>: reads the prompt, follows the script, exits.</summary>
public static class ScriptedAgentProgram
{
    /// <summary>The hidden command of the host that runs this.</summary>
    public const string CommandName = "scripted-agent";

    /// <summary>Names the file that holds the script.</summary>
    public const string ScriptVariable = "AUTOBUILD_SCRIPT";

    /// <summary>Exit code where the script can't be read or a step can't be done.</summary>
    public const int ScriptInvalid = 64;

    private const int Interrupted = 130;

    private static readonly Dictionary<string, Action<ScriptStep, ScriptScene>> Plain = new()
    {
        ["write"] = FileSteps.Write,
        ["append"] = FileSteps.Append,
        ["replace"] = FileSteps.Replace,
        ["insert-after"] = FileSteps.InsertAfter,
        ["delete"] = FileSteps.Delete,
        ["rename"] = FileSteps.Rename,
        ["save-prompt"] = FileSteps.SavePrompt,
        ["print"] = TalkSteps.Print,
        ["think"] = TalkSteps.Think,
        ["plan"] = TalkSteps.Plan,
        ["tool"] = TalkSteps.Tool,
        ["ask"] = TalkSteps.Ask,
        ["usage"] = TalkSteps.Usage,
        ["session"] = TalkSteps.Session,
        ["quota"] = TalkSteps.Quota,
        ["expect"] = TalkSteps.Expect,
    };

    private static readonly Dictionary<string, Func<ScriptStep, ScriptScene, TimeProvider, Task>> Slow = new()
    {
        ["sleep"] = ProcessSteps.SleepAsync,
        ["hang"] = ProcessSteps.HangAsync,
        ["stubborn"] = ProcessSteps.StubbornAsync,
        ["wait-for"] = ProcessSteps.WaitForAsync,
        ["crash"] = ProcessSteps.CrashAsync,
        ["fork"] = ProcessSteps.ForkAsync,
        ["flood"] = ProcessSteps.FloodAsync,
        ["exit"] = ProcessSteps.ExitAsync,
        ["run"] = ProcessSteps.RunAsync,
    };

    /// <summary>Follows the script named by the environment and returns the exit code.</summary>
    /// <param name="stdin">The prompt, to its end.</param>
    /// <param name="output">Gets what the agent says.</param>
    /// <param name="workingDirectory">The tree that steps work in.</param>
    /// <param name="environment">AUTOBUILD_SCRIPT, and what chooses the section: AUTOBUILD_TURN, _ROUND, _ATTEMPT, _TRIGGER.</param>
    /// <param name="time">The clock of sleep and wait-for.</param>
    public static async Task<int> RunAsync(TextReader stdin, TextWriter output, string workingDirectory, IReadOnlyDictionary<string, string> environment, TimeProvider? time = null)
    {
        var scene = new ScriptScene(await stdin.ReadToEndAsync(), output, workingDirectory, environment);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Interrupt(signal, scene));
        try
        {
            var script = Script.Parse(await File.ReadAllTextAsync(environment.GetValueOrDefault(ScriptVariable, "")));
            RefuseUnknown(script.Steps);
            return await FollowAsync(script.At(Moment(environment)), scene, time ?? TimeProvider.System);
        }
        catch (Exception fault) when (fault is ScriptException or IOException or UnauthorizedAccessException or ArgumentException or WorkspaceException)
        {
            scene.Say("message", ("text", fault.Message));
            return ScriptInvalid;
        }
    }

    private static void RefuseUnknown(IEnumerable<ScriptStep> steps)
    {
        if (steps.FirstOrDefault(step => !Plain.ContainsKey(step.Verb) && !Slow.ContainsKey(step.Verb)) is { } step)
        {
            throw new ScriptException(step.Line, $"'{step.Verb}' is no step; known: {string.Join(", ", Plain.Keys.Concat(Slow.Keys))}");
        }
    }

    private static async Task<int> FollowAsync(IReadOnlyList<ScriptStep> steps, ScriptScene scene, TimeProvider time)
    {
        if (steps.Count == 0)
        {
            scene.Say("message", ("text", "The script has nothing for this round."));
        }
        foreach (var step in steps)
        {
            if (Slow.TryGetValue(step.Verb, out var slow))
            {
                await slow(step, scene, time);
            }
            else
            {
                Plain[step.Verb](step, scene);
            }
            if (scene.ExitCode is { } code)
            {
                return code;
            }
        }
        return 0;
    }

    private static void Interrupt(PosixSignalContext signal, ScriptScene scene)
    {
        signal.Cancel = true;
        if (!scene.Stubborn)
        {
            Environment.Exit(Interrupted);
        }
    }

    private static ScriptMoment Moment(IReadOnlyDictionary<string, string> environment) => new(
        Count(environment, "AUTOBUILD_TURN"),
        Count(environment, "AUTOBUILD_ROUND"),
        Count(environment, "AUTOBUILD_ATTEMPT"),
        environment.GetValueOrDefault("AUTOBUILD_TRIGGER") == "message");

    private static int Count(IReadOnlyDictionary<string, string> environment, string name) =>
        int.TryParse(environment.GetValueOrDefault(name), CultureInfo.InvariantCulture, out var count) ? count : 1;
}
