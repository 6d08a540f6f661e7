using System.Text;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Orchestrator.Landings;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Orchestrator.Landings;

/// <summary>Is an orchestrator with a repository whose commits are made of bytes, so that candidates can be merged without a run.</summary>
internal sealed class MergeBench : IAsyncDisposable
{
    private MergeBench(Bench bench, Project project) => (Server, Project, Clone) = (bench, project, bench.Clone(project));

    public Bench Server { get; }

    public Project Project { get; }

    public BareClone Clone { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<MergeBench> StartAsync()
    {
        var bench = await Bench.StartAsync();
        var project = await bench.AddProjectAsync();
        await bench.Get<AutoBuild.Orchestrator.Projects.Clones>().OpenAsync(project, Cancel);
        return new MergeBench(bench, project);
    }

    /// <summary>Merges a candidate onto a commit as a landing does.</summary>
    public Task<MergeStep> MergeAsync(string onto, string candidate) =>
        Server.Get<LandingMerge>().MergeAsync(Landing(candidate), Project, Clone, new TipResult(onto, null, false, false), Cancel);

    /// <summary>Merges two versions of one file that both come from a third.</summary>
    public async Task<MergeStep> MergeAsync(string path, string start, string ours, string theirs)
    {
        var root = await CommitAsync(null, (path, Bytes(start)));
        return await MergeAsync(await CommitAsync(root, (path, Bytes(ours))), await CommitAsync(root, (path, Bytes(theirs))));
    }

    /// <summary>Commits files onto a parent; null bytes delete, a path that ends in a star is a program.</summary>
    public async Task<string> CommitAsync(string? parent, params (string Path, byte[]? Bytes)[] files)
    {
        var index = new GitOptions { Environment = new Dictionary<string, string> { ["GIT_INDEX_FILE"] = System.IO.Path.Combine(Server.Root, Guid.NewGuid().ToString("N")) } };
        await Git.ExpectAsync(Clone.Path, parent is null ? ["read-tree", "--empty"] : ["read-tree", parent], index, Cancel);
        var lines = new StringBuilder();
        foreach (var (path, bytes) in files)
        {
            lines.Append(bytes is null ? $"0 {new string('0', 40)}\t{path}\0" : $"{(path.EndsWith('*') ? "100755" : "100644")} {await Clone.WriteBlobAsync(bytes, Cancel)}\t{path.TrimEnd('*')}\0");
        }

        await Git.ExpectAsync(Clone.Path, ["update-index", "-z", "--index-info"], index with { Input = Encoding.UTF8.GetBytes(lines.ToString()) }, Cancel);
        var tree = await Git.TextAsync(Clone.Path, ["write-tree"], index, Cancel);
        return await Git.TextAsync(Clone.Path, ["commit-tree", tree, "-m", "change", .. parent is null ? Array.Empty<string>() : ["-p", parent]], null, Cancel);
    }

    public async Task<string?> ReadAsync(string commit, string path) => await Clone.ReadFileAsync(commit, path, Cancel) is { } bytes ? Encoding.Latin1.GetString(bytes) : null;

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private Landing Landing(string commit) => new()
    {
        Id = Guid.CreateVersion7(),
        ProjectId = Project.Id,
        JobId = Guid.CreateVersion7(),
        TicketId = Guid.CreateVersion7(),
        TargetBranch = "main",
        BranchName = "autobuild/some-work",
        Commit = commit,
        CreatedAt = TimeProvider.System.GetUtcNow(),
        UpdatedAt = TimeProvider.System.GetUtcNow(),
    };
}
