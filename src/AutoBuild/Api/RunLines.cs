using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Orchestrator.Runs;

namespace AutoBuild.Api;

/// <summary>Writes an event of a run as one line of JSON, with the attempt it belongs to in front.</summary>
internal static class RunLines
{
    public static string Write(RunLine line)
    {
        var json = CoreJson.Write<RunEvent>(line.Event);
        return $"{{\"attempt\":{line.Attempt},{json.AsSpan(1)}";
    }
}
