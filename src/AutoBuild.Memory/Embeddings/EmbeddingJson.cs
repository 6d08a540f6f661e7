using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using AutoBuild.Core;
using AutoBuild.Core.Memory;

namespace AutoBuild.Memory.Embeddings;

/// <summary>Writes requests for embeddings and reads what comes back, number by number: nothing of another width or order gets in.</summary>
internal static class EmbeddingJson
{
    public static byte[] Request(string model, IReadOnlyList<string> texts)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteString("encoding_format", "float");
            json.WriteStartArray("input");
            foreach (var text in texts)
            {
                json.WriteStringValue(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <summary>Reads a vector for each text.</summary>
    /// <exception cref="AutoBuildException">embedding_invalid.</exception>
    public static IReadOnlyList<float[]> Vectors(byte[] body, int count, VectorSpace space)
    {
        var vectors = new float[count][];
        try
        {
            using var document = JsonDocument.Parse(body);
            var data = document.RootElement.GetProperty("data");
            if (data.GetArrayLength() != count)
            {
                throw Invalid($"it made {data.GetArrayLength()} vectors for {count} texts.");
            }

            var order = 0;
            foreach (var one in data.EnumerateArray())
            {
                var place = one.TryGetProperty("index", out var index) ? index.GetInt32() : order;
                if (place < 0 || place >= count || vectors[place] is not null)
                {
                    throw Invalid($"a vector is for text {place} of {count}, or comes twice.");
                }

                vectors[place] = Vector(one.GetProperty("embedding"), space);
                order++;
            }
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Invalid(fault.Message);
        }

        return vectors;
    }

    /// <summary>What an error says of itself; empty where it says nothing that a person reads.</summary>
    public static string Reason(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var error = document.RootElement.TryGetProperty("error", out var inner) ? inner : document.RootElement;
            return error.ValueKind == JsonValueKind.String ? error.GetString()! : error.TryGetProperty("message", out var message) ? message.ToString() : error.ToString();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            var text = Encoding.UTF8.GetString(body);
            return text.TrimStart().StartsWith('<') ? "" : text;
        }
    }

    private static float[] Vector(JsonElement embedding, VectorSpace space)
    {
        float[] values = embedding.ValueKind == JsonValueKind.String ? Floats(embedding.GetBytesFromBase64()) : [.. embedding.EnumerateArray().Select(value => value.GetSingle())];
        if (values.Length != space.Dimension)
        {
            throw Invalid(string.Create(CultureInfo.InvariantCulture, $"a vector of {space.Model} has {values.Length} numbers, and EMBEDDING_DIMENSION says {space.Dimension}."));
        }

        return values.All(float.IsFinite) ? values : throw Invalid("a vector holds what is no number.");
    }

    // Little-endian, as all that speak the protocol send them.
    private static float[] Floats(byte[] bytes) =>
        bytes.Length % sizeof(float) == 0 ? MemoryMarshal.Cast<byte, float>(bytes).ToArray() : throw Invalid("a vector ends within a number.");

    private static AutoBuildException Invalid(string why) => new("embedding_invalid", $"What the embedding endpoint answers can't be used: {why}");
}
