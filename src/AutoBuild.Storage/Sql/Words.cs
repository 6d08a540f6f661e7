using System.Collections.Frozen;
using AutoBuild.Core.Json;
using AutoBuild.Core;

namespace AutoBuild.Storage.Sql;

/// <summary>Maps enum values to the snake_case words that stand in the database.</summary>
internal static class Words<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<T, string> Named =
        Enum.GetValues<T>().ToFrozenDictionary(value => value, SnakeCase.Of);

    private static readonly FrozenDictionary<string, T> Valued = Named.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    public static string Of(T value) => Named[value];

    public static T Parse(string word) => Valued.TryGetValue(word, out var value)
        ? value
        : throw new AutoBuildException("store_damaged", $"The database holds the unknown {typeof(T).Name} {word}; restore a snapshot, or start the version that wrote it.");
}
