using System.ComponentModel.DataAnnotations;
using AutoBuild.Contract;
using AutoBuild.Orchestrator.Landings;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Api;

/// <summary>Is how a person settles the conflict of a landing.</summary>
internal static class LandingResolve
{
    private const int MostAnswers = 1000;
    private const int LongestText = 256 * 1024;

    /// <summary>Takes a person's answers to a conflict. Once nothing is open, the landing is tried again with them.</summary>
    internal static async Task<IResult> Resolve(Guid id, ResolveBody body, HttpContext http, LandingDesk desk, CancellationToken cancel)
    {
        var fields = new Fields();
        fields.Branch("commit", body.Commit);
        fields.Text("onto", body.Onto, 64);
        fields.Texts("files", body.Files?.Keys.ToArray(), MostAnswers, 4000);
        if (body.Commit is null == (body.Files is not { Count: > 0 } && body.Chunks is not { Count: > 0 }))
        {
            fields.Add("commit", "expected either commit (a commit or branch that contains the job's work), or answers: chunks (of a file) and files (text by path).");
        }

        if (body.Chunks is { Count: > MostAnswers })
        {
            fields.Add("chunks", $"expected at most {MostAnswers}.");
        }

        var choices = (body.Chunks ?? []).Take(MostAnswers).Select((answer, at) => Choice(answer, at, fields)).ToList();
        var resolution = new LandingResolution(body.Commit, body.Files) { Chunks = choices, Onto = body.Onto, Force = body.Force ?? false };
        return fields.Problem ?? (await desk.ResolveAsync(id, resolution, Caller.Of(http).Name, cancel)).Answer();
    }

    private static ChunkChoice Choice(ChunkBody answer, int at, Fields fields)
    {
        var name = $"chunks[{at}]";
        var path = fields.Required($"{name}.path", answer.Path, 4000);
        fields.Between($"{name}.chunk", answer.Chunk, 1, int.MaxValue);
        fields.Between($"{name}.proposal", answer.Proposal, 1, int.MaxValue);
        fields.Text($"{name}.text", answer.Text, LongestText);
        if (answer.Take is null == answer.Text is null || answer.Proposal is not null && answer.Take is not "proposal")
        {
            fields.Add($"{name}.take", "expected either take (target, branch, both, base, or proposal with its number) or text.");
        }

        return new ChunkChoice(path, answer.Chunk, fields.OneOf<ChunkTake>($"{name}.take", answer.Take) ?? ChunkTake.Text, answer.Proposal, answer.Text);
    }
}

/// <summary>Settles a conflict, or a part of it: by a commit, or by answers.</summary>
/// <param name="Commit">A commit or branch in the project's repository that contains the job's work.</param>
/// <param name="Files">The whole text of a conflicted file by path; null deletes it.</param>
/// <param name="Chunks">Answers to single chunks.</param>
/// <param name="Onto">The landing's <c>onto_commit</c> as it was shown; where it is another by now, nothing is taken.</param>
/// <param name="Force">Takes texts also where something speaks against them.</param>
internal sealed record ResolveBody(
    string? Commit = null, [property: NullValues] Dictionary<string, string?>? Files = null, IReadOnlyList<ChunkBody>? Chunks = null,
    [property: MaxLength(64)] string? Onto = null, bool? Force = null);

/// <summary>Answers one chunk of a file.</summary>
/// <param name="Path">The conflicted file.</param>
/// <param name="Chunk">Its number; left out, every open chunk of the file, or all of a file without chunks.</param>
/// <param name="Take">What goes in its place; <c>both</c> is the target's text, then the branch's.</param>
/// <param name="Proposal">Its place among the chunk's proposals, from 1; the first, where it is left out.</param>
/// <param name="Text">Instead of take: what goes in its place.</param>
internal sealed record ChunkBody(
    [property: Required, MaxLength(4000)] string? Path, [property: Range(1, int.MaxValue)] int? Chunk = null, [property: Words<ChunkTake>] string? Take = null,
    [property: Range(1, int.MaxValue)] int? Proposal = null, string? Text = null);
