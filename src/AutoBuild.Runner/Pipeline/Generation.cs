using AutoBuild.Runner.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Runner.Pipeline;

/// <summary>Makes files again by the recipe's commands, where a merge of them as text would be worth nothing.</summary>
internal sealed class Generation(RunContext run, RunSite site)
{
    /// <summary>Returns the start commit with the files as the commands made them; the start commit itself where none is asked for.</summary>
    /// <exception cref="RunFault">generate_failed.</exception>
    public async Task<string> RunAsync()
    {
        var start = run.Spec.Tree.StartCommit;
        if (run.Spec.Generate.Count == 0)
        {
            return start;
        }
        foreach (var asked in run.Spec.Generate)
        {
            await RecipeCommands.GenerateAsync(run, new RecipeCommand(asked.Command), site.Plan.Path, site, run.Cancel);
        }
        var changed = (await JobTree.StatusAsync(site.Plan, run.Cancel)).Select(file => file.Path).ToList();
        var files = new Dictionary<string, ResolvedFile>();
        foreach (var path in Protected.Changed([.. run.Spec.Generate.SelectMany(asked => asked.Paths)], changed))
        {
            files[path] = await ReadAsync(Path.Combine(site.Plan.Path, path));
        }
        return files.Count == 0 ? start : await site.Clone.WithFilesAsync(start, files, run.Cancel);
    }

    private async Task<ResolvedFile> ReadAsync(string path) =>
        !File.Exists(path) ? ResolvedFile.Deleted
            : new FileInfo(path).LinkTarget is not null ? throw new RunFault("generate_failed", $"The command made '{Path.GetFileName(path)}' a link; that is not taken.")
            : new ResolvedFile(await site.Clone.WriteBlobAsync(await File.ReadAllBytesAsync(path, run.Cancel), run.Cancel));
}
