using System.Buffers;
using System.Text.Json;

namespace AutoBuild.Core.Runs;

/// <summary>Is the document on a runner's standard input: the values of the secrets that its spec names.</summary>
public static class RunSecrets
{
    /// <summary>The argument of <c>autobuild runner</c> that says: they are there to be read.</summary>
    public const string Argument = "--secrets-on-stdin";

    public static byte[] Write(IReadOnlyDictionary<string, string> values)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in values)
            {
                writer.WriteString(name, value);
            }
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads to the end; null where it was cut off, because whoever wrote it died.</summary>
    public static IReadOnlyDictionary<string, string>? Read(Stream input)
    {
        try
        {
            using var document = JsonDocument.Parse(input);
            return document.RootElement.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString() ?? "");
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
