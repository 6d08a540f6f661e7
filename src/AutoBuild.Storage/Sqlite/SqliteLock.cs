using AutoBuild.Core;

namespace AutoBuild.Storage.Sqlite;

/// <summary>Holds the database for one process; the system lets go of it when the process dies, however it dies.</summary>
internal sealed class SqliteLock : IDisposable
{
    private readonly FileStream _file;

    private SqliteLock(FileStream file) => _file = file;

    public static SqliteLock Take(string database)
    {
        var path = database + ".lock";
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            Sign(file);
            return new SqliteLock(file);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new AutoBuildException("store_unwritable", $"{path} can't be written: {fault.Message} Check the rights of its directory.", fault);
        }
        catch (IOException fault) when (File.Exists(path))
        {
            throw new AutoBuildException("store_locked",
                $"Another AutoBuild{Holder(path)} already uses {database}. An embedded database serves one process; stop that one, talk to it with --server, or choose another --data directory.", fault);
        }
    }

    public void Dispose() => _file.Dispose();

    // It holds without the name of its holder too, as on a full disk.
    private static void Sign(FileStream file)
    {
        try
        {
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"));
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
