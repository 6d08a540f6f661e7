using System.Security.Cryptography;
using System.Text;
using AutoBuild.Memory.Index;
using AutoBuild.Workspaces;

namespace AutoBuild.Memory.Segments;

/// <summary>Keeps views in a folder, one file each, found by project and ref.</summary>
public sealed class ViewStore
{
    // A view of 300,000 files takes some 40 MB.
    private const int MostKept = 8;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder;
    private readonly Action<string> _say;
    private readonly Lock _gate = new();
    private readonly List<(string Name, View View)> _recent = [];

    internal ViewStore(string folder, Action<string> say)
    {
        (_folder, _say) = (folder, say);
        Directory.CreateDirectory(folder, OwnerOnly);
        foreach (var draft in Directory.EnumerateFiles(folder, "*.new"))
        {
            File.Delete(draft);
        }
    }

    /// <summary>Saves a view in the place of the one of the same project and ref, and returns when it is on the disk.</summary>
    public void Save(View view)
    {
        var name = NameOf(view.Project, view.Ref);
        lock (_gate)
        {
            WriteFile.ByRename(Path.Combine(_folder, name), ViewFormat.Pack(view));
            Keep(name, view);
        }
    }

    /// <summary>Returns a view; null where there is none.</summary>
    public View? Find(Guid project, string reference) => Read(NameOf(project, reference));

    /// <summary>Returns the views of a project.</summary>
    public IReadOnlyList<View> Of(Guid project) =>
        [.. Directory.EnumerateFiles(_folder, Prefix(project) + "*" + ViewFormat.Extension).Select(file => Read(Path.GetFileName(file))).OfType<View>()];

    /// <summary>Forgets a view; false where there is none.</summary>
    public bool Delete(Guid project, string reference) => Delete(NameOf(project, reference));

    /// <summary>Forgets all views of a project and returns how many there were. Texts that nobody else holds go with the next merge.</summary>
    public int Delete(Guid project) =>
        Directory.EnumerateFiles(_folder, Prefix(project) + "*" + ViewFormat.Extension).Count(file => Delete(Path.GetFileName(file)));

    /// <summary>The texts that any view holds.</summary>
    internal HashSet<BlobKey> HeldKeys() =>
        [.. Directory.EnumerateFiles(_folder, "*" + ViewFormat.Extension).Select(file => Read(Path.GetFileName(file), keep: false)).OfType<View>().SelectMany(view => view.Files).Select(file => file.Key)];

    private bool Delete(string name)
    {
        lock (_gate)
        {
            _recent.RemoveAll(one => one.Name == name);
            var path = Path.Combine(_folder, name);
            var there = File.Exists(path);
            File.Delete(path);
            return there;
        }
    }

    private View? Read(string name, bool keep = true)
    {
        lock (_gate)
        {
            var view = _recent.Find(one => one.Name == name).View ?? Load(name);
            if (view is not null && keep)
            {
                Keep(name, view);
            }

            return view;
        }
    }

    // The last one is the one that was asked for last.
    private void Keep(string name, View view)
    {
        _recent.RemoveAll(one => one.Name == name);
        _recent.Add((name, view));
        if (_recent.Count > MostKept)
        {
            _recent.RemoveAt(0);
        }
    }

    private View? Load(string name)
    {
        var path = Path.Combine(_folder, name);
        try
        {
            return ViewFormat.Unpack(File.ReadAllBytes(path));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (InvalidDataException fault)
        {
            _say($"The memory's view '{name}' was dropped; it is made again when its project is indexed: {fault.Message}");
            File.Delete(path);
            return null;
        }
    }

    private static string NameOf(Guid project, string reference) =>
        Prefix(project) + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(reference)).AsSpan(0, 12)) + ViewFormat.Extension;

    private static string Prefix(Guid project) => $"{project:n}-";
}
