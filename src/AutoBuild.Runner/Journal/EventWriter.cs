using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Journal;

/// <summary>Writes the lines of <c>events.ndjson</c> by hand, for the reason given at <see cref="SpecReader"/>.</summary>
internal static class EventWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns the event as one line with its line break.</summary>
    public static byte[] Line(RunEvent what)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("seq", what.Seq);
            json.WriteString("at", what.At);
            json.WriteString("kind", SnakeCase.Of(what.Kind));
            json.WriteString("phase", what.Phase is { } phase ? SnakeCase.Of(phase) : null);
            json.WriteString("text", what.Text);
            json.WriteString("name", what.Name);
            Number(json, "round", what.Round);
            Usage(json, what.Usage);
            Number(json, "pid", what.Pid);
            json.WriteEndObject();
        }
        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }

    private static void Usage(Utf8JsonWriter json, RunUsage? usage)
    {
        if (usage is null)
        {
            json.WriteNull("usage");
            return;
        }
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", usage.InputTokens);
        json.WriteNumber("output_tokens", usage.OutputTokens);
        json.WriteNumber("cost_usd", usage.CostUsd);
        json.WriteNumber("turns", usage.Turns);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, int? number)
    {
        if (number is { } given)
        {
            json.WriteNumber(name, given);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
