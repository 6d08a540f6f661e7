namespace AutoBuild.Client;

/// <summary>Is a part of a job's raw output.</summary>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Total">Bytes that there are.</param>
internal sealed record LogPart(byte[] Bytes, int Attempt, long Offset, long Total)
{
    public long End => Offset + Bytes.Length;

    /// <summary>Counts the lines; the last may lack its end.</summary>
    public int Lines => Bytes.AsSpan().Count((byte)'\n') + (Bytes is [.., not (byte)'\n'] ? 1 : 0);

    /// <summary>Returns its last lines.</summary>
    public LogPart LastLines(int most)
    {
        var from = Bytes.Length;
        for (var line = 0; line < most && from > 0; line++)
        {
            from = Bytes.AsSpan(0, from - 1).LastIndexOf((byte)'\n') + 1;
        }

        return this with { Bytes = Bytes[from..], Offset = Offset + from };
    }
}
