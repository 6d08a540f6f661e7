namespace AutoBuild.Configuration;

/// <summary>Is one line of the table of settings; loader, <c>config show</c>, <c>.env.example</c> and the documentation follow it.</summary>
/// <param name="Path">Key in the file, such as <c>queue.job_timeout</c>.</param>
/// <param name="Expected">What a value looks like, to complete "expected …".</param>
internal sealed record SettingKey(string Path, string Expected)
{
    /// <summary>The environment variable that overrides the file.</summary>
    public string? Variable { get; init; }

    /// <summary>Never printed.</summary>
    public bool Secret { get; init; }

    /// <summary>An address, in which a password may stand.</summary>
    public bool Address { get; init; }

    /// <summary>May be left unset, so <c>${VAR}</c> of an unset variable means "not configured".</summary>
    public bool Optional { get; init; }

    /// <summary>Read and checked, but nothing uses it yet.</summary>
    public bool Planned { get; init; }

    /// <summary>Takes several words.</summary>
    public bool List { get; init; }

    /// <summary>Returns the settings with the value, or null where the value is bad.</summary>
    public required Func<Settings, IReadOnlyList<string>, Settings?> Write { get; init; }

    /// <summary>Returns the value as the file would hold it; null where it is not configured.</summary>
    public required Func<Settings, string?> Read { get; init; }
}
