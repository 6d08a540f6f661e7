using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Losses;

/// <summary>Is thrown where the process would have died; nothing of ours catches it.</summary>
internal sealed class CrashException() : Exception("The process died here.");

/// <summary>Lets a flow of control die before, in or after its n-th git command. "In" is a SIGKILL of the real git, which leaves its locks and half-written files.</summary>
internal sealed class Crash(Random random, int commands)
{
    private int _left = random.Next(commands);
    private readonly int _where = random.Next(4);

    /// <summary>What died, for the message of a test that fails.</summary>
    public string? Where { get; private set; }

    public async Task<ChildResult> AroundAsync(ChildCommand command, Func<ChildCommand, Task<ChildResult>> run)
    {
        if (Where is not null)
        {
            throw new CrashException();
        }

        if (_left-- > 0)
        {
            return await run(command);
        }

        Where = $"{(_where is 0 ? "before" : _where is 1 ? "after" : "in")} git {string.Join(' ', command.Arguments.SkipWhile(argument => argument is "-c" || argument.Contains('=', StringComparison.Ordinal)).Take(3))}";
        if (_where > 0)
        {
            // A command that reads the user's checkout or moves it is the user's own git: it is let go on.
            await run(_where is 1 || command.Arguments.Contains("merge") ? command : Killed(command));
        }

        throw new CrashException();
    }

    private ChildCommand Killed(ChildCommand command) => command with
    {
        FileName = "/bin/sh",
        Arguments = ["-c", $"exec 3<&0; git \"$@\" <&3 & p=$!; sleep 0.0{random.Next(100):00}; kill -9 $p 2>/dev/null; wait", "sh", .. command.Arguments],
    };
}
