namespace AutoBuild.Workspaces;

// Tags are the source's: mirrored as they are, moved and deleted with it.
public sealed partial class BareClone
{
    /// <summary>The tags as of the last fetch, as lines of a packed-refs file: a job's git dir is given a copy, which costs no git process.</summary>
    internal static string TagsFile(string repository) => System.IO.Path.Combine(repository, "autobuild-tags");

    /// <summary>True when a repository on this machine has that branch and its tags where the last fetch found them.</summary>
    public async Task<bool> IsUpToDateAsync(string source, string branch, CancellationToken cancellation = default)
    {
        var now = await Git.RunAsync(source, ["for-each-ref", RefFormat, $"refs/heads/{branch}", "refs/tags/"], new GitOptions { UserConfiguration = true }, cancellation);
        var head = await ResolveAsync($"refs/remotes/origin/{branch}", cancellation);
        var tags = File.Exists(TagsFile(Path)) ? await File.ReadAllTextAsync(TagsFile(Path), cancellation) : null;
        return now.Succeeded && now.Output == ((head is null ? "" : $"{head} refs/heads/{branch}\n") + tags).TrimEnd('\n');
    }

    private async Task WriteTagsAsync(CancellationToken cancellation)
    {
        var tags = await Git.TextAsync(Path, ["for-each-ref", RefFormat, "refs/tags/"], null, cancellation);
        TreeFiles.Replace(TagsFile(Path), tags.Length == 0 ? "" : tags + "\n");
    }
}
