using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;

namespace AutoBuild.Runner.Journal;

/// <summary>Writes a document as one line, in the way of <see cref="CoreJson"/>.</summary>
internal static class JsonLine
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns the document with its line break.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line, Options))
        {
            write(json);
        }
        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }

    public static void Usage(Utf8JsonWriter json, RunUsage? usage)
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

    public static void Number(Utf8JsonWriter json, string name, int? number)
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

    public static void Time(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } given)
        {
            json.WriteString(name, given);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
