using System.CommandLine;
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
        var branch = new Option<string?>("--branch") { Description = "The branch (default: what is checked out, with what is not committed).", HelpName = "BRANCH" };
        return new Verb("index", "Makes a repository searchable; only what is new since the last time is read.", "autobuild index --repo .", async call =>
        {
            using var api = await call.ConnectAsync();
            var project = await new Lookup(api, call).ProjectOrNewAsync();
            await api.IndexAsync(new IndexBody { ProjectId = $"{project.Id}", Branch = call.Get(branch) }, call.Cancel);
            var ended = await FollowAsync(api, call, project.Id);
            return ended.Value.Status == IndexState.Failed
                ? throw new AutoBuildException("index_failed", $"{project.Name} could not be indexed: {ended.Value.Error}")
                : call.Print(ended, index => call.Say($"{index.Files} files in {index.Chunks} pieces are searchable{(index.Commit is { } commit ? $", as of {commit[..8]}" : "")}."));
        }).With(ProjectOptions.Repository, ProjectOptions.Project, branch).PrintsData();
    }

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
