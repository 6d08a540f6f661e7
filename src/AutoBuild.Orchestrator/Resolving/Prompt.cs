using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AutoBuild.Core.Tickets;
using AutoBuild.Merge;
using AutoBuild.Workspaces;
using Microsoft.Extensions.AI;

namespace AutoBuild.Orchestrator.Resolving;

/// <summary>Writes the question about a chunk: everything from outside as marked data, bounded, with secrets masked.</summary>
internal sealed partial class Prompt(OpenFile file, Ticket? ticket, SecretMasker masker)
{
    /// <summary>Most characters that the three versions of a chunk may have together; a longer one is for a person.</summary>
    public const int LongestChunk = 40_000;

    private const int LinesAround = 20;
    private const int LongestLine = 2000;
    private const int LongestDescription = 3000;
    private const int MostMessages = 10;
    private const int LongestMessage = 400;

    private static readonly string System = Read("prompt.md");
    private static readonly string Conflict = Read("conflict.md");

    /// <summary>Tells whether masking changes the chunk, so that a text written after it would hold the mask.</summary>
    public bool Masks(MergeChunk chunk) => new[] { chunk.BaseText, chunk.OursText, chunk.TheirsText }.Any(text => masker.Mask(text) != text);

    /// <param name="swapped">Shows the branch as side A, so that an answer that hangs on the order shows itself.</param>
    public List<ChatMessage> Of(MergeChunk chunk, bool swapped)
    {
        // Nobody who wrote the data can have known it, and closed the data with it.
        var nonce = RandomNumberGenerator.GetHexString(12, lowercase: true);
        var values = Values(chunk, swapped);
        string Fill(string template) => Placeholder().Replace(template, match => match.Groups["name"].Value is var name && name == "nonce" ? nonce : values[name](nonce));
        return [new ChatMessage(ChatRole.System, Fill(System)), new ChatMessage(ChatRole.User, Fill(Conflict))];
    }

    private Dictionary<string, Func<string, string>> Values(MergeChunk chunk, bool swapped)
    {
        var target = new Side("the target branch", chunk.OursText, file.TargetMessages);
        var branch = new Side("the branch of the ticket", chunk.TheirsText, file.BranchMessages);
        var (a, b) = swapped ? (branch, target) : (target, branch);
        var (before, after) = Around(chunk);
        return new()
        {
            ["path"] = nonce => Data(nonce, "path", file.Path),
            ["a"] = _ => a.Name,
            ["b"] = _ => b.Name,
            ["ticket"] = nonce => Data(nonce, "ticket", $"{ticket?.Title}\n\n{Cut(ticket?.Description ?? "", LongestDescription)}"),
            ["messagesA"] = nonce => Data(nonce, "commits", Messages(a)),
            ["messagesB"] = nonce => Data(nonce, "commits", Messages(b)),
            ["before"] = nonce => Data(nonce, "before", before),
            ["after"] = nonce => Data(nonce, "after", after),
            ["linesO"] = nonce => Data(nonce, "version-o", Numbered('O', chunk.BaseText)),
            ["linesA"] = nonce => Data(nonce, "side-a", Numbered('A', a.Text)),
            ["linesB"] = nonce => Data(nonce, "side-b", Numbered('B', b.Text)),
            ["editsA"] = nonce => Data(nonce, "edits-a", EditScript.Of(chunk.BaseText, a.Text)),
            ["editsB"] = nonce => Data(nonce, "edits-b", EditScript.Of(chunk.BaseText, b.Text)),
        };
    }

    // Masked line by line: a secret of several lines must not change their numbers.
    private string Data(string nonce, string name, string text) =>
        $"<data-{nonce} {name}>\n{string.Join('\n', text.TrimEnd('\n').Split('\n').Select(line => masker.Mask(Cut(line.TrimEnd('\r'), LongestLine))))}\n</data-{nonce}>";

    private (string Before, string After) Around(MergeChunk chunk)
    {
        var lines = ChunkText.Lines(Encoding.UTF8.GetString(file.Input.Ours));
        var start = Math.Min(chunk.Ours.First, lines.Count);
        return (string.Concat(lines.Take(start).TakeLast(LinesAround)), string.Concat(lines.Skip(chunk.Ours.End).Take(LinesAround)));
    }

    private static string Messages(Side side) => side.Messages.Count == 0
        ? "(none)"
        : string.Join("\n\n", side.Messages.Take(MostMessages).Select(message => Cut(message.Trim(), LongestMessage)));

    private static string Numbered(char side, string text) => text.Length == 0
        ? "(no lines)"
        : string.Concat(ChunkText.Lines(text).Select((line, index) => $"{side}{index + 1}| {line.TrimEnd('\r', '\n')}\n"));

    private static string Cut(string text, int longest) => text.Length > longest ? $"{text[..longest]} …" : text;

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Prompt).Assembly.GetManifestResourceStream($"resolving/{name}")!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\{\{(?<name>\w+)\}\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();

    private sealed record Side(string Name, string Text, IReadOnlyList<string> Messages);
}
