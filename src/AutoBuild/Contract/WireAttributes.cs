using AutoBuild.Api;

namespace AutoBuild.Contract;

/// <summary>Says that a text is a UUID.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
internal sealed class UuidAttribute : Attribute;

/// <summary>Says that a text is a day, such as 2026-11-21.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
internal sealed class DayAttribute : Attribute;

/// <summary>Says that a text is one of some words.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
internal class WordsAttribute(params string[] all) : Attribute
{
    public IReadOnlyList<string> All => all;
}

/// <summary>Says that a text is one of the words of an enum, as the wire writes them.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
internal sealed class WordsAttribute<T>() : WordsAttribute([.. Enum.GetValues<T>().Select(Fields.Word)])
    where T : struct, Enum;

/// <summary>Says which members a sender has to give, as the wire names them, where the members are those of another type.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class AsksAttribute(params string[] members) : Attribute
{
    public IReadOnlyList<string> Members => members;
}

/// <summary>Says that a value is a text or an object.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TextOrObjectAttribute : Attribute;

/// <summary>Says that the texts of a list are UUIDs.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class UuidItemsAttribute : Attribute;

/// <summary>Says that the texts of a list are filled, and how long each may be.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ItemLengthAttribute(int most) : Attribute
{
    public int Most => most;
}

/// <summary>Says that the values of a map may be null, which can't be seen from its type.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NullValuesAttribute : Attribute;
