using System.Text;
using System.Text.Json.Nodes;
using AutoBuild.Client;
using AutoBuild.Merge;

namespace AutoBuild.Commands;

/// <summary>Tells what a merge did at each place where both sides met.</summary>
internal static class MergeExplained
{
    public static string Text(MergeResult result)
    {
        var text = new StringBuilder();
        if (result.Refusal is { } refusal)
        {
            text.Append(refusal).Append('\n');
        }

        foreach (var chunk in result.Chunks)
        {
            text.Append($"{chunk.Index + 1}. {(chunk.Answer is null ? "open" : "answered")}, tier {chunk.Tier}, {chunk.Rule}: {chunk.Evidence}\n")
                .Append($"   base {Lines(chunk.Base)}, ours {Lines(chunk.Ours)}, theirs {Lines(chunk.Theirs)}\n");
        }

        return text.Append(result.Chunks.Count == 0 ? "Both sides changed different places.\n" : "").ToString();
    }

    public static string Json(MergeResult result, string? path) => new JsonObject
    {
        ["path"] = path,
        ["clean"] = result.IsClean,
        ["refusal"] = result.Refusal,
        ["chunks"] = new JsonArray([.. result.Chunks.Select(Chunk)]),
    }.ToJsonString(ClientJson.Printed) + "\n";

    private static JsonObject Chunk(MergeChunk chunk) => new()
    {
        ["index"] = chunk.Index,
        ["base"] = Span(chunk.Base),
        ["ours"] = Span(chunk.Ours),
        ["theirs"] = Span(chunk.Theirs),
        ["tier"] = chunk.Tier.ToString(),
        ["rule"] = chunk.Rule,
        ["evidence"] = chunk.Evidence,
        ["answer"] = chunk.Answer,
    };

    private static JsonObject Span(LineSpan span) => new() { ["first"] = span.First + 1, ["count"] = span.Count };

    private static string Lines(LineSpan span) => span.Count switch
    {
        0 => $"before {span.First + 1}",
        1 => $"{span.First + 1}",
        var _ => $"{span.First + 1}-{span.End}",
    };
}
