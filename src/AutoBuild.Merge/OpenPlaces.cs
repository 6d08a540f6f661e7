using System.Text;

namespace AutoBuild.Merge;

/// <summary>Puts answers in the place of the marked chunks of a merged file.</summary>
public static class OpenPlaces
{
    /// <summary>Returns the merged file with the answered chunks filled; those without an answer keep their markers.</summary>
    /// <param name="answers">Texts of whole lines, by the index of their chunk.</param>
    /// <param name="options">Those that the file was merged with.</param>
    public static byte[] Fill(MergeInput input, MergeResult merged, IReadOnlyDictionary<int, string> answers, MergeOptions? options = null)
    {
        return merged.Fill(answers, "filled", "Answered after the engine.").Content;
    }

    /// <summary>Cuts a merged file into what is settled and what is marked, in order; the parts together are the file.</summary>
    internal static IReadOnlyList<OpenPart> Split(string content, MergeResult merged, MergeOptions options)
    {
        var (opening, closing) = ($"{new string('<', options.MarkerSize)} {options.OursLabel}", $"{new string('>', options.MarkerSize)} {options.TheirsLabel}");
        var open = new Queue<int>(merged.Chunks.Where(chunk => chunk.Answer is null).Select(chunk => chunk.Index));
        var parts = new List<OpenPart>();
        var (start, at, inside) = (0, 0, false);
        while (at < content.Length)
        {
            var end = content.IndexOf('\n', at) is >= 0 and var newline ? newline + 1 : content.Length;
            var line = content.AsSpan(at, end - at).TrimEnd("\r\n");
            if (!inside && open.Count > 0 && line.SequenceEqual(opening))
            {
                (start, inside) = (Cut(parts, content, start, at, null), true);
            }
            else if (inside && line.SequenceEqual(closing))
            {
                (start, inside) = (Cut(parts, content, start, end, open.Dequeue()), false);
            }

            at = end;
        }

        Cut(parts, content, start, content.Length, null);
        return parts;
    }

    /// <summary>Returns how the engine reads the three texts: UTF-8 where all of them are, else byte by byte.</summary>
    internal static Encoding EncodingOf(MergeInput input) =>
        System.Text.Unicode.Utf8.IsValid(input.Base) && System.Text.Unicode.Utf8.IsValid(input.Ours) && System.Text.Unicode.Utf8.IsValid(input.Theirs)
            ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)
            : Encoding.Latin1;

    private static int Cut(List<OpenPart> parts, string content, int from, int to, int? chunk)
    {
        if (to > from)
        {
            parts.Add(new OpenPart(content[from..to], chunk));
        }

        return to;
    }
}

/// <summary>Is a run of lines of a merged file.</summary>
/// <param name="Chunk">The index of the open chunk that it marks; null where it is settled.</param>
internal readonly record struct OpenPart(string Text, int? Chunk);
