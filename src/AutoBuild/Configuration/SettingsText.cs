namespace AutoBuild.Configuration;

/// <summary>Is one effective setting as <c>config show</c> prints it.</summary>
/// <param name="Value">Secrets show as <c>(set)</c>, and a password within an address as <c>***</c>; what is not configured is null.</param>
/// <param name="Source"><c>default</c>, <c>autobuild.yaml:4</c>, <c>environment PORT</c> or <c>option --orchestrator-port</c>.</param>
public sealed record SettingRow(string Key, string? Value, string Source);

/// <summary>Shows effective settings with the source of each, never a secret.</summary>
public static class SettingsText
{
    /// <summary>The source of a value that nobody set.</summary>
    internal const string Default = "default";

    /// <summary>Returns a row for every setting, in the order of the file.</summary>
    public static IReadOnlyList<SettingRow> Rows(Settings settings)
    {
        string SourceOf(string path) => settings.Sources.GetValueOrDefault(path, Default);
        var rows = SettingKeys.All.Select(key => new SettingRow(key.Path, Shown(key, settings), SourceOf(key.Path))).ToList();
        var firstQueueKey = rows.FindIndex(row => row.Key.StartsWith("queue.", StringComparison.Ordinal));
        rows.Insert(firstQueueKey, new SettingRow(AuthReader.Path, Shown(settings.Auth), SourceOf(AuthReader.Path)));
        rows.Insert(rows.FindIndex(row => row.Key == "agents.sign_in"), new SettingRow(DeclaredReader.Path, $"[{string.Join(", ", settings.Agents.Declared.Keys)}]", SourceOf(DeclaredReader.Path)));
        return rows;
    }

    /// <summary>Returns the rows as aligned lines.</summary>
    public static string Render(Settings settings)
    {
        var rows = Rows(settings);
        var key = rows.Max(row => row.Key.Length);
        var value = Math.Min(60, rows.Max(row => (row.Value ?? "").Length));
        return string.Join('\n', rows.Select(row => $"{row.Key.PadRight(key)}  {(row.Value ?? "-").PadRight(value)}  {row.Source}")) + "\n";
    }

    /// <summary>Returns a sentence that names the settings which somebody set and which have no effect yet, or null.</summary>
    public static string? Notice(Settings settings)
    {
        var idle = SettingKeys.All
            .Where(key => key.Planned && key.Read(settings) != key.Read(new Settings()))
            .Select(key => $"{key.Path} ({settings.Sources[key.Path]})")
            .ToList();
        return idle.Count == 0 ? null
            : $"Set, but without effect in this version: {string.Join(", ", idle)}.{(settings.Database.Url is null ? "" : " Everything is kept in SQLite in the data directory.")}";
    }

    private static string? Shown(SettingKey key, Settings settings) => key.Read(settings) switch
    {
        null => null,
        var address when key.Address => Addresses.WithoutPassword(address),
        var _ when key.Secret => "(set)",
        var value => value,
    };

    private static string Shown(AuthSettings auth) => auth.Mode switch
    {
        AuthMode.Token => "token",
        AuthMode.None => "none",
        AuthMode.List => $"[{string.Join(", ", auth.Tokens.Select(token => token.Role.ToString().ToLowerInvariant()))}]",
    };
}
