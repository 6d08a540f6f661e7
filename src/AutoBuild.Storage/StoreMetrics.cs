using System.Diagnostics.Metrics;
using AutoBuild.Core;
using AutoBuild.Core.Telemetry;

namespace AutoBuild.Storage;

/// <summary>Measures the writing of the store.</summary>
internal sealed class StoreMetrics(Instruments instruments, TimeProvider time)
{
    private readonly Histogram<double> _commit = instruments.Seconds(
        "autobuild.store.commit", "How long a transaction took, with its write to the disk; the rate of its sum is the share of time in which the store's one writer was busy.",
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]);

    private readonly Histogram<double> _writes = instruments.Histogram(
        "autobuild.store.commit.writes", "{write}", "Writes that shared a transaction, and so one wait for the disk.", [1, 2, 4, 8, 16, 32, 64, 128, 256]);

    private readonly Counter<long> _faults = instruments.Counter("autobuild.store.faults", "{fault}", "Writes that failed, by the code of the fault.", "code");

    public long Begin() => time.GetTimestamp();

    public void Committed(long began, int writes)
    {
        _commit.Record(time.GetElapsedTime(began).TotalSeconds);
        _writes.Record(writes);
    }

    public void Failed(Exception fault) =>
        _faults.Add(1, new KeyValuePair<string, object?>("code", fault is AutoBuildException known ? known.Code : "internal_error"));
}
