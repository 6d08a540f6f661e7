using System.Text;

namespace AutoBuild.Workspaces;

/// <summary>The files that let a command line tool sign in as the user, taken from the user's home into an agent's.</summary>
/// <remarks>Nothing is ever written back: what an agent holds may be of its own making.</remarks>
public sealed class LoginFiles
{
    private const long Largest = 10_000_000;

    private readonly List<(string Path, byte[] Content, DateTime Written)> _files = [];
    private readonly List<string> _notes = [];

    /// <summary>What could not be taken, and why.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Texts inside that look like credentials: to be masked wherever they show.</summary>
    public IReadOnlyList<string> Tokens => [.. _files.SelectMany(file => TokenTexts.Of(Encoding.UTF8.GetString(file.Content))).Distinct()];

    /// <summary>Reads a file, or all files of a folder; a link is not followed, so that nothing outside of the home is read.</summary>
    /// <param name="home">The user's home.</param>
    /// <param name="path">Relative to it.</param>
    public void Add(string home, string path)
    {
        var inside = path.Trim('/');
        if (path.StartsWith('/') || inside.Length == 0 || inside.Split('/').Any(part => part is "" or "." or ".."))
        {
            _notes.Add($"The login '{path}' was not taken: name a file or folder within the home.");
        }
        else if (TreeFiles.Above(inside).Prepend(inside).FirstOrDefault(part => HomeFile.IsLink(home, part)) is { } link)
        {
            _notes.Add($"The login '{path}' was not taken: '{link}' is a link. Name what it leads to.");
        }
        else if (File.Exists(Path.Combine(home, inside)))
        {
            AddFile(home, inside);
        }
        else if (Directory.Exists(Path.Combine(home, inside)))
        {
            foreach (var file in TreeFiles.Walk(Path.Combine(home, inside)).OfType<FileInfo>().Where(file => file.LinkTarget is null))
            {
                AddFile(home, Path.GetRelativePath(home, file.FullName));
            }
        }
        else
        {
            _notes.Add($"The login '{path}' was not taken: there is no such file in the home of the server's user. Sign in there first.");
        }
    }

    /// <summary>Writes them into an agent's home for its owner alone; a newer file there is kept, for the tool has renewed it.</summary>
    public void CopyTo(string home)
    {
        foreach (var (path, content, written) in _files)
        {
            HomeFile.ClearLinks(home, path);
            var target = Path.Combine(home, path);
            if (!File.Exists(target) || File.GetLastWriteTimeUtc(target) < written)
            {
                HomeFile.Write(home, path, content, written);
            }
        }
    }

    private void AddFile(string home, string path)
    {
        var file = new FileInfo(Path.Combine(home, path));
        if (_files.Sum(known => (long)known.Content.Length) + file.Length > Largest)
        {
            _notes.Add($"The login '{path}' was not taken: more than {Largest / 1_000_000} MB in all. Name the file that holds the login, not its folder.");
            return;
        }
        _files.Add((path, File.ReadAllBytes(file.FullName), file.LastWriteTimeUtc));
    }
}
