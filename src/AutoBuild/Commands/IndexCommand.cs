using System.CommandLine;
using System.Globalization;
using AutoBuild.Api;
using AutoBuild.Client;
using AutoBuild.Core;
using AutoBuild.Memory.Index;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild index</c>: makes a repository searchable, and follows that to its end.</summary>
internal static class IndexCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(150);

    public static Verb Create()
    {
        var place = new Argument<string?>("PATH|URL") { Description = "The repository: a path, or an address that git can clone; the same as --repo.", Arity = ArgumentArity.ZeroOrOne };
        var branch = new Option<string?>("--branch") { Description = "The branch (default: what is checked out, with what is not committed).", HelpName = "BRANCH" };
        var dry = new Option<bool>("--dry-run") { Description = "Only tell what would be read: files, their size, the largest folders, what is skipped and why." };
        return new Verb("index", "Makes a repository searchable; only what is new since the last time is read.", "autobuild index .", async call =>
        {
            var source = One(call.Get(place), call);
            using var api = await call.ConnectAsync();
            return call.Get(dry) ? await PlanAsync(api, call, source, call.Get(branch)) : await IndexAsync(api, call, source, call.Get(branch));
        }).With(place, ProjectOptions.Repository, ProjectOptions.Project, branch, dry).PrintsData();
    }

    private static string? One(string? place, Call call)
    {
        var others = new[] { call.Get(ProjectOptions.Repository), call.Get(ProjectOptions.Project) };
        return place is null || others.All(other => other is null) ? place ?? others[0]
            : throw new AutoBuildException("wrong_use", $"Name one repository: '{place}', --repo or --project.");
    }

    private static async Task<int> IndexAsync(ApiClient api, Call call, string? source, string? branch)
    {
        var project = await new Lookup(api, call).ProjectOrNewAsync(source);
        await api.IndexAsync(new IndexBody { ProjectId = $"{project.Id}", Branch = branch }, call.Cancel);
        var ended = await FollowAsync(api, call, project.Id);
        return ended.Value.Status == IndexState.Failed
            ? throw new AutoBuildException("index_failed", $"{project.Name} could not be indexed: {ended.Value.Error}")
            : call.Print(ended, index => call.Say($"{index.Files} files in {index.Chunks} pieces are searchable{(index.Commit is { } commit ? $", as of {commit[..8]}" : "")}."));
    }

    // A look makes no project.
    private static async Task<int> PlanAsync(ApiClient api, Call call, string? typed, string? branch)
    {
        var body = new IndexBody { Branch = branch };
        if (await new Lookup(api, call).NamedProjectAsync() is { } known)
        {
            body = body with { ProjectId = $"{known}" };
        }
        else
        {
            var source = await RepositorySource.ParseAsync(typed ?? ".", call.Cancel);
            body = body with { RepoPath = source.Path, RepoUrl = source.Url };
        }

        return call.Print(await api.PlanIndexAsync(body, call.Cancel), plan => Show(call, plan));
    }

    private static void Show(Call call, IndexPlanned plan)
    {
        call.Say($"{plan.Files} files, {Megabytes(plan.Bytes)}, about {plan.Chunks} pieces.");
        Tables.Show(call, ["folder", "size"], [.. plan.Folders.Select(folder => (string[])[folder.Folder.Length > 0 ? folder.Folder : "./", Megabytes(folder.Bytes)])], "Nothing would be read.");
        foreach (var (reason, count) in plan.Skipped)
        {
            var first = plan.SkippedFiles.Where(file => Fields.Word(file.Reason) == reason).Take(3).Select(file => file.Path);
            call.Say($"Skipped, {reason.Replace('_', ' ')}: {count}, such as {string.Join(", ", first)}.");
        }
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");

    private static async Task<Reply<IndexShown>> FollowAsync(ApiClient api, Call call, Guid project)
    {
        while (true)
        {
            var state = await api.GetIndexAsync(project, call.Cancel);
            if (state.Value.Status is IndexState.Completed or IndexState.Failed)
            {
                return state;
            }

            if (call.Terminal.ErrorInteractive)
            {
                await call.Terminal.Error.WriteAsync($"\r{Bar(state.Value)}\e[K");
            }

            await Task.Delay(Look, call.Terminal.Time, call.Cancel);
        }
    }

    private static string Bar(IndexShown index)
    {
        const int Width = 30;
        var done = index.FilesTotal == 0 ? 0 : Width * index.FilesIndexed / index.FilesTotal;
        return $"[{new string('#', done)}{new string('.', Width - done)}] {index.FilesIndexed} of {index.FilesTotal} files";
    }
}
