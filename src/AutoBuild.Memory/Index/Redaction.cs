using System.Buffers;
using System.Text;
using AutoBuild.Memory.Segments;

namespace AutoBuild.Memory.Index;

/// <summary>Takes secrets out of a text before anything else sees it; lines stay where they are.</summary>
public static class Redaction
{
    /// <summary>What stands where a secret stood.</summary>
    public const string Mark = "[redacted]";

    private const int LeastRun = 20;

    private static readonly SearchValues<char> Signs = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-.");

    /// <summary>The text without what looks like a secret, and how many places were taken out; the same string where there are none.</summary>
    /// <param name="text">Decoded.</param>
    /// <param name="path">Its file, since literals of lock files are checksums and values of settings stand without quotes.</param>
    public static (string Text, int Places) Of(string text, string path)
    {
        var places = new List<Place>();
        TokenShapes.FindKeys(text, places);
        TokenShapes.FindAddresses(text, places);
        NamedSecrets.Find(text, NamedSecrets.AreBare(path), places);
        LongRuns(text, (PathFlags.Of(path) & FileMarks.Generated) == 0, places);
        return places.Count == 0 ? (text, 0) : Without(text, places);
    }

    // Each run of the least length covers one of the places that are looked at.
    private static void LongRuns(ReadOnlySpan<char> text, bool random, List<Place> places)
    {
        for (var at = LeastRun - 1; at < text.Length; at += LeastRun)
        {
            if (!Signs.Contains(text[at]))
            {
                continue;
            }

            var start = text[..at].LastIndexOfAnyExcept(Signs) + 1;
            var end = text[at..].IndexOfAnyExcept(Signs) is var stop and >= 0 ? at + stop : text.Length;
            if (end - start >= LeastRun)
            {
                TokenShapes.FindTokens(text, start, end, places);
                if (random && RandomLiterals.Is(text, start, end))
                {
                    places.Add(new Place(start, end));
                }
            }

            at = Math.Max(at, end - LeastRun);
        }
    }

    private static (string Text, int Places) Without(string text, List<Place> places)
    {
        places.Sort((one, other) => one.Start.CompareTo(other.Start));
        var kept = new StringBuilder(text.Length);
        var (at, count) = (0, 0);
        foreach (var place in places)
        {
            if (place.Start >= at)
            {
                kept.Append(text, at, place.Start - at).Append(Mark);
                (at, count) = (place.End, count + 1);
            }
            else
            {
                at = Math.Max(at, place.End);
            }
        }

        return (kept.Append(text, at, text.Length - at).ToString(), count);
    }
}

/// <summary>Is where a secret stands in a text; within one line.</summary>
/// <param name="End">Offset after its last character.</param>
internal readonly record struct Place(int Start, int End);
