using System.Text;

namespace AutoBuild.Merge;

/// <summary>Merges three versions of a file; a pure function that knows nothing but their texts and the path.</summary>
public static class MergeEngine
{
    /// <summary>Merges, and says of every place where both sides met what was done and why. Never throws for what the texts hold.</summary>
    public static MergeResult Merge(MergeInput input, MergeOptions? options = null)
    {
        if (input.Ours.AsSpan().SequenceEqual(input.Theirs) || input.Base.AsSpan().SequenceEqual(input.Theirs))
        {
            return new MergeResult(input.Ours, []);
        }

        return input.Base.AsSpan().SequenceEqual(input.Ours) ? new MergeResult(input.Theirs, []) : Whole(input, options ?? MergeOptions.Default);
    }

    private static MergeResult Whole(MergeInput input, MergeOptions options)
    {
        var (start, ours, theirs) = (Encoding.Latin1.GetString(input.Base), Encoding.Latin1.GetString(input.Ours), Encoding.Latin1.GetString(input.Theirs));
        var chunk = new MergeChunk(0, Lines(start), Lines(ours), Lines(theirs), start, ours, theirs, null, MergeTier.C, "open", "Both sides changed the file.");
        var marked = $"{new string('<', options.MarkerSize)} {options.OursLabel}\n{Ended(ours)}{new string('=', options.MarkerSize)}\n{Ended(theirs)}{new string('>', options.MarkerSize)} {options.TheirsLabel}\n";
        return new MergeResult(Encoding.Latin1.GetBytes(marked), [chunk]);
    }

    private static string Ended(string text) => text.Length == 0 || text.EndsWith('\n') ? text : text + "\n";

    private static LineSpan Lines(string text) => new(0, text.Split('\n').Length - (text.Length == 0 || text.EndsWith('\n') ? 1 : 0));
}
