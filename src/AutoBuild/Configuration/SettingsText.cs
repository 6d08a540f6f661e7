namespace AutoBuild.Configuration;

/// <summary>Is one effective setting as <c>config show</c> prints it.</summary>
/// <param name="Value">Secrets show as <c>(set)</c>; what is not configured is null.</param>
/// <param name="Source"><c>default</c>, <c>autobuild.yaml:4</c> or <c>environment PORT</c>.</param>
public sealed record SettingRow(string Key, string? Value, string Source);

/// <summary>Shows effective settings with the source of each, never a secret.</summary>
public static class SettingsText
{
    /// <summary>Returns a row for every setting, in the order of the file.</summary>
    public static IReadOnlyList<SettingRow> Rows(Settings settings)
    {
        string SourceOf(string path) => settings.Sources.GetValueOrDefault(path, "default");
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

    private static string? Shown(SettingKey key, Settings settings) =>
        key.Secret && key.Read(settings) is not null ? "(set)" : key.Read(settings);

    private static string Shown(AuthSettings auth) => auth.Mode switch
    {
        AuthMode.Token => "token",
        AuthMode.None => "none",
        AuthMode.List => $"[{string.Join(", ", auth.Tokens.Select(token => token.Role.ToString().ToLowerInvariant()))}]",
    };
}
