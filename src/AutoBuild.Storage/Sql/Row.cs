using System.Data.Common;
using System.Globalization;
using AutoBuild.Core.Json;

namespace AutoBuild.Storage.Sql;

/// <summary>Reads the columns of the present row by name, in the types of the domain.</summary>
internal readonly struct Row(DbDataReader reader, Dictionary<string, int> ordinals)
{
    public bool IsNull(string column) => reader.IsDBNull(At(column));

    public string Text(string column) => reader.GetString(At(column));

    public string? TextOrNull(string column) => IsNull(column) ? null : Text(column);

    public long Long(string column) => reader.GetInt64(At(column));

    public long? LongOrNull(string column) => IsNull(column) ? null : Long(column);

    public int Int(string column) => reader.GetInt32(At(column));

    public int? IntOrNull(string column) => IsNull(column) ? null : Int(column);

    public double Double(string column) => reader.GetDouble(At(column));

    public bool Flag(string column) => reader.GetBoolean(At(column));

    public decimal? MoneyOrNull(string column) => IsNull(column) ? null : decimal.Parse(Text(column), CultureInfo.InvariantCulture);

    public Guid Id(string column) => reader.GetGuid(At(column));

    public Guid? IdOrNull(string column) => IsNull(column) ? null : Id(column);

    public IReadOnlyList<Guid> Ids(string column) =>
        IsNull(column) ? [] : [.. Text(column).Split(',').Select(Guid.Parse)];

    public DateTimeOffset Time(string column) => DateTimeOffset.FromUnixTimeMilliseconds(Long(column));

    public DateTimeOffset? TimeOrNull(string column) => IsNull(column) ? null : Time(column);

    public T Word<T>(string column)
        where T : struct, Enum => Words<T>.Parse(Text(column));

    public T? WordOrNull<T>(string column)
        where T : struct, Enum => IsNull(column) ? null : Word<T>(column);

    public T Document<T>(string column) => CoreJson.Read<T>(Text(column));

    public T? DocumentOrNull<T>(string column)
        where T : class => IsNull(column) ? null : Document<T>(column);

    private int At(string column)
    {
        if (!ordinals.TryGetValue(column, out var ordinal))
        {
            ordinals[column] = ordinal = reader.GetOrdinal(column);
        }

        return ordinal;
    }
}
