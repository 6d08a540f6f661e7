using System.Diagnostics.Metrics;
using AutoBuild.Core.Telemetry;

namespace AutoBuild.Memory.Search;

/// <summary>Counts the searches of a process, and how long they take.</summary>
public sealed class SearchFigures(Instruments instruments)
{
    private readonly Counter<long> _searches = instruments.Counter(
        "autobuild.memory.searches", "{search}", "Searches, those for a context too; answer is found, cached, refused or failed.", "answer");

    private readonly Histogram<double> _seconds = instruments.Seconds(
        "autobuild.memory.search", "How long a search took, the look at the repository before it too.", [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]);

    internal void Count(string answer, TimeSpan took)
    {
        _searches.Add(1, new KeyValuePair<string, object?>("answer", answer));
        _seconds.Record(took.TotalSeconds);
    }
}
