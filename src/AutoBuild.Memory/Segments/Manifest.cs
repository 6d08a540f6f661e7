using System.Text.Json;
using AutoBuild.Workspaces;

namespace AutoBuild.Memory.Segments;

/// <summary>Is the list of the segment files that count; what is not listed is a left-over.</summary>
/// <param name="Next">The number of the next file; none is used twice.</param>
internal sealed record Manifest(long Next, IReadOnlyList<ManifestEntry> Segments)
{
    public const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public int Version { get; init; } = CurrentVersion;

    /// <summary>Reads it; null where there is none, or none that can be read.</summary>
    public static Manifest? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Manifest>(File.ReadAllBytes(path), Json) is { Version: CurrentVersion, Segments: not null } read ? read : null;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public void Write(string path) => WriteFile.ByRename(path, JsonSerializer.Serialize(this, Json));
}

/// <summary>Is one file of the list.</summary>
/// <param name="File">Its name.</param>
/// <param name="Length">In bytes.</param>
internal sealed record ManifestEntry(string File, long Length);
