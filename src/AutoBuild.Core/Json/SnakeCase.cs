using System.Text.Json;

namespace AutoBuild.Core.Json;

/// <summary>Spells enum values as the wire, the documents and the database do.</summary>
public static class SnakeCase
{
    /// <summary>Returns <c>in_progress</c> for InProgress.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
