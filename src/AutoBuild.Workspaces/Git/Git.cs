namespace AutoBuild.Workspaces;

/// <summary>Runs git so that no hook, monitor, prompt or pager of anyone runs with it.</summary>
public static class Git
{
    private const long NoSpace = 64 << 10;

    private static readonly string[] Always =
    [
        // A git that outlives its killed parent keeps a lock for a moment: wait for it, as long as a busy machine may need.
        "-c", "core.filesRefLockTimeout=10000", "-c", "core.packedRefsTimeout=10000",
        "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false",
        // Git's own ways to fetch and no others: a helper is a program that an address would choose.
        "-c", "protocol.allow=never", "-c", "protocol.https.allow=always", "-c", "protocol.http.allow=always", "-c", "protocol.ssh.allow=always",
        "-c", "protocol.git.allow=always", "-c", "protocol.file.allow=user",
        "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "commit.gpgSign=false", "-c", "advice.detachedHead=false",
    ];

    private static readonly Lazy<Task<Version>> InstalledVersion = new(ReadVersionAsync);

    /// <summary>Stands around every command of one flow of control, so that a test can let it die before, in and after any of them.</summary>
    internal static AsyncLocal<Func<ChildCommand, Func<ChildCommand, Task<ChildResult>>, Task<ChildResult>>?> Around { get; } = new();

    /// <summary>The installed git's version.</summary>
    /// <exception cref="WorkspaceException">git_missing.</exception>
    public static Task<Version> VersionAsync() => InstalledVersion.Value;

    /// <summary>The oldest git that does all that is asked of it here.</summary>
    public static Version Least { get; } = new(2, 38);

    /// <summary>Holds that a git is installed that is new enough.</summary>
    /// <exception cref="WorkspaceException">git_missing.</exception>
    public static async Task RequireAsync()
    {
        if (await VersionAsync() is { } version && version < Least)
        {
            throw new WorkspaceException("git_missing", $"Git {version} is too old. Install git {Least} or newer.");
        }
    }

    /// <summary>The fault of a repository that git does not read because it is another user's; null for any other result.</summary>
    public static WorkspaceException? Distrust(string path, GitResult result) => result.Error.Contains("dubious ownership", StringComparison.Ordinal)
        ? new WorkspaceException("repository_not_trusted", $"'{path}' belongs to another user, so git does not read it. If you trust it: git config --global --add safe.directory '{path}'.")
        : null;

    /// <summary>Runs git in a directory and returns what it gave, whatever its exit code.</summary>
    /// <exception cref="WorkspaceException">git_missing, git_timeout, directory_missing.</exception>
    public static async Task<GitResult> RunAsync(string directory, IReadOnlyList<string> arguments, GitOptions? options = null,
        CancellationToken cancellation = default)
    {
        options ??= GitOptions.Default;
        using var output = new MemoryStream();
        var truncated = false;
        var command = new ChildCommand("git", [.. Always, .. arguments])
        {
            WorkingDirectory = directory,
            Environment = CreateEnvironment(options),
            StandardInput = options.Input,
            WriteInput = options.WriteInput,
            WallLimit = options.Timeout,
            CaptureLimit = 64 * 1024,
        };
        var result = Around.Value is { } around
            ? await around(command, actual => RunAsync(actual, Keep, cancellation))
            : await RunAsync(command, Keep, cancellation);
        cancellation.ThrowIfCancellationRequested();
        return result.End == ChildEnd.Exited
            ? new GitResult(result.ExitCode, output.ToArray(), result.Error.Trim(), truncated)
            : throw new WorkspaceException("git_timeout", $"git {arguments[0]} in '{directory}' took longer than {options.Timeout} and was stopped.");

        void Keep(ReadOnlyMemory<byte> chunk, bool isError)
        {
            if (!isError && options.TakeOutput is { } take)
            {
                take(chunk);
            }
            else if (!isError)
            {
                var room = Math.Min(chunk.Length, options.MaxOutput - (int)output.Length);
                output.Write(chunk.Span[..room]);
                truncated |= room < chunk.Length;
            }
        }
    }

    /// <summary>Runs git and returns its output as text.</summary>
    /// <exception cref="WorkspaceException">git_failed, disk_full, not_a_repository beside those of <see cref="RunAsync(string, IReadOnlyList{string}, GitOptions?, CancellationToken)"/>.</exception>
    public static async Task<string> TextAsync(string directory, IReadOnlyList<string> arguments, GitOptions? options = null,
        CancellationToken cancellation = default) =>
        (await ExpectAsync(directory, arguments, options, cancellation)).Output;

    /// <summary>Runs git and throws unless it succeeds.</summary>
    public static async Task<GitResult> ExpectAsync(string directory, IReadOnlyList<string> arguments, GitOptions? options = null,
        CancellationToken cancellation = default)
    {
        var result = await RunAsync(directory, arguments, options, cancellation);
        return result.Succeeded ? result : throw Failure(directory, arguments, result);
    }

    internal static WorkspaceException Failure(string directory, IReadOnlyList<string> arguments, GitResult result)
    {
        var code = result.Error switch
        {
            var text when text.Contains("No space left on device", StringComparison.Ordinal) => "disk_full",
            var text when text.Contains("not a git repository", StringComparison.Ordinal) => "not_a_repository",
            var text when text.Contains("mismatched algorithms", StringComparison.Ordinal) => "object_format_unsupported",
            // Git doesn't always say why it could not write.
            _ => DiskSpace.IsBelow(directory, NoSpace) ? "disk_full" : "git_failed",
        };
        var verb = arguments.FirstOrDefault(argument => !argument.StartsWith('-') && !argument.Contains('=', StringComparison.Ordinal));
        return new WorkspaceException(code, $"git {verb} failed in '{directory}' with exit code {result.ExitCode}: {result.Error}");
    }

    private static async Task<ChildResult> RunAsync(ChildCommand command, Action<ReadOnlyMemory<byte>, bool> keep, CancellationToken cancellation)
    {
        try
        {
            return await ChildProcess.RunAsync(command, keep, cancellation);
        }
        catch (WorkspaceException e) when (e.Code == "command_missing")
        {
            throw new WorkspaceException("git_missing", $"Git was not found in PATH. Install git {Least} or newer.", e);
        }
    }

    // A GIT_DIR or GIT_INDEX_FILE around us (we may run inside a hook) must never reach git.
    private static Dictionary<string, string> CreateEnvironment(GitOptions options)
    {
        var environment = OwnEnvironment.Read();
        foreach (var name in environment.Keys.Where(options.UserConfiguration ? IsRepositoryVariable : IsGitVariable).ToList())
        {
            environment.Remove(name);
        }
        environment["LC_ALL"] = "C";
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["GIT_OPTIONAL_LOCKS"] = "0";
        environment["GIT_EDITOR"] = "true";
        environment["SSH_ASKPASS_REQUIRE"] = "never";
        foreach (var role in (string[])["AUTHOR", "COMMITTER"])
        {
            environment[$"GIT_{role}_NAME"] = "AutoBuild";
            environment[$"GIT_{role}_EMAIL"] = "autobuild@localhost";
        }
        if (!options.UserConfiguration)
        {
            environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
            environment["GIT_CONFIG_NOSYSTEM"] = "1";
        }
        foreach (var (name, value) in options.Environment ?? new Dictionary<string, string>())
        {
            environment[name] = value;
        }
        return environment;
    }

    private static bool IsGitVariable(string name) => name.StartsWith("GIT_", StringComparison.Ordinal);

    private static bool IsRepositoryVariable(string name) => name is "GIT_DIR" or "GIT_WORK_TREE" or "GIT_INDEX_FILE" or "GIT_OBJECT_DIRECTORY"
        or "GIT_ALTERNATE_OBJECT_DIRECTORIES" or "GIT_COMMON_DIR" or "GIT_NAMESPACE" or "GIT_PREFIX" or "GIT_QUARANTINE_PATH";

    // "git version 2.39.5 (Apple Git-154)"
    private static async Task<Version> ReadVersionAsync()
    {
        var words = (await TextAsync(Path.GetTempPath(), ["--version"])).Split(' ');
        var digits = words.ElementAtOrDefault(2)?.Split('.').TakeWhile(part => part.All(char.IsAsciiDigit)).Take(3) ?? [];
        return Version.TryParse(string.Join('.', digits), out var version) ? version : new Version(0, 0);
    }
}
