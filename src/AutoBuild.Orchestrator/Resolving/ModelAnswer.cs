using System.Text.Json;
using System.Text.RegularExpressions;
using AutoBuild.Core;
using AutoBuild.Merge;
using Microsoft.Extensions.AI;

namespace AutoBuild.Orchestrator.Resolving;

/// <summary>Is what a model chose for a chunk.</summary>
/// <param name="Text">What goes in its place; null where the model is not sure.</param>
/// <param name="Rule">What it chose, as <see cref="Proposal.Rule"/>.</param>
internal sealed partial record ModelAnswer(string? Text, string Rule, string Reason)
{
    private const int LongestReason = 500;

    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The schema that an answer has.</summary>
    public static ChatResponseFormat Form { get; } = ChatResponseFormat.ForJsonSchema(JsonDocument.Parse("""
        {
          "type": "object",
          "properties": {
            "reason": {"type": "string"},
            "choice": {"type": "string", "enum": ["a", "b", "a_then_b", "b_then_a", "base", "mix", "text", "unsure"]},
            "lines": {"type": "array", "items": {"type": "string"}},
            "text": {"type": "string"}
          },
          "required": ["reason", "choice", "lines", "text"],
          "additionalProperties": false
        }
        """).RootElement, "answer");

    /// <summary>Reads an answer, also one with words or a fence around it. Refusal: model_answer_invalid, with what was expected.</summary>
    /// <param name="swapped">Whether side A is the branch.</param>
    public static Result<ModelAnswer> Read(string said, MergeChunk chunk, bool swapped)
    {
        var (first, last) = (said.IndexOf('{', StringComparison.Ordinal), said.LastIndexOf('}'));
        if (first < 0 || last < first)
        {
            return Invalid("it holds no JSON object");
        }

        try
        {
            using var document = JsonDocument.Parse(said[first..(last + 1)], Lenient);
            return Read(document.RootElement, chunk, swapped);
        }
        catch (JsonException fault)
        {
            return Invalid($"it is no JSON: {fault.Message}");
        }
    }

    private static Result<ModelAnswer> Read(JsonElement answer, MergeChunk chunk, bool swapped)
    {
        var reason = Of(answer, "reason").ReplaceLineEndings(" ").Trim();
        reason = reason.Length > LongestReason ? $"{reason[..LongestReason]} …" : reason;
        var (a, b) = swapped ? (ChunkChoice.Theirs, ChunkChoice.Ours) : (ChunkChoice.Ours, ChunkChoice.Theirs);
        var (together, turned) = swapped ? (ChunkChoice.TheirsThenOurs, ChunkChoice.OursThenTheirs) : (ChunkChoice.OursThenTheirs, ChunkChoice.TheirsThenOurs);
        return Of(answer, "choice").Trim().ToLowerInvariant() switch
        {
            "a" => Whole(chunk, a, reason),
            "b" => Whole(chunk, b, reason),
            "a_then_b" => Whole(chunk, together, reason),
            "b_then_a" => Whole(chunk, turned, reason),
            "base" => Whole(chunk, ChunkChoice.Base, reason),
            "mix" => Mix(answer, chunk, swapped, reason),
            "text" when answer.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String => new ModelAnswer(ChunkText.Fitted(chunk, text.GetString()!), "text", reason),
            "text" => Invalid("'text' is missing"),
            "unsure" => new ModelAnswer(null, "unsure", reason),
            var other => Invalid($"'{(other.Length > 40 ? other[..40] : other)}' is none of the choices"),
        };
    }

    private static ModelAnswer Whole(MergeChunk chunk, ChunkChoice choice, string reason) => new(ChunkText.Of(chunk, choice), Word(choice), reason);

    private static string Word(ChunkChoice choice) => choice switch
    {
        ChunkChoice.Ours => "target",
        ChunkChoice.Theirs => "branch",
        ChunkChoice.OursThenTheirs or ChunkChoice.TheirsThenOurs => "both",
        ChunkChoice.Base => "base",
    };

    private static Result<ModelAnswer> Mix(JsonElement answer, MergeChunk chunk, bool swapped, string reason)
    {
        var (a, b) = swapped ? (chunk.TheirsText, chunk.OursText) : (chunk.OursText, chunk.TheirsText);
        var versions = new Dictionary<char, IReadOnlyList<string>> { ['A'] = ChunkText.Lines(a), ['B'] = ChunkText.Lines(b), ['O'] = ChunkText.Lines(chunk.BaseText) };
        var named = answer.TryGetProperty("lines", out var lines) && lines.ValueKind == JsonValueKind.Array ? lines.EnumerateArray().Select(line => line.ToString()) : [Of(answer, "lines")];
        var parts = new List<string>();
        foreach (var name in named.SelectMany(text => text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)))
        {
            if (Place().Match(name.ToUpperInvariant()) is not { Success: true } place)
            {
                return Invalid($"'{name}' names no line; expected A1, B2-4 or O3");
            }

            var version = versions[place.Groups["side"].Value[0]];
            var from = Number(place.Groups["from"].Value);
            var to = place.Groups["to"] is { Success: true } end ? Number(end.Value) : from;
            if (from < 1 || to < from || to > version.Count)
            {
                return Invalid($"{name} is not there: that version has {version.Count} lines");
            }

            parts.AddRange(version.Skip(from - 1).Take(to - from + 1));
        }

        return parts.Count > 0 ? new ModelAnswer(ChunkText.Joined(parts), "mix", reason) : Invalid("'lines' names no line");
    }

    private static int Number(string digits) => int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);

    private static string Of(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static Refusal Invalid(string why) => Refusals.Invalid("model_answer_invalid", $"The model's answer can't be used: {why}.");

    [GeneratedRegex(@"^(?<side>[ABO])(?<from>\d{1,6})(?:[-–](?:[ABO])?(?<to>\d{1,6}))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}
