using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace AutoBuild.Telemetry;

/// <summary>Holds the series of one instrument, and writes them as Prometheus reads them.</summary>
internal sealed class MetricFamily(Instrument instrument, IReadOnlyList<double> buckets)
{
    /// <summary>Series that one instrument may have, as a last bound; those beyond are left out.</summary>
    private const int MostSeries = 5000;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly bool _adds = instrument is Counter<long> or UpDownCounter<long> or Counter<double>;

    public MetricName Is { get; } = MetricName.Of(instrument);

    /// <summary>Forgets what was observed at an earlier look.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            if (instrument.IsObservable)
            {
                _series.Clear();
            }
        }
    }

    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var key = Labels(labels);
        lock (_gate)
        {
            if (!_series.TryGetValue(key, out var series))
            {
                if (_series.Count >= MostSeries)
                {
                    return;
                }

                _series[key] = series = new Series(buckets.Count);
            }

            if (Is.Type == "histogram")
            {
                series.Record(value, buckets);
            }
            else
            {
                series.Value = _adds ? series.Value + value : value;
            }
        }
    }

    public void Write(StringBuilder text)
    {
        lock (_gate)
        {
            if (_series.Count == 0)
            {
                return;
            }

            text.Append("# HELP ").Append(Is.Name).Append(' ').Append(Escaped(Is.Help, quoted: false)).Append('\n');
            text.Append("# TYPE ").Append(Is.Name).Append(' ').Append(Is.Type).Append('\n');
            foreach (var (labels, series) in _series)
            {
                Write(text, labels, series);
            }
        }
    }

    private void Write(StringBuilder text, string labels, Series series)
    {
        if (Is.Type != "histogram")
        {
            Line(text, Is.Name, labels, series.Value);
            return;
        }

        var below = 0L;
        for (var index = 0; index <= buckets.Count; index++)
        {
            below += series.Counts[index];
            var edge = index < buckets.Count ? Number(buckets[index]) : "+Inf";
            Line(text, Is.Name + "_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{edge}\"", below);
        }

        Line(text, Is.Name + "_sum", labels, series.Value);
        Line(text, Is.Name + "_count", labels, below);
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            text.Append(text.Length > 0 ? "," : "").Append(name.Replace('.', '_'))
                .Append("=\"").Append(Escaped(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", quoted: true)).Append('"');
        }

        return text.ToString();
    }

    private static string Escaped(string text, bool quoted)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quoted ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private sealed class Series(int buckets)
    {
        public long[] Counts { get; } = new long[buckets + 1];

        public double Value { get; set; }

        public void Record(double value, IReadOnlyList<double> edges)
        {
            var index = 0;
            while (index < edges.Count && value > edges[index])
            {
                index++;
            }

            Counts[index]++;
            Value += value;
        }
    }
}
