using System.Security.Cryptography;
using System.Text;
using AutoBuild.Api;
using AutoBuild.Core;
using AutoBuild.Core.Projects;
using AutoBuild.Workspaces;

namespace AutoBuild.Commands;

/// <summary>Is what <c>--repo</c> names: a repository on this machine, or an address.</summary>
/// <param name="Path">The top of the checkout, or the bare repository; null for an address.</param>
internal sealed record RepositorySource(string? Path, string? Url)
{
    /// <summary>Equal for every command that names the same repository.</summary>
    public string Key => "repository-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToString())))[..32];

    /// <summary>Reads a path or an address; a path must lie in a repository.</summary>
    public static async Task<RepositorySource> ParseAsync(string text, CancellationToken cancel)
    {
        if (BareClone.IsUrl(text))
        {
            return new RepositorySource(null, text);
        }

        var path = System.IO.Path.GetFullPath(text);
        return Directory.Exists(path)
            ? await AroundAsync(path, cancel) ?? throw new AutoBuildException("wrong_use", $"'{path}' is not in a git repository. Make one (git init, one commit), or name another with --repo.")
            : throw new AutoBuildException("wrong_use", $"There is no directory '{path}'. Name a git repository with --repo.");
    }

    /// <summary>Finds the repository that a directory belongs to; null where there is none.</summary>
    public static async Task<RepositorySource?> AroundAsync(string directory, CancellationToken cancel)
    {
        // The user's own configuration says which directories of others are trusted.
        var user = new GitOptions { UserConfiguration = true };
        var top = await Git.RunAsync(directory, ["rev-parse", "--show-toplevel"], user, cancel);
        if (Git.Distrust(directory, top) is { } distrust)
        {
            throw distrust;
        }

        var found = top.Succeeded ? top : await Git.RunAsync(directory, ["rev-parse", "--absolute-git-dir"], user, cancel);
        return found.Succeeded ? new RepositorySource(found.Output.TrimEnd('\n'), null) : null;
    }

    public bool Is(Project project) => Path is null ? project.RepoUrl == Url : project.RepoPath == Path;

    /// <summary>Makes the body of a project.</summary>
    public ProjectBody Body(string? name) => new() { Name = name ?? Name, RepoPath = Path, RepoUrl = Url };

    public override string ToString() => Path ?? Url!;

    private string Name
    {
        get
        {
            var last = ToString().TrimEnd('/').Split('/', ':')[^1];
            return last.EndsWith(".git", StringComparison.Ordinal) && last.Length > 4 ? last[..^4] : last;
        }
    }
}
