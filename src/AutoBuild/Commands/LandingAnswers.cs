using System.CommandLine;
using AutoBuild.Api;
using AutoBuild.Core;
using AutoBuild.Core.Landings;
using AutoBuild.Merge;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Workspaces;

namespace AutoBuild.Commands;

/// <summary>Makes the answer to a conflict of what <c>autobuild landing resolve</c> is given.</summary>
internal sealed class LandingAnswers(Call call, Landing landing)
{
    private static readonly string[] Editors = ["VISUAL", "EDITOR"];

    public static readonly Option<string[]> File = new("--file")
    {
        Description = "A conflicted path that is meant, or PATH=FILE: a conflicted path and the file here that holds its text; may be given several times.",
        HelpName = "PATH[=FILE]",
    };

    public static readonly Option<string[]> Remove = new("--remove") { Description = "A conflicted path that goes; may be given several times.", HelpName = "PATH" };

    public static readonly Option<int?> Chunk = new("--chunk") { Description = "The chunk that is meant, as 'landing show' counts (default: every open one).", HelpName = "N" };

    public static readonly Option<string?> Take = new Option<string?>("--take") { Description = "What goes there: target, branch, both (the target's first), base, or proposal.", HelpName = "SIDE" }
        .AcceptOnlyFromAmong(Words.Of<ChunkTake>().Where(word => word != "text").ToArray());

    public static readonly Option<int?> Proposal = new("--proposal") { Description = "Which proposal is taken, counted from 1 (default: the first).", HelpName = "N" };

    public static readonly Option<string?> Text = new("--text") { Description = "The text that goes there; '-' reads standard input.", HelpName = "TEXT" };

    public static readonly Option<bool> Edit = new("--edit") { Description = "Opens what is in conflict in your editor (VISUAL, EDITOR), with markers, and takes what you save." };

    public static readonly Option<bool> Force = new("--force") { Description = "Takes a text also where something speaks against it." };

    public static readonly Option[] All = [File, Remove, Chunk, Take, Proposal, Text, Edit, Force];

    public async Task<ResolveBody> ReadAsync(string? branch)
    {
        var paths = (call.Get(File) ?? []).Where(one => !one.Contains('=', StringComparison.Ordinal)).ToList();
        var text = await call.TextAsync(call.Get(Text));
        var files = await FilesAsync();
        var answers = call.Get(Take) is null && text is null && call.Get(Proposal) is null ? [] : Chunks(paths, text);
        var given = new[] { branch is not null, answers.Count > 0, files.Count > 0, call.Get(Edit) }.Count(one => one);
        if (given == 0 || branch is not null && given > 1)
        {
            throw new AutoBuildException("wrong_use", "Say how it is settled: a branch with your merge, or --take, --text, --file PATH=FILE, --remove or --edit.");
        }

        if (call.Get(Edit))
        {
            foreach (var (path, edited) in await EditAsync(paths))
            {
                files[path] = edited;
            }
        }

        return new ResolveBody(branch, files.Count > 0 ? files : null, answers.Count > 0 ? answers : null, branch is null ? landing.OntoCommit : null, call.Get(Force) ? true : null);
    }

    private List<ChunkBody> Chunks(List<string> paths, string? text)
    {
        var meant = paths.Count > 0 ? paths : [.. landing.Conflicts.Where(file => file.IsOpen()).Select(file => file.Path)];
        if (meant.Count > 1 && (call.Get(Chunk) is not null || text is not null))
        {
            throw new AutoBuildException("wrong_use", $"Say which file is meant with --file: {string.Join(", ", meant)}.");
        }

        var take = text is null ? call.Get(Take) ?? "proposal" : null;
        return meant.ConvertAll(path => new ChunkBody(path, call.Get(Chunk), take, take == "proposal" ? call.Get(Proposal) : null, text));
    }

    private async Task<Dictionary<string, string?>> FilesAsync()
    {
        var files = (call.Get(Remove) ?? []).ToDictionary(path => path, _ => (string?)null);
        foreach (var pair in (call.Get(File) ?? []).Where(one => one.Contains('=', StringComparison.Ordinal)))
        {
            if (pair.Split('=', 2) is not [var path, var from] || !System.IO.File.Exists(from))
            {
                throw new AutoBuildException("wrong_use", $"--file expects a conflicted path and a file that is there, such as src/a.c=/tmp/a.c, got '{pair}'.");
            }

            files[path] = await TextAsync(from);
        }

        return files;
    }

    private async Task<IEnumerable<(string Path, string Text)>> EditAsync(List<string> paths)
    {
        var files = landing.Conflicts.Where(file => paths.Count > 0 ? paths.Contains(file.Path) : file.IsOpen()).ToList();
        var folder = Directory.CreateTempSubdirectory("autobuild-conflict-").FullName;
        try
        {
            var copies = new List<(string Path, string Copy)>();
            foreach (var (file, at) in files.Select((file, at) => (file, at)))
            {
                var copy = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, $"{at}")).FullName, Path.GetFileName(file.Path));
                await System.IO.File.WriteAllBytesAsync(copy, Marked(file), call.Cancel);
                copies.Add((file.Path, copy));
            }

            await OpenAsync([.. copies.Select(one => one.Copy)]);
            var edited = new List<(string, string)>();
            foreach (var (path, copy) in copies)
            {
                edited.Add((path, Edited(path, await TextAsync(copy))));
            }

            return edited;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // With its byte order mark, if it has one.
    private async Task<string> TextAsync(string file) => Terminal.Utf8.GetString(await System.IO.File.ReadAllBytesAsync(file, call.Cancel));

    private byte[] Marked(LandingConflict file)
    {
        if (file is not { Ours: { Length: < LandingTexts.LongestSide } ours, Theirs: { Length: < LandingTexts.LongestSide } theirs } || file.Base?.Length >= LandingTexts.LongestSide)
        {
            throw new AutoBuildException("wrong_use", $"'{file.Path}' is no text, or too long to be edited so. Take a side, or settle it in a worktree: {string.Join(", then ", NextSteps.Of(landing).Skip(1).Select(step => step.Command))}.");
        }

        var bytes = Array.ConvertAll([file.Base ?? "", ours, theirs], Terminal.Utf8.GetBytes);
        var merged = MergeEngine.Merge(new MergeInput(bytes[0], bytes[1], bytes[2], file.Path), MergeOptions.Default with { OursLabel = landing.TargetBranch, TheirsLabel = landing.BranchName });
        var opened = file.Chunks.Where(chunk => chunk.Accepted is null || chunk.By is ChunkStage.Person).Select(chunk => chunk.Number - 1).ToHashSet();
        var given = file.Chunks.Where(chunk => chunk is { Accepted: not null, By: ChunkStage.Person }).ToDictionary(chunk => chunk.Number - 1, chunk => chunk.Accepted!);
        return merged.Reopen(opened).Fill(given, "person", "").Content;
    }

    private static string Edited(string path, string text) => text.TrimStart('\uFEFF').Split('\n').Any(line => line.StartsWith("<<<<<<< ", StringComparison.Ordinal) || line.StartsWith(">>>>>>> ", StringComparison.Ordinal))
        ? throw new AutoBuildException("wrong_use", $"'{path}' still holds conflict markers, so nothing was taken. Settle every one, then save.")
        : text;

    private async Task OpenAsync(IReadOnlyList<string> files)
    {
        var editor = Editors.Select(call.Terminal.Variable).FirstOrDefault(name => !string.IsNullOrWhiteSpace(name)) ?? "vi";
        var code = await TerminalChild.RunAsync("/bin/sh", ["-c", $"{editor} \"$@\"", editor, .. files], call.Cancel);
        if (code != 0)
        {
            throw new AutoBuildException("wrong_use", $"The editor '{editor}' ended with exit code {code}, so nothing was taken.");
        }
    }
}
