using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Journal;

/// <summary>Takes what agent, setup and checks print: masked into the raw log, and line by line to whoever listens.</summary>
internal sealed class RunOutput(RawLog log, EventLog events, IReadOnlyCollection<string> secrets)
{
    private readonly SecretMasker _masker = new(secrets);

    public EventLog Events => events;

    /// <summary>Opens a channel for one child; each of its two streams is masked on its own.</summary>
    public OutputChannel Open(Action<string>? onLine = null) => new(log, secrets, onLine ?? (_ => { }));

    /// <summary>Masks a whole text.</summary>
    public string Mask(string text) => _masker.Mask(text);

    /// <summary>Writes a line of our own between the outputs of children.</summary>
    public void Note(string line) => log.Write(_masker.Mask($"[autobuild] {line}\n"));
}

/// <summary>Carries the two output streams of one child; calls must not overlap.</summary>
internal sealed class OutputChannel(RawLog log, IReadOnlyCollection<string> secrets, Action<string> onLine)
{
    private readonly (SecretMasker Masker, LineSplitter Lines) _output = (new(secrets), new(onLine));
    private readonly (SecretMasker Masker, LineSplitter Lines) _error = (new(secrets), new(onLine));

    public void Push(ReadOnlyMemory<byte> chunk, bool isError)
    {
        var (masker, lines) = isError ? _error : _output;
        Keep(masker.Push(chunk.Span), lines);
    }

    /// <summary>Gives out what was held back because a secret could have begun there.</summary>
    public void Flush()
    {
        foreach (var (masker, lines) in new[] { _output, _error })
        {
            Keep(masker.Flush(), lines);
            lines.Flush();
        }
    }

    private void Keep(byte[] bytes, LineSplitter lines)
    {
        log.Write(bytes);
        lines.Push(bytes);
    }
}
