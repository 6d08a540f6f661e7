using System.Text;

namespace AutoBuild.Workspaces;

/// <summary>What a git command gave.</summary>
/// <param name="ExitCode">Git's exit code.</param>
/// <param name="Bytes">Standard output as it came, up to the limit.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Truncated">True when there was more output than the limit.</param>
public sealed record GitResult(int ExitCode, byte[] Bytes, string Error, bool Truncated)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>Standard output as UTF-8, without the newline at its end.</summary>
    public string Output => Text.TrimEnd('\n');

    /// <summary>Standard output as UTF-8, as git ended it: a patch without its last newline is none.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Standard output of a command called with <c>-z</c>.</summary>
    public IReadOnlyList<string> Fields =>
        Bytes.Length == 0 ? [] : Encoding.UTF8.GetString(Bytes.AsSpan(0, Bytes[^1] == 0 ? Bytes.Length - 1 : Bytes.Length)).Split('\0');
}

/// <summary>What a git command gets beside its arguments.</summary>
public sealed record GitOptions
{
    internal static GitOptions Default { get; } = new();

    /// <summary>Written to standard input.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>Writes standard input piece by piece, after <see cref="Input"/>.</summary>
    public Func<Stream, CancellationToken, Task>? WriteInput { get; init; }

    /// <summary>Added to git's environment last.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>True lets the user's own and the system's configuration count: credentials, proxies, url rewrites. For remotes and the user's checkout.</summary>
    public bool UserConfiguration { get; init; }

    /// <summary>Bytes of standard output that are kept; 64 MiB.</summary>
    public int MaxOutput { get; init; } = 64 << 20;

    /// <summary>Takes standard output as it comes, in place of keeping it; calls never overlap, and a slow one slows git down.</summary>
    public Action<ReadOnlyMemory<byte>>? TakeOutput { get; init; }

    /// <summary>Longest run; 10 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);
}
