using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using AutoBuild.Core.Telemetry;

namespace AutoBuild.Telemetry;

/// <summary>Listens to the instruments of one server and writes them down in the text format of Prometheus.</summary>
internal sealed class PrometheusText : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();

    public PrometheusText(Instruments instruments)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == instruments.Meter || (instrument.Meter.Name == "System.Runtime" && ProcessFigures.OfRuntime.Contains(instrument.Name)))
            {
                var family = _families.GetOrAdd(instrument, _ => new MetricFamily(instrument, (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? []));
                listener.EnableMeasurementEvents(instrument, family);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, value, labels, family) => ((MetricFamily)family!).Take(value, labels));
        _listener.SetMeasurementEventCallback<long>((_, value, labels, family) => ((MetricFamily)family!).Take(value, labels));
        _listener.SetMeasurementEventCallback<int>((_, value, labels, family) => ((MetricFamily)family!).Take(value, labels));
        _listener.Start();
    }

    /// <summary>What is listened to; the documentation is written from it.</summary>
    public IEnumerable<Instrument> Instruments => _families.Keys;

    /// <summary>Looks at everything now.</summary>
    public string Write()
    {
        lock (_gate)
        {
            foreach (var family in _families.Values)
            {
                family.Clear();
            }

            _listener.RecordObservableInstruments();
            var text = new StringBuilder(1 << 15);
            foreach (var family in _families.Values.OrderBy(family => family.Is.Name, StringComparer.Ordinal))
            {
                family.Write(text);
            }

            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();
}
