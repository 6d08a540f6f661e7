using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoBuild.Core.Jobs;

/// <summary>Says how urgent a job is; the numbers are those of the wire and of the database.</summary>
[JsonConverter(typeof(PriorityConverter))]
public enum Priority
{
    Low = 0,
    Normal = 1,
    High = 2,
    Critical = 3,
}

/// <summary>Writes a priority as its number and reads the number or the name.</summary>
public sealed class PriorityConverter : JsonConverter<Priority>
{
    public override Priority Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var read = reader.TokenType switch
        {
            JsonTokenType.Number when reader.TryGetInt32(out var number) && Enum.IsDefined((Priority)number) => (Priority?)number,
            JsonTokenType.String => Parse(reader.GetString()),
            _ => null,
        };
        return read ?? throw new JsonException("priority: expected 0, 1, 2, 3 or low, normal, high, critical.");
    }

    public override void Write(Utf8JsonWriter writer, Priority value, JsonSerializerOptions options) => writer.WriteNumberValue((int)value);

    /// <summary>Reads a name or a number in text; null where it is neither.</summary>
    public static Priority? Parse(string? text) =>
        Enum.GetValues<Priority>().Cast<Priority?>().FirstOrDefault(priority =>
            priority.ToString()!.Equals(text, StringComparison.OrdinalIgnoreCase) || $"{(int)priority!}" == text);
}
