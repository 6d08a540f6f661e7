using System.Globalization;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Scripted;

/// <summary>Does the steps that take time, start something or end badly.</summary>
internal static class ProcessSteps
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static Task SleepAsync(ScriptStep step, ScriptScene scene, TimeProvider time) => Task.Delay(Duration(step, step.Rest), time);

    public static Task HangAsync(ScriptStep step, ScriptScene scene, TimeProvider time) => Task.Delay(Timeout.InfiniteTimeSpan, time);

    /// <summary>From here on SIGINT is ignored, so that only a kill ends the script.</summary>
    public static Task StubbornAsync(ScriptStep step, ScriptScene scene, TimeProvider time)
    {
        scene.Stubborn = true;
        return Task.CompletedTask;
    }

    /// <summary>Waits until a file exists, at most a minute: how a test lets a script go on.</summary>
    public static async Task WaitForAsync(ScriptStep step, ScriptScene scene, TimeProvider time)
    {
        var path = scene.PathOf(scene.Fill(step.Rest));
        var start = time.GetTimestamp();
        while (!Path.Exists(path))
        {
            if (time.GetElapsedTime(start) > TimeSpan.FromMinutes(1))
            {
                throw new ScriptException(step.Line, $"wait-for: {path} did not appear within a minute");
            }
            await Task.Delay(Look, time);
        }
    }

    /// <summary>Ends by a signal: KILL (default), SEGV, ABRT, TERM or a number.</summary>
    public static async Task CrashAsync(ScriptStep step, ScriptScene scene, TimeProvider time)
    {
        var number = step.Rest.ToUpperInvariant().Replace("SIG", "", StringComparison.Ordinal) switch
        {
            "" or "KILL" => 9,
            "SEGV" => 11,
            "ABRT" => 6,
            "TERM" => 15,
            var other => int.TryParse(other, CultureInfo.InvariantCulture, out var given) ? given : throw new ScriptException(step.Line, $"there is no signal '{step.Rest}'"),
        };
        await scene.Output.FlushAsync();
        // Through a shell: some runtimes handle signals that a process sends to itself.
        await ShellAsync($"kill -{number} {Environment.ProcessId}; sleep 5", scene);
        scene.ExitCode = 128 + number;
    }

    /// <summary>Leaves a daemon behind (double fork, session of its own) that holds our output open: <c>fork 600s</c>.</summary>
    public static async Task ForkAsync(ScriptStep step, ScriptScene scene, TimeProvider time)
    {
        var seconds = Duration(step, step.Rest).TotalSeconds.ToString(CultureInfo.InvariantCulture);
        await ShellAsync($"setsid sh -c 'sleep {seconds} & echo daemon $!' </dev/null >/proc/{Environment.ProcessId}/fd/1 2>&1 &", scene);
    }

    /// <summary>Prints so many MB, in lines.</summary>
    public static async Task FloodAsync(ScriptStep step, ScriptScene scene, TimeProvider time)
    {
        var line = new string('x', 999) + "\n";
        var lines = (long)(Number(step, step.Rest.Replace("MB", "", StringComparison.OrdinalIgnoreCase).Trim()) * 1000);
        for (var written = 0L; written < lines; written++)
        {
            await scene.Output.WriteAsync(line);
        }
        await scene.Output.FlushAsync();
    }

    public static Task ExitAsync(ScriptStep step, ScriptScene scene, TimeProvider time)
    {
        scene.ExitCode = (int)Number(step, step.Rest);
        return Task.CompletedTask;
    }

    /// <summary>Runs a command line in the tree; its failure ends the script with the same code.</summary>
    public static async Task RunAsync(ScriptStep step, ScriptScene scene, TimeProvider time)
    {
        var line = scene.Fill(step.Block ?? step.Rest);
        scene.Say("tool", ("name", "run"), ("text", line.Trim()));
        var code = await ShellAsync(line, scene);
        scene.ExitCode = code == 0 ? null : code;
    }

    private static async Task<int> ShellAsync(string line, ScriptScene scene)
    {
        var command = new ChildCommand("/bin/sh", ["-c", line]) { WorkingDirectory = scene.Tree, Environment = scene.Environment };
        var decoder = System.Text.Encoding.UTF8.GetDecoder();
        await using var child = ChildProcess.Start(command, (chunk, _) =>
        {
            var text = new char[chunk.Length];
            scene.Output.Write(text, 0, decoder.GetChars(chunk.Span, text, flush: false));
        });
        var code = (await child.Completion).ExitCode;
        await scene.Output.FlushAsync();
        return code;
    }

    private static TimeSpan Duration(ScriptStep step, string text) => text.Trim() switch
    {
        var ms when ms.EndsWith("ms", StringComparison.Ordinal) => TimeSpan.FromMilliseconds(Number(step, ms[..^2])),
        var s when s.EndsWith('s') => TimeSpan.FromSeconds(Number(step, s[..^1])),
        var m when m.EndsWith('m') => TimeSpan.FromMinutes(Number(step, m[..^1])),
        var plain => TimeSpan.FromSeconds(Number(step, plain)),
    };

    private static double Number(ScriptStep step, string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number
            : throw new ScriptException(step.Line, $"{step.Verb}: '{text}' is no number");
}
