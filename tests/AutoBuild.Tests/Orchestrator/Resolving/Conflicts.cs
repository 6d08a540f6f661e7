using System.Text;
using AutoBuild.Merge;
using AutoBuild.Orchestrator.Resolving;

namespace AutoBuild.Tests.Orchestrator.Resolving;

/// <summary>Makes files with one open chunk, whatever the engine would make of them.</summary>
internal static class Conflicts
{
    public const string Before = "class Basket\n{\n    int Total(int price, int count, int rebate)\n    {\n";
    public const string After = "        return total;\n    }\n}\n";

    /// <summary>Both sides changed the same expression.</summary>
    public static OpenFile Modified => Of("        var total = price;\n", "        var total = price * count;\n", "        var total = price - rebate;\n");

    /// <summary>Both sides added a line at the same place.</summary>
    public static OpenFile Added => Of("", "        count += price;\n", "        rebate += price;\n");

    public static OpenFile Of(string was, string ours, string theirs, string before = Before, string after = After, string path = "src/Basket.cs")
    {
        var first = before.Split('\n').Length - 1;
        var chunk = new MergeChunk(0, Span(was), Span(ours), Span(theirs), was, ours, theirs, null, MergeTier.C, "open", "Both sides changed it.");
        var input = new MergeInput(Bytes(before + was + after), Bytes(before + ours + after), Bytes(before + theirs + after), path);
        var content = $"{before}<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n{after}";
        return new OpenFile(path, input, new MergeResult(Bytes(content), [chunk]), ["Count the items"], ["Take rebates off"]);

        LineSpan Span(string text) => new(first, ChunkText.Lines(text).Count);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
