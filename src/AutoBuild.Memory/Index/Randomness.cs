namespace AutoBuild.Memory.Index;

/// <summary>Measures how little order is in a text.</summary>
internal static class Randomness
{
    /// <summary>Shannon's entropy of the signs, in bits each.</summary>
    public static double OfSigns(ReadOnlySpan<char> text)
    {
        Span<int> counts = stackalloc int[128];
        foreach (var sign in text)
        {
            counts[sign & 127]++;
        }

        var sum = 0.0;
        foreach (var count in counts)
        {
            sum += count > 0 ? count * Math.Log2(count) : 0;
        }

        return Math.Log2(text.Length) - (sum / text.Length);
    }
}
