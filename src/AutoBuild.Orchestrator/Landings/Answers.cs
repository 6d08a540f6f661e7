using AutoBuild.Core;
using AutoBuild.Core.Json;
using AutoBuild.Core.Landings;
using AutoBuild.Merge;
using AutoBuild.Workspaces;

namespace AutoBuild.Orchestrator.Landings;

/// <summary>Puts a person's choices into the files of a conflict; what is not chosen stays open.</summary>
internal sealed class Answers(OpenConflict conflict, string by)
{
    private const int Longest = 256 * 1024;

    /// <summary>Refusals: chunk_missing, proposal_missing, side_missing, answer_too_long, answer_not_encodable, merge_unresolved.</summary>
    public Result<LandingConflict> Choose(LandingConflict file, ChunkChoice choice)
    {
        if (choice.Chunk is null && file.Chunks.Count == 0)
        {
            return Whole(file, choice);
        }

        var chosen = file.Chunks.Where(chunk => choice.Chunk is { } number ? chunk.Number == number : chunk.Accepted is null).ToList();
        if (chosen.Count == 0)
        {
            return Refusals.Invalid("chunk_missing", choice.Chunk is { } missing
                ? $"'{file.Path}' has no chunk {missing}; it has {string.Join(", ", file.Chunks.Select(chunk => chunk.Number))}."
                : $"Every chunk of '{file.Path}' has an answer; name the one to change.");
        }

        foreach (var chunk in chosen)
        {
            var answered = Choose(file.Path, chunk, choice);
            if (!answered.Done)
            {
                return answered.Refusal;
            }

            file = file with { Chunks = [.. file.Chunks.Select(one => one.Number == chunk.Number ? answered.Value : one)], Answer = null };
        }

        return file;
    }

    /// <summary>Puts a text in the place of a whole file; where the lines around a chunk were left alone, what stands between them is its answer.</summary>
    /// <param name="text">Null deletes the file.</param>
    /// <param name="blob">Git's id of its bytes.</param>
    public LandingConflict Settle(LandingConflict file, string? text, string? blob)
    {
        var found = text is not null && conflict[file.Path].Engine is { } engine ? ChunkAnswers.Locate(engine, text) : new Dictionary<int, string>();
        return file with
        {
            Answer = new FileAnswer(by) { Object = blob },
            Chunks = [.. file.Chunks.Select(chunk => Settled(chunk, found.GetValueOrDefault(chunk.Number - 1)))],
        };
    }

    /// <summary>Says what speaks against the texts that a person wrote; null where nothing does. A new word of theirs is none of it.</summary>
    public string? Doubt(IReadOnlyList<LandingConflict> files)
    {
        foreach (var (file, chunk) in files.SelectMany(file => file.Chunks.Where(chunk => chunk is { By: ChunkStage.Person, Rule: "text" }).Select(chunk => (file, chunk))))
        {
            var (input, engine) = (conflict[file.Path].Input!, conflict[file.Path].Engine!.Chunks[chunk.Number - 1]);
            var faults = AnswerCheck.Faults(input, engine, chunk.Accepted!).Where(fault => fault.Rule is not ("invented" or "markers")).ToList();
            if (faults.Count > 0)
            {
                return $"Chunk {chunk.Number} of '{file.Path}': {string.Join(' ', faults.Select(fault => fault.Why))} Send it with force if it is meant so.";
            }
        }

        return null;
    }

    private LandingChunk Settled(LandingChunk chunk, string? text) => text switch
    {
        null or { Length: > Longest } => chunk with { Accepted = null, By = null },
        _ when text == chunk.Accepted && chunk.By is ChunkStage.Engine or ChunkStage.Person => chunk,
        _ => chunk with { Accepted = text, By = ChunkStage.Person, Rule = SnakeCase.Of(ChunkTake.Text), Why = Why(ChunkTake.Text, null) },
    };

    private Result<LandingChunk> Choose(string path, LandingChunk chunk, ChunkChoice choice)
    {
        var engine = conflict[path].Engine!.Chunks[chunk.Number - 1];
        var proposal = choice.Take == ChunkTake.Proposal ? chunk.Proposals.ElementAtOrDefault((choice.Proposal ?? 1) - 1) : null;
        var text = choice.Take switch
        {
            ChunkTake.Target => engine.OursText,
            ChunkTake.Branch => engine.TheirsText,
            ChunkTake.Base => engine.BaseText,
            ChunkTake.Both => ChunkText.Joined([engine.OursText, engine.TheirsText]),
            ChunkTake.Proposal => proposal?.Text,
            ChunkTake.Text => choice.Text is null ? null : ChunkText.Fitted(engine, choice.Text),
        };
        if (text is null)
        {
            return Refusals.Invalid("proposal_missing", $"Chunk {chunk.Number} of '{path}' has {chunk.Proposals.Count} proposals.");
        }

        if (text.Length > Longest && choice.Take == ChunkTake.Text)
        {
            return Refusals.Invalid("answer_too_long", $"The text for chunk {chunk.Number} of '{path}' is longer than {Longest} characters. Settle it with a commit.");
        }

        if (conflict[path].Engine!.Unfit(text) is { } unfit)
        {
            return Refusals.Invalid(unfit.Rule == "markers" ? "merge_unresolved" : "answer_not_encodable", $"The text for chunk {chunk.Number} of '{path}' cannot be put in. {unfit.Why} Settle the file as a whole, or with a commit.");
        }

        return chunk with { Accepted = text, By = ChunkStage.Person, Rule = SnakeCase.Of(choice.Take), Why = Why(choice.Take, proposal) };
    }

    private string Why(ChunkTake take, LandingProposal? proposal) => take switch
    {
        ChunkTake.Target => $"{by} took the target's text.",
        ChunkTake.Branch => $"{by} took the branch's text.",
        ChunkTake.Base => $"{by} took the text of the base.",
        ChunkTake.Both => $"{by} took both, the target's first.",
        ChunkTake.Proposal => $"{by} took what was proposed ({SnakeCase.Of(proposal!.Stage)}, {proposal.Rule}): {proposal.Why}",
        ChunkTake.Text => $"{by} wrote it.",
    };

    private Result<LandingConflict> Whole(LandingConflict file, ChunkChoice choice)
    {
        var git = conflict[file.Path].Git;
        ConflictSide? side;
        switch (choice.Take)
        {
            case ChunkTake.Target:
                side = git.Ours;
                break;
            case ChunkTake.Branch:
                side = git.Theirs;
                break;
            case ChunkTake.Base:
                side = git.Base;
                break;
            case ChunkTake.Both or ChunkTake.Proposal or ChunkTake.Text:
            default:
                return Refusals.Invalid("side_missing", $"'{file.Path}' is settled as a whole: take target, branch or base, or give its text.");
        }

        return side is { Mode: "160000" } or { Mode: "040000" }
            ? Refusals.Invalid("side_missing", $"'{file.Path}' is a submodule; settle it with a commit.")
            : file with { Answer = new FileAnswer(by) { Object = side?.Object, Mode = side?.Mode } };
    }
}
