using AutoBuild.Workspaces;

namespace AutoBuild.Memory.Index;

/// <summary>Says which files are left out, beside what git ignores.</summary>
public sealed record SourceRules
{
    /// <summary>In the root; patterns as in .gitignore.</summary>
    public const string IgnoreFile = ".contextignore";

    private GitPatterns? _ignored;
    private GitPatterns? _asked;

    public static SourceRules Default { get; } = new();

    /// <summary>Larger files are skipped; 1 MiB.</summary>
    public long MostBytes { get; init; } = 1 << 20;

    /// <summary>Patterns as in .gitignore that a path must match; empty lets all through.</summary>
    public IReadOnlyList<string> Patterns
    {
        get;
        init => (field, _asked) = (value, value.Count > 0 ? new GitPatterns(value) : null);
    } = [];

    internal bool HasIgnoreFile => _ignored is not null;

    /// <summary>Why a path is not read; null where it is.</summary>
    public SkipReason? Skips(string path, long size) =>
        SecretFiles.Is(path) ? SkipReason.Secret
        : BinaryFiles.Is(path) ? SkipReason.Binary
        : _asked?.Matches(path) == false || _ignored?.Matches(path) == true ? SkipReason.LeftOut
        : size > MostBytes ? SkipReason.TooLarge
        : null;

    internal SourceRules WithIgnore(IEnumerable<string> lines) => this with { _ignored = new GitPatterns(lines) };

    /// <summary>With the ignore file of a folder on the disk, where there is one.</summary>
    internal SourceRules From(string folder) =>
        Path.Combine(folder, IgnoreFile) is var file && !HasIgnoreFile && File.Exists(file) && File.ResolveLinkTarget(file, false) is null ? WithIgnore(File.ReadLines(file)) : this;
}
