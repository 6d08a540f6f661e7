using AutoBuild.Core.Jobs;
using AutoBuild.Core.Telemetry;

namespace AutoBuild.Storage.Sqlite;

/// <summary>Says where the embedded database is, and how it is bounded.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>The database file; beside it lie its lock, its log and snapshots from before migrations.</summary>
    public required string Path { get; init; }

    public QueueOptions Queue { get; init; } = new();

    /// <summary>Whether each commit survives a power cut; default true. False is for measuring what that costs.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Size in bytes up to which the whole file is checked before it is used; a larger one is checked beside the work. Default 64 MB, less than a second.</summary>
    public long LargestCheckedFirst { get; init; } = 64 << 20;

    /// <summary>Size in bytes that the file may not outgrow; beyond it writes fail with <c>disk_full</c>. Null leaves that to the disk.</summary>
    public long? LargestFile { get; init; }

    /// <summary>Where the store is measured; null measures for nobody.</summary>
    public Instruments? Instruments { get; init; }
}
