using System.Diagnostics.Metrics;

namespace AutoBuild.Telemetry;

/// <summary>Is an instrument as Prometheus knows it.</summary>
/// <param name="Type">counter, gauge or histogram.</param>
internal sealed record MetricName(string Name, string Type, string Help)
{
    /// <summary>These may fall, though the runtime declares them as what only grows.</summary>
    private static readonly string[] Levels = ["dotnet.thread_pool.thread.count", "dotnet.thread_pool.queue.length"];

    /// <summary>Translates as collectors of OpenTelemetry do: underscores for dots, the unit at the end, then <c>_total</c> for what only grows.</summary>
    public static MetricName Of(Instrument instrument)
    {
        var type = TypeOf(instrument);
        var name = string.Concat(instrument.Name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        name = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
        return new MetricName(type == "counter" ? name + "_total" : name, type, instrument.Description ?? "");
    }

    private static string TypeOf(Instrument instrument)
    {
        var kind = instrument.GetType().Name;
        return kind.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : Levels.Contains(instrument.Name) ? "gauge"
            : kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "counter"
            : "gauge";
    }
}
