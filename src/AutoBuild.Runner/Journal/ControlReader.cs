using System.Text.Json;
using AutoBuild.Core;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Journal;

/// <summary>Reads a line of <c>control.ndjson</c> by hand, for the reason that <see cref="SpecReader"/> gives: each run is renewed, and few hear more.</summary>
internal static class ControlReader
{
    /// <exception cref="AutoBuildException">document_invalid.</exception>
    public static RunControl Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var from = document.RootElement;
            return new RunControl(Kind(from.GetProperty("kind").GetString()), from.GetProperty("at").GetDateTimeOffset(), from.TryGetProperty("text", out var text) ? text.GetString() : null);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new AutoBuildException("document_invalid", $"Not a readable RunControl: {fault.Message}", fault);
        }
    }

    private static RunControlKind Kind(string? name) => name switch
    {
        "renew" => RunControlKind.Renew,
        "message" => RunControlKind.Message,
        "cancel" => RunControlKind.Cancel,
        "budget" => RunControlKind.Budget,
        var other => throw new JsonException($"kind is '{other}'; expected renew, message, cancel or budget."),
    };
}
