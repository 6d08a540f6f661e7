using AutoBuild.Core.Json;

namespace AutoBuild.Commands;

/// <summary>Lists the words that an option takes, as the wire spells them.</summary>
internal static class Words
{
    public static string[] Of<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(SnakeCase.Of)];

    /// <summary>Reads a word that the option has let through.</summary>
    public static T? Read<T>(string? word)
        where T : struct, Enum => word is null ? null : Enum.GetValues<T>().First(value => SnakeCase.Of(value) == word);
}
