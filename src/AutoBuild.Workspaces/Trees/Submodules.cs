namespace AutoBuild.Workspaces;

/// <summary>Fills submodule folders where their source can be reached; else leaves them empty and says so.</summary>
internal static class Submodules
{
    /// <summary>Returns the folders that were filled.</summary>
    public static async Task<IReadOnlyList<string>> InitialiseAsync(TreeGit git, TreePlan plan, List<string> notes, CancellationToken cancellation)
    {
        var filled = new List<string>();
        foreach (var path in await git.SubmodulesAsync(cancellation))
        {
            var failure = await FillAsync(git, plan, path, cancellation);
            if (failure is null)
            {
                filled.Add(path);
            }
            else
            {
                notes.Add($"The submodule '{path}' was left empty: {failure}");
            }
        }
        return filled;
    }

    private static async Task<string?> FillAsync(TreeGit git, TreePlan plan, string path, CancellationToken cancellation)
    {
        var (name, url) = await DescribeAsync(git, path, cancellation);
        if (name is null || url is null)
        {
            return ".gitmodules does not name it.";
        }
        var commit = (await git.RunAsync(["rev-parse", $":{path}"], cancellation)).Output;
        string? failure = null;
        foreach (var source in await SourcesAsync(plan, path, name, url, cancellation))
        {
            failure = await CloneAsync(git, path, name, source, commit, cancellation);
            if (failure is null)
            {
                return null;
            }
        }
        return failure ?? "no source for it is known.";
    }

    // The user's checkout has most often cloned it already; that needs no network and no credentials.
    private static async Task<List<string>> SourcesAsync(TreePlan plan, string path, string name, string url, CancellationToken cancellation)
    {
        var sources = new List<string>();
        var origin = (await Git.RunAsync(plan.Repository, ["config", "remote.origin.url"], null, cancellation)).Output;
        foreach (var checkout in (string?[])[plan.CopyFrom, origin])
        {
            if (checkout is not null && Directory.Exists(checkout))
            {
                sources.AddRange(((string[])[Path.Combine(checkout, path), Path.Combine(checkout, ".git", "modules", name)])
                    .Where(folder => Path.Exists(Path.Combine(folder, ".git")) || File.Exists(Path.Combine(folder, "HEAD"))));
            }
        }
        if (!url.StartsWith("./", StringComparison.Ordinal) && !url.StartsWith("../", StringComparison.Ordinal))
        {
            sources.Add(url);
        }
        else if (BareClone.IsUrl(origin))
        {
            sources.Add(new Uri(new Uri(origin.TrimEnd('/') + "/"), url).ToString());
        }
        else
        {
            sources.Add(Path.GetFullPath(Path.Combine(origin, url)));
        }
        return sources;
    }

    private static async Task<string?> CloneAsync(TreeGit git, string path, string name, string source, string commit, CancellationToken cancellation)
    {
        var module = Path.Combine(git.GitDir, "modules", name);
        var folder = Path.Combine(git.Tree, path);
        // Without the user's credentials: the address may come from an agent's branch.
        var options = new GitOptions { Timeout = TimeSpan.FromMinutes(5) };
        TreeFiles.Delete(module);
        Directory.CreateDirectory(Path.GetDirectoryName(module)!);
        var cloned = await Git.RunAsync(git.Tree, ["clone", "-q", "--no-checkout", "--no-hardlinks", "--template=", "--separate-git-dir=" + module, "--", source, folder], options, cancellation);
        if (cloned.Succeeded)
        {
            var checkedOut = await Git.RunAsync(folder, ["checkout", "-q", "-f", "--detach", commit], GitOptions.Default, cancellation);
            if (checkedOut.Succeeded)
            {
                return null;
            }
            cloned = checkedOut;
        }
        TreeFiles.Delete(folder);
        TreeFiles.Delete(module);
        Directory.CreateDirectory(folder);
        return cloned.Error;
    }

    private static async Task<(string? Name, string? Url)> DescribeAsync(TreeGit git, string path, CancellationToken cancellation)
    {
        var fields = (await git.RunAsync(["config", "-f", ".gitmodules", "-z", "--list"], cancellation)).Fields.Select(field => field.Split('\n', 2)).Where(parts => parts.Length == 2).ToList();
        var key = fields.FirstOrDefault(parts => parts[0].EndsWith(".path", StringComparison.Ordinal) && parts[1] == path)?[0];
        var name = key?["submodule.".Length..^".path".Length];
        // The name becomes a folder below modules/.
        return name is null || name.Split('/').Contains("..") ? (null, null) : (name, fields.FirstOrDefault(parts => parts[0] == $"submodule.{name}.url")?[1]);
    }
}
