using AutoBuild.Core;

namespace AutoBuild.Storage.Sqlite;

/// <summary>
/// Holds the database for one process; the system lets go of it when the process dies, however it dies. Its file keeps how the database was
/// left: open by one that was killed, or closed.
/// </summary>
internal sealed class SqliteLock : IDisposable
{
    private const string Open = "open";
    private const string Closed = "closed";

    /// <summary>EROFS, the same number on Linux and macOS.</summary>
    private const int ReadOnlyFileSystem = 30;

    private readonly FileStream _file;

    private SqliteLock(FileStream file, string? left) => (_file, LeftOpen, LeftClosed) = (file, left == Open, left == Closed);

    /// <summary>The last who held it was killed, after the database was whole and open.</summary>
    public bool LeftOpen { get; }

    /// <summary>The last who held it closed the database.</summary>
    public bool LeftClosed { get; }

    public static SqliteLock Take(string database)
    {
        var path = database + ".lock";
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            using var reader = new StreamReader(file, leaveOpen: true);
            reader.ReadLine();
            var held = new SqliteLock(file, reader.ReadLine());
            held.Note(held.LeftOpen ? Open : held.LeftClosed ? Closed : "");
            return held;
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException { HResult: ReadOnlyFileSystem })
        {
            throw new AutoBuildException("store_unwritable", $"{path} can't be written: {fault.Message} Check the rights of its directory.", fault);
        }
        catch (IOException fault) when (File.Exists(path))
        {
            throw new AutoBuildException("store_locked",
                $"Another AutoBuild{Holder(path)} already uses {database}. An embedded database serves one process; stop that one, talk to it with --server, or choose another --data directory.", fault);
        }
    }

    /// <summary>Notes that the database is open, and its log beside it.</summary>
    public void NoteOpen() => Note(Open);

    /// <summary>Notes that everything is written and the database is about to be closed.</summary>
    public void NoteClosed() => Note(Closed);

    public void Dispose() => _file.Dispose();

    // It holds without its text too, as on a full disk.
    private void Note(string left)
    {
        try
        {
            _file.SetLength(0);
            _file.Write(System.Text.Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n{left}\n"));
        }
        catch (IOException)
        {
            return;
        }
    }

    private static string Holder(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            return reader.ReadLine() is { Length: > 0 } id ? $" (process {id})" : "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
