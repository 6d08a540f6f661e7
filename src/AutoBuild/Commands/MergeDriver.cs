using System.Text;
using AutoBuild.Core;
using AutoBuild.Merge;
using AutoBuild.Workspaces;

namespace AutoBuild.Commands;

/// <summary>Is the entry of the merge engine in git's configuration, of a repository or of the user.</summary>
internal sealed class MergeDriver
{
    private const string Key = "merge.autobuild";
    private const string Default = "merge.default";
    private const string Driver = "autobuild";
    private const string Begin = "# autobuild merge-driver";
    private const string End = "# end of autobuild merge-driver";
    private const string Ending = $" merge={Driver}";

    private static readonly GitOptions User = new() { UserConfiguration = true };

    private readonly string _directory;
    private readonly string _scope;
    private readonly string _attributes;

    private MergeDriver(string directory, string scope, string attributes) => (_directory, _scope, _attributes) = (directory, scope, attributes);

    /// <exception cref="AutoBuildException">not_a_repository.</exception>
    public static async Task<MergeDriver> FindAsync(string directory, bool global, CancellationToken cancel)
    {
        if (global)
        {
            var set = await Git.RunAsync(directory, ["config", "--global", "--type=path", "core.attributesFile"], User, cancel);
            var home = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } named ? named : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
            return new MergeDriver(directory, "--global", set.Output.Length > 0 ? set.Output : Path.Combine(home, "git", "attributes"));
        }

        var found = await Git.RunAsync(directory, ["rev-parse", "--git-path", "info/attributes"], User, cancel);
        return found.Succeeded
            ? new MergeDriver(directory, "--local", Path.GetFullPath(found.Output, directory))
            : throw Git.Distrust(directory, found)
                ?? (Exception)new AutoBuildException("not_a_repository", "This directory is in no git repository. Go into one, or install the driver for all with --global.");
    }

    /// <summary>Writes the entry, again or for the first time. Without patterns it serves every file whose merge attribute nobody set.</summary>
    public async Task InstallAsync(IReadOnlyCollection<string> patterns, CancellationToken cancel)
    {
        var other = (await GitAsync(["config", _scope, Default], cancel)).Output;
        if (patterns.Count == 0 && other is not ("" or Driver))
        {
            throw new AutoBuildException("merge_default_taken", $"Git's merge.default is '{other}' already. Name files with --patterns, or take that out: git config {_scope} --unset merge.default");
        }

        await SetAsync($"{Key}.name", "AutoBuild's merge engine", cancel);
        await SetAsync($"{Key}.driver", Command(), cancel);
        await SetAsync($"{Key}.recursive", "text", cancel);
        if (patterns.Count == 0)
        {
            await SetAsync(Default, Driver, cancel);
        }
        else if (other == Driver)
        {
            await GitAsync(["config", _scope, "--unset", Default], cancel);
        }

        WriteAttributes(patterns);
    }

    public async Task UninstallAsync(CancellationToken cancel)
    {
        await GitAsync(["config", _scope, "--remove-section", Key], cancel);
        if ((await GitAsync(["config", _scope, Default], cancel)).Output == Driver)
        {
            await GitAsync(["config", _scope, "--unset", Default], cancel);
        }

        WriteAttributes([]);
    }

    /// <summary>Reads the command that git calls, null where none is set up, and the files that it is called for.</summary>
    public async Task<(string? Command, IReadOnlyList<string> Patterns)> ReadAsync(CancellationToken cancel)
    {
        var command = await GitAsync(["config", _scope, $"{Key}.driver"], cancel);
        var everything = (await GitAsync(["config", _scope, Default], cancel)).Output == Driver;
        var (_, own, _) = Attributes();
        return (command.Succeeded ? command.Output : null, [.. everything ? (string[])["every file"] : [], .. own]);
    }

    private static string Command() =>
        string.Join(' ', RunnerCommand.Self().Select(Quoted)) + $" {MergeFileCommand.Name} --marker-size %L --base-label %S --ours-label %X --theirs-label %Y --path %P %O %A %B";

    private static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private async Task SetAsync(string key, string value, CancellationToken cancel)
    {
        var set = await GitAsync(["config", _scope, key, value], cancel);
        if (!set.Succeeded)
        {
            throw new AutoBuildException("git_config_failed", $"Git did not take {key}: {set.Error}");
        }
    }

    // Lines of other encodings than UTF-8, and of other line breaks, stay as they are: each byte is one character here.
    private (List<string> Others, List<string> Own, int At) Attributes()
    {
        var (others, own, at, inside) = (new List<string>(), new List<string>(), (int?)null, false);
        foreach (var line in ChunkText.Lines(File.Exists(_attributes) ? File.ReadAllText(_attributes, Encoding.Latin1) : ""))
        {
            var text = line.TrimEnd('\r', '\n');
            if (text is Begin or End)
            {
                inside = text == Begin;
                at ??= others.Count;
            }
            else if (inside && text.EndsWith(Ending, StringComparison.Ordinal))
            {
                own.Add(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text[..^Ending.Length])));
            }
            else
            {
                others.Add(line);
            }
        }

        return (others, own, at ?? others.Count);
    }

    private void WriteAttributes(IReadOnlyCollection<string> patterns)
    {
        var (others, own, at) = Attributes();
        if (patterns.Count == 0 && own.Count == 0)
        {
            return;
        }

        string[] block = patterns.Count == 0 ? [] : [Begin, .. patterns.Select(pattern => pattern + Ending), End];
        var lines = block.Select(line => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(line + "\n")));
        Directory.CreateDirectory(Path.GetDirectoryName(_attributes)!);
        WriteFile.Over(_attributes, Encoding.Latin1.GetBytes(ChunkText.Joined([string.Concat(others.Take(at)), string.Concat(lines), string.Concat(others.Skip(at))])));
    }

    private Task<GitResult> GitAsync(IReadOnlyList<string> arguments, CancellationToken cancel) => Git.RunAsync(_directory, arguments, User, cancel);
}
