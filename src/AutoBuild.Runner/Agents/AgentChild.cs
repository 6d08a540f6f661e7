using System.Text;
using AutoBuild.Core.Runs;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Agents;

/// <summary>Runs an agent's process for one turn and reads the turn from what it printed and how it ended.</summary>
internal static class AgentChild
{
    // 128 and the number of the signal, as a shell says it.
    private const int Killed = 128 + 9;

    public static AgentTurn Failed(string code, string sentence, bool retry = false) =>
        new() { End = AgentEnd.Failed, Error = new RunError(code, sentence, retry) };

    /// <param name="message">The form of what is said to it while it works; null where it takes nothing but the prompt.</param>
    public static async Task<AgentTurn> RunAsync(AgentContext context, ChildCommand command, AgentReader reader, CancellationToken cancel, Func<string, byte[]>? message = null)
    {
        var events = context.Output.Events;
        var kills = OutOfMemory.Kills();
        using var loop = new LoopWatch(context, events);
        context.Allowance.Begin();
        var talk = message is not null && context.Control is { } control ? new Conversation(message, control, context.Allowance, events) : null;
        var listener = new AgentListener(reader, context, line => Heed(line, loop, talk));
        var channel = context.Output.Open(line =>
        {
            listener.Heed(line);
            loop.Count(reader.Turns);
        });
        try
        {
            await using var child = ChildProcess.Start(talk?.Open(Furnish(command, context)) ?? Furnish(command, context), channel.Push);
            events.Add(new RunEvent { Seq = 0, At = default, Kind = RunEventKind.AgentStarted, Name = context.Agent.Name, Pid = child.Pid });
            await using var stopping = cancel.Register(child.Stop);
            await using var ending = context.Allowance.Ended.Register(child.Stop);
            loop.Begin(child.Stop);
            var result = await child.Completion;
            await loop.EndAsync();
            channel.Flush();
            talk?.End();
            events.Add(RunEventKind.AgentEnded, Describe(result), context.Agent.Name);
            var turn = Conclude(result, listener, context.SessionId, result.End == ChildEnd.Exited ? Fault(reader, result, kills, context.Time) : null);
            return (loop.Verdict ?? (result.End == ChildEnd.Cancelled ? context.Allowance.Verdict : null)) is { } verdict ? turn with { End = AgentEnd.Failed, Error = verdict } : turn;
        }
        catch (WorkspaceException fault)
        {
            return Failed(fault.Code == "command_missing" ? "agent_missing" : fault.Code, fault.Message, retry: fault.Code != "command_missing");
        }
    }

    private static void Heed(AgentLine line, LoopWatch loop, Conversation? talk)
    {
        talk?.Heed(line);
        if (line.Kind is not null)
        {
            loop.Heed(line);
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

    private static AgentTurn Conclude(ChildResult result, AgentListener listener, string? asked, AgentFault? fault)
    {
        var turn = fault is null ? new AgentTurn { End = End(result.End, listener.Question) } : AgentDecision.Decide(fault);
        return turn with
        {
            Question = listener.Question,
            Summary = listener.Summary,
            SessionId = listener.SessionId ?? asked,
            Denials = listener.Denials,
            Usage = listener.Usage with { Turns = Math.Max(1, listener.Usage.Turns) },
        };
    }

    private static AgentFault? Fault(AgentReader reader, ChildResult result, long kills, TimeProvider time) =>
        reader.Conclude(result.ExitCode, time.GetUtcNow()) is { } fault
            ? result.ExitCode == Killed ? fault with { Failure = OutOfMemory.Kills() > kills ? AgentFailure.OutOfMemory : AgentFailure.Killed, Sentence = null } : fault
            : null;

    private static AgentEnd End(ChildEnd end, string? question) => end switch
    {
        ChildEnd.Cancelled => AgentEnd.Stopped,
        ChildEnd.IdleLimit or ChildEnd.WallLimit => AgentEnd.Idle,
        ChildEnd.Exited => question is null ? AgentEnd.Finished : AgentEnd.Question,
    };
}
