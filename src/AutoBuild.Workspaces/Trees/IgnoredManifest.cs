using System.Globalization;
using System.Text;

namespace AutoBuild.Workspaces;

/// <summary>Size and time of the files that git does not keep, as they were after setup.</summary>
internal sealed class IgnoredManifest
{
    private readonly Dictionary<string, (long Size, long Ticks)> _files = [];

    public static IgnoredManifest Of(string tree, IEnumerable<string> paths)
    {
        var manifest = new IgnoredManifest();
        foreach (var path in paths)
        {
            if (Stat(tree, path) is { } stat)
            {
                manifest._files[path] = stat;
            }
        }
        return manifest;
    }

    /// <summary>Reads it back; a missing file is an empty manifest, with which everything counts as changed.</summary>
    public static IgnoredManifest Load(string file)
    {
        var manifest = new IgnoredManifest();
        if (File.Exists(file))
        {
            var fields = File.ReadAllText(file).Split('\0');
            for (var at = 0; at + 2 < fields.Length; at += 3)
            {
                manifest._files[fields[at]] = (Number(fields[at + 1]), Number(fields[at + 2]));
            }
        }
        return manifest;
    }

    public void Save(string file)
    {
        var text = new StringBuilder();
        foreach (var (path, (size, ticks)) in _files)
        {
            text.Append(CultureInfo.InvariantCulture, $"{path}\0{size}\0{ticks}\0");
        }
        TreeFiles.Replace(file, text.ToString());
    }

    /// <summary>What is new or different here compared with an earlier listing.</summary>
    public IgnoredManifest Except(IgnoredManifest earlier)
    {
        var changed = new IgnoredManifest();
        foreach (var (path, stat) in _files.Where(file => !earlier._files.TryGetValue(file.Key, out var then) || then != file.Value))
        {
            changed._files[path] = stat;
        }
        return changed;
    }

    /// <summary>This with the entries of another put over it.</summary>
    public IgnoredManifest With(IgnoredManifest newer)
    {
        foreach (var (path, stat) in newer._files)
        {
            _files[path] = stat;
        }
        return this;
    }

    public bool IsUnchanged(string tree, string path) => _files.TryGetValue(path, out var then) && Stat(tree, path) == then;

    private static (long, long)? Stat(string tree, string path)
    {
        var file = new FileInfo(Path.Combine(tree, path));
        return file.Exists || file.LinkTarget is not null ? (file.LinkTarget?.Length ?? file.Length, file.LastWriteTimeUtc.Ticks) : null;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
