using AutoBuild.Core.Landings;
using Spectre.Console;

namespace AutoBuild.Commands;

/// <summary>Shows the files of a landing in which both sides met: what each side has, what was proposed, what was taken and why.</summary>
internal sealed class ConflictView(Call call, Landing landing)
{
    private const int MostLines = 30;

    public void Show()
    {
        foreach (var file in landing.Conflicts ?? [])
        {
            var open = file.Chunks.Count(chunk => chunk.Accepted is null);
            Head(file, file.Chunks.Count == 0 ? "" : $", {open} of {file.Chunks.Count} open");
            foreach (var chunk in file.Chunks)
            {
                Chunk(file, chunk);
            }
        }

        foreach (var file in landing.Resolved ?? [])
        {
            Head(file, ", settled");
            foreach (var chunk in file.Chunks)
            {
                Settled(chunk);
            }
        }
    }

    private void Head(LandingConflict file, string how)
    {
        call.Say("");
        call.Write($"{Plain.Text(file.Path)}", new Style(decoration: Decoration.Bold));
        call.Say($"  {file.Kind}{how}{Answer(file.Answer)}");
        if (file.Note is { } note)
        {
            call.Say($"  {Plain.Line(note, 200)}");
        }

        if (file is { Chunks.Count: 0, Answer: null } && (landing.Conflicts ?? []).Contains(file))
        {
            call.Say($"  {Sides(file)} Take target, branch or base, or give its text.");
        }
    }

    private static string Answer(FileAnswer? answer) => answer switch
    {
        null => "",
        { Commit: { } commit } => $" by {answer.By}, in {Plain.Commit(commit)}",
        { Object: null } => $" by {answer.By}: deleted",
        _ => $" by {answer.By}",
    };

    private string Sides(LandingConflict file) => (file.Ours, file.Theirs) switch
    {
        (null, not null) => $"{landing.TargetBranch} has no such text, {landing.BranchName} has one.",
        (not null, null) => $"{landing.TargetBranch} has a text, {landing.BranchName} none.",
        _ => "It has no text that could be merged by lines.",
    };

    private void Chunk(LandingConflict file, LandingChunk chunk)
    {
        if (chunk.Accepted is not null)
        {
            Settled(chunk);
            return;
        }

        call.Write($"  chunk {chunk.Number}", Marks.Bad);
        call.Say($"  {chunk.Why} ({chunk.Rule})");
        Side("base", chunk.Base, Marks.Faint);
        Side(landing.TargetBranch, chunk.Target, Marks.Busy);
        Side(landing.BranchName, chunk.Branch, Marks.Wait);
        foreach (var (proposal, at) in chunk.Proposals.Select((proposal, at) => (proposal, at + 1)))
        {
            call.Write($"    proposal {at}", Marks.Good);
            call.Say($"  {Plain.Word(proposal.Stage)}, {proposal.Rule}: {proposal.Why}");
            Lines(proposal.Text, Marks.Good);
        }
    }

    private void Settled(LandingChunk chunk)
    {
        call.Write($"  chunk {chunk.Number}", Marks.Good);
        call.Say($"  {Plain.Word(chunk.By ?? ChunkStage.Engine)}{(chunk.By is ChunkStage.Person ? "" : $", tier {Plain.Word(chunk.Tier).ToUpperInvariant()}")}, {chunk.Rule}: {chunk.Why}");
        Lines(chunk.Accepted ?? "", Marks.Good);
    }

    private void Side(string name, ChunkSide side, Style style)
    {
        call.Write($"    {Plain.Text(name)}", style);
        call.Say(side.Lines == 0 ? "  nothing" : $"  line{(side.Lines == 1 ? $" {side.Line}" : $"s {side.Line} to {side.Line + side.Lines - 1}")}{(side.Text is null ? ", too long to be kept: see the file" : "")}");
        Lines(side.Text ?? "", style);
    }

    private void Lines(string text, Style style)
    {
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        foreach (var line in text.Length == 0 ? [] : lines.Take(MostLines))
        {
            call.Write($"      {Plain.Text(line)}\n", style);
        }

        if (lines.Length > MostLines)
        {
            call.Say($"      … and {lines.Length - MostLines} more; --json has all");
        }
    }
}
