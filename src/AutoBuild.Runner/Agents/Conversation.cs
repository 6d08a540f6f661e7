using System.Collections.Concurrent;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Journal;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Agents;

/// <summary>Speaks with an agent that takes messages while it works: the prompt, then what people say, until it rests and nothing is left to say.</summary>
/// <remarks>
/// Only what the agent has printed again counts as heard and is shown; the rest goes back at the end, for a next turn. Its standard input never
/// stays open beyond its rest, and what comes in between is left to the limits of the process.
/// </remarks>
/// <param name="form">The form of a message.</param>
internal sealed class Conversation(Func<string, byte[]> form, ControlFollower control, Allowance allowance, EventLog events)
{
    private readonly ConcurrentQueue<string> _told = new();
    private volatile TaskCompletionSource _rest = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _begun;

    /// <summary>Lets the command be spoken to; its prompt becomes the first message.</summary>
    public ChildCommand Open(ChildCommand command) => command with
    {
        StandardInput = form(System.Text.Encoding.UTF8.GetString(command.StandardInput.Span)),
        WriteInput = TalkAsync,
    };

    public void Heed(AgentLine line)
    {
        if (line.Heard)
        {
            Hear();
        }
        if (line.Rests)
        {
            _rest.TrySetResult();
        }
    }

    /// <summary>Gives back what was not heard; to be called when the agent has ended.</summary>
    public void End() => control.GiveBack([.. _told]);

    private async Task TalkAsync(Stream input, CancellationToken cancel)
    {
        await input.FlushAsync(cancel);
        while (true)
        {
            await Task.WhenAny(_rest.Task, control.WaitForMessageAsync()).WaitAsync(cancel);
            var rests = _rest.Task.IsCompleted;
            if (rests && allowance.Verdict is not null)
            {
                return;
            }
            var messages = control.TakeMessages();
            if (messages.Count == 0 && rests)
            {
                return;
            }
            if (rests)
            {
                _rest = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
            await TellAsync(input, messages, cancel);
        }
    }

    private async Task TellAsync(Stream input, IReadOnlyList<string> messages, CancellationToken cancel)
    {
        // Counted as told before the first is written: what then fails to arrive goes back.
        foreach (var message in messages)
        {
            _told.Enqueue(message);
        }
        foreach (var message in messages)
        {
            await input.WriteAsync(form(message), cancel);
        }
        await input.FlushAsync(cancel);
    }

    private void Hear()
    {
        if (!_begun)
        {
            // The prompt.
            _begun = true;
        }
        else if (_told.TryDequeue(out var message))
        {
            // One each: by their number the server knows which were heeded.
            events.Add(RunEventKind.Message, message, "user");
        }
    }
}
