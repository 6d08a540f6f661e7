using System.Reflection;
using System.Text.Json.Serialization;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Api;

/// <summary>Collects all that is wrong with a request, so that its author mends everything at once.</summary>
internal sealed class Fields
{
    /// <summary>Characters of a task, a description or a script.</summary>
    public const int LongestText = 1 << 20;

    private const int LongestShown = 200;

    private readonly Dictionary<string, List<string>> _errors = [];

    /// <summary>The agents that may be named.</summary>
    public IReadOnlyList<string> Agents { get; init; } = KnownAgents.Names;

    /// <summary>The answer that lists every fault; null where there is none.</summary>
    public Problem? Problem => _errors.Count == 0 ? null
        : new Problem(400, "validation_failed", string.Join(" ", _errors.SelectMany(wrong => wrong.Value.Select(fault => $"{wrong.Key}: {fault}"))))
        {
            Errors = _errors.ToDictionary(wrong => wrong.Key, wrong => wrong.Value.ToArray()),
        };

    public void Add(string field, string sentence)
    {
        if (!_errors.TryGetValue(field, out var faults))
        {
            _errors[field] = faults = [];
        }

        if (!faults.Contains(sentence))
        {
            faults.Add(sentence);
        }
    }

    /// <summary>Takes a text that must be there.</summary>
    public string Required(string field, string? value, int longest)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            Add(field, "expected a text, it is missing or empty.");
        }

        return Text(field, value, longest) ?? "";
    }

    /// <summary>Takes a text that may be missing.</summary>
    public string? Text(string field, string? value, int longest)
    {
        if (value?.Length > longest)
        {
            Add(field, $"expected at most {longest} characters, got {value.Length}.");
        }

        if (value?.Contains('\0', StringComparison.Ordinal) == true)
        {
            Add(field, "a text can't hold the character NUL.");
        }

        return value;
    }

    /// <summary>Takes the name of a branch that may be missing.</summary>
    public string? Branch(string field, string? value)
    {
        if (value is not null && !BranchName.IsValid(value))
        {
            Add(field, $"git takes no such name for a branch: '{Shown(value)}'.");
        }

        return value;
    }

    /// <summary>Takes the name of a model that may be missing; empty leaves the choice to recipe and configuration.</summary>
    public string? Model(string field, string? value)
    {
        if (value is { Length: > 0 } && !ModelName.IsValid(value))
        {
            Add(field, $"expected {ModelName.Expected}, got '{Shown(value)}'.");
        }

        return value;
    }

    /// <summary>Takes a list of texts that may be missing.</summary>
    public IReadOnlyList<string>? Texts(string field, IReadOnlyList<string>? values, int most, int longest)
    {
        if (values?.Count > most)
        {
            Add(field, $"expected at most {most}, got {values.Count}.");
            return null;
        }

        foreach (var value in values ?? [])
        {
            Required(field, value, longest);
        }

        return values;
    }

    /// <summary>Takes a text that may be missing but not blank.</summary>
    public string? Filled(string field, string? value, int longest) => value is null ? null : Required(field, value, longest);

    /// <summary>Takes an id that must be there.</summary>
    public Guid Id(string field, string? value)
    {
        var id = OptionalId(field, value);
        if (string.IsNullOrWhiteSpace(value))
        {
            Add(field, "expected an id, it is missing.");
        }

        return id ?? Guid.Empty;
    }

    /// <summary>Takes an id that may be missing.</summary>
    public Guid? OptionalId(string field, string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return null;
        }

        if (Guid.TryParse(value, out var id))
        {
            return id;
        }

        Add(field, $"expected a UUID, got '{Shown(value)}'.");
        return null;
    }

    /// <summary>Takes the name of an agent that a runner knows.</summary>
    public string? Agent(string field, string? value) => Among(field, value, Agents);

    /// <summary>Takes one of some words.</summary>
    public string? Among(string field, string? value, IReadOnlyList<string> words)
    {
        if (value is not null && !words.Contains(value))
        {
            Add(field, $"expected one of {string.Join(", ", words)}, got '{Shown(value)}'.");
        }

        return value;
    }

    public IReadOnlyList<Guid> Ids(string field, IReadOnlyList<string>? values) =>
        Texts(field, values, 1000, 100)?.Select(value => Id(field, value)).ToArray() ?? [];

    /// <summary>Takes one of the words of an enum, as the wire writes them.</summary>
    public T? OneOf<T>(string field, string? value)
        where T : struct, Enum
    {
        if (value is null)
        {
            return null;
        }

        foreach (var allowed in Enum.GetValues<T>())
        {
            if (Word(allowed).Equals(value, StringComparison.OrdinalIgnoreCase) || allowed.ToString().Equals(value.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))
            {
                return allowed;
            }
        }

        Add(field, $"expected one of {string.Join(", ", Enum.GetValues<T>().Select(Word))}, got '{Shown(value)}'.");
        return null;
    }

    public T? Between<T>(string field, T? value, T least, T most)
        where T : struct, IComparable<T>
    {
        if (value is { } given && (given.CompareTo(least) < 0 || given.CompareTo(most) > 0))
        {
            Add(field, $"expected {least} to {most}, got {given}.");
        }

        return value;
    }

    /// <summary>Cuts what somebody sent to what a sentence can hold.</summary>
    public static string Shown(string value) => value.Length <= LongestShown ? value : value[..LongestShown] + "…";

    /// <summary>Returns the wire's word for an enum value.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum =>
        typeof(T).GetField(value.ToString())?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
            ?? SnakeCase.Of(value);
}
