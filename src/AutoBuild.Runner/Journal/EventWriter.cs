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
            json.WriteString("session_id", what.SessionId);
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
        json.WriteNumber("cached_input_tokens", usage.CachedInputTokens);
        json.WriteNumber("cache_write_tokens", usage.CacheWriteTokens);
        json.WriteNumber("output_tokens", usage.OutputTokens);
        json.WriteNumber("reasoning_tokens", usage.ReasoningTokens);
        if (usage.CostUsd is { } cost)
        {
            json.WriteNumber("cost_usd", cost);
        }
        else
        {
            json.WriteNull("cost_usd");
        }
        json.WriteString("cost_source", usage.CostSource is { } source ? SnakeCase.Of(source) : null);
        json.WriteNumber("unpriced_tokens", usage.UnpricedTokens);
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
