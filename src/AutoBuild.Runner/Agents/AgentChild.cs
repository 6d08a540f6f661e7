using System.Text;
using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Agents;

/// <summary>Runs an agent's process for one turn and reads the turn from what it printed and how it ended.</summary>
internal static class AgentChild
{
    private const int CommandNotFound = 127;

    public static AgentTurn Failed(string code, string sentence, bool retry = false) =>
        new() { End = AgentEnd.Failed, Error = new RunError(code, sentence, retry) };

    public static async Task<AgentTurn> RunAsync(AgentContext context, ChildCommand command, CancellationToken cancel)
    {
        var events = context.Output.Events;
        var kills = OutOfMemory.Kills();
        using var loop = new LoopWatch(context, events);
        var listener = new AgentListener(events, loop.Heed);
        var channel = context.Output.Open(listener.Heed);
        try
        {
            await using var child = ChildProcess.Start(Furnish(command, context), channel.Push);
            events.Add(new RunEvent { Seq = 0, At = default, Kind = RunEventKind.AgentStarted, Name = context.Agent.Name, Pid = child.Pid });
            await using var stopping = cancel.Register(child.Stop);
            loop.Begin(child.Stop);
            var result = await child.Completion;
            await loop.EndAsync();
            channel.Flush();
            events.Add(RunEventKind.AgentEnded, Describe(result), context.Agent.Name);
            var turn = Conclude(result, listener, kills);
            return loop.Verdict is { } verdict ? turn with { End = AgentEnd.Failed, Error = verdict } : turn;
        }
        catch (WorkspaceException fault)
        {
            return Failed(fault.Code == "command_missing" ? "agent_missing" : fault.Code, fault.Message, retry: fault.Code != "command_missing");
        }
    }

    private static ChildCommand Furnish(ChildCommand command, AgentContext context) => command with
    {
        WorkingDirectory = context.Tree,
        Environment = context.Environment,
        StandardInput = Encoding.UTF8.GetBytes(context.Prompt),
        Confinement = context.Confinement,
        Walls = context.Walls,
        Marker = context.Marker,
        IdleLimit = context.IdleLimit,
        Grace = context.Grace,
        CaptureLimit = 4096,
    };

    private static string Describe(ChildResult result) => result.End switch
    {
        ChildEnd.Exited => result.ExitCode == 0 ? "done" : $"exit code {result.ExitCode}",
        ChildEnd.WallLimit => "ended: it took too long",
        ChildEnd.IdleLimit => "ended: it was silent for too long",
        ChildEnd.Cancelled => "stopped",
    };

    private static AgentTurn Conclude(ChildResult result, AgentListener listener, long kills)
    {
        var error = result.End == ChildEnd.Exited && result.ExitCode != 0 ? Fault(result, listener.Summary, kills) : null;
        return new AgentTurn
        {
            End = result.End switch
            {
                ChildEnd.Cancelled => AgentEnd.Stopped,
                ChildEnd.IdleLimit or ChildEnd.WallLimit => AgentEnd.Idle,
                ChildEnd.Exited when listener.Quota => AgentEnd.Quota,
                ChildEnd.Exited when error is not null => AgentEnd.Failed,
                ChildEnd.Exited when listener.Question is not null => AgentEnd.Question,
                ChildEnd.Exited => AgentEnd.Finished,
            },
            Error = error,
            Question = listener.Question,
            Summary = listener.Summary,
            SessionId = listener.SessionId,
            Usage = listener.Usage with { Turns = Math.Max(1, listener.Usage.Turns) },
            ResetAt = listener.ResetAt,
        };
    }

    private static RunError Fault(ChildResult result, string? summary, long kills)
    {
        var said = summary?.Split('\n') is [.., var last] ? $" It said last: {last}" : "";
        return result.ExitCode switch
        {
            Scripted.ScriptedAgentProgram.ScriptInvalid => new RunError("script_invalid", $"The script can't be followed.{said}", Retry: false),
            CommandNotFound => new RunError("agent_missing", $"The agent's command was not found.{said}", Retry: false),
            128 + 9 when OutOfMemory.Kills() > kills => new RunError("out_of_memory", $"The kernel killed the agent because memory ran out.{said}"),
            128 + 9 => new RunError("agent_crashed", $"The agent was killed (signal 9), and not by AutoBuild: the kernel does so when memory runs out, or a person did.{said}"),
            > 128 => new RunError("agent_crashed", $"The agent was ended by signal {result.ExitCode - 128}.{said}"),
            var code => new RunError("agent_failed", $"The agent ended with exit code {code}.{said}"),
        };
    }
}
