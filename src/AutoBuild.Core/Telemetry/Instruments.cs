using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AutoBuild.Core.Telemetry;

/// <summary>Makes the instruments of one server, and knows which labels each may carry.</summary>
/// <remarks>Names are those of OpenTelemetry, with dots and the unit beside; Prometheus shows them with underscores and the unit at the end.</remarks>
public sealed class Instruments : IDisposable
{
    /// <summary>Names the meter of every server.</summary>
    public const string MeterName = "AutoBuild";

    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _labels = new();

    public Meter Meter { get; } = new(MeterName);

    /// <summary>The labels of each instrument, by its name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Labels => _labels;

    /// <param name="unit">Such as <c>{job}</c>; only that in no braces becomes part of the name.</param>
    public Counter<long> Counter(string name, string unit, string says, params string[] labels) =>
        Meter.CreateCounter<long>(Named(name, labels), unit, says);

    public UpDownCounter<long> Level(string name, string unit, string says, params string[] labels) =>
        Meter.CreateUpDownCounter<long>(Named(name, labels), unit, says);

    /// <summary>Makes a histogram of durations in seconds.</summary>
    public Histogram<double> Seconds(string name, string says, double[] buckets, params string[] labels) => Histogram(name, "s", says, buckets, labels);

    public Histogram<double> Histogram(string name, string unit, string says, double[] buckets, params string[] labels) =>
        Meter.CreateHistogram(Named(name, labels), unit, says, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });

    /// <summary>Makes a gauge that is read when somebody looks.</summary>
    public void Gauge(string name, string unit, string says, Func<IEnumerable<Measurement<double>>> read, params string[] labels) =>
        Meter.CreateObservableGauge(Named(name, labels), read, unit, says);

    /// <summary>Makes a total that is read when somebody looks.</summary>
    public void Total(string name, string unit, string says, Func<IEnumerable<Measurement<double>>> read, params string[] labels) =>
        Meter.CreateObservableCounter(Named(name, labels), read, unit, says);

    public void Dispose() => Meter.Dispose();

    private string Named(string name, string[] labels)
    {
        _labels[name] = labels;
        return name;
    }
}
