using System.Text.Json;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Journal;

/// <summary>Writes the lines of <c>events.ndjson</c> by hand, for the reason given at <see cref="SpecReader"/>.</summary>
internal static class EventWriter
{
    /// <summary>Returns the event as one line with its line break.</summary>
    public static byte[] Line(RunEvent what) => JsonLine.Write(json => Write(json, what));

    private static void Write(Utf8JsonWriter json, RunEvent what)
    {
        json.WriteStartObject();
        json.WriteNumber("seq", what.Seq);
        json.WriteString("at", what.At);
        json.WriteString("kind", SnakeCase.Of(what.Kind));
        json.WriteString("phase", what.Phase is { } phase ? SnakeCase.Of(phase) : null);
        json.WriteString("text", what.Text);
        json.WriteString("name", what.Name);
        JsonLine.Number(json, "round", what.Round);
        JsonLine.Usage(json, what.Usage);
        json.WriteString("session_id", what.SessionId);
        JsonLine.Number(json, "pid", what.Pid);
        json.WriteEndObject();
    }
}
