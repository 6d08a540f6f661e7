using AutoBuild.Core;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace AutoBuild.Storage.Sqlite;

/// <summary>Turns SQLite's error codes into faults that say what to do.</summary>
internal static class SqliteFaults
{
    public static AutoBuildException From(SqliteException fault, string path) => fault.SqliteErrorCode switch
    {
        SQLITE_FULL => new("disk_full", $"No space is left for {path}. Nothing was half-written; free some space and try again.", fault),
        SQLITE_CORRUPT or SQLITE_NOTADB => Damaged(path, fault.Message, fault),
        SQLITE_BUSY or SQLITE_LOCKED => new("store_busy", $"Another program holds {path}. Close it and try again.", fault),
        SQLITE_READONLY or SQLITE_CANTOPEN or SQLITE_PERM => new("store_unwritable", $"{path} can't be written: {fault.Message} Check the rights of the file and its directory.", fault),
        SQLITE_IOERR => new("store_io", $"Reading or writing {path} failed: {fault.Message} Check the disk.", fault),
        _ => new("store_failed", $"The database refused a statement: {fault.Message}", fault),
    };

    public static AutoBuildException Damaged(string path, string detail, Exception? fault = null) =>
        new("store_damaged", $"{path} is damaged ({detail.Trim()}). It is left as it is; put a snapshot from beside it (or a backup) in its place, or move it away to start empty. Whichever you do, take its -wal, -shm and .lock files away too.", fault);

    /// <summary>Says that the file lacks what was written last.</summary>
    public static AutoBuildException LogMissing(string path) =>
        new("store_damaged", $"{path}-wal is gone, which holds what was written last before the server was killed. Put it back. If another program has opened the database since, or you put a backup in its place, delete {path}.lock and start again.");
}
