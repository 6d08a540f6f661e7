using System.Data.Common;
using System.Globalization;

namespace AutoBuild.Storage.Sql;

/// <summary>Runs named statements on one connection and keeps them prepared; for one thread at a time.</summary>
internal sealed class Session(DbConnection connection, Statements statements) : IDisposable
{
    private readonly Dictionary<string, Prepared> _prepared = [];

    public DbConnection Connection => connection;

    /// <summary>Returns how many rows changed.</summary>
    public int Run(string statement, params ReadOnlySpan<(string Name, object? Value)> values) => Bound(statement, values).Command.ExecuteNonQuery();

    /// <summary>Returns the first column of the first row.</summary>
    public long Number(string statement, params ReadOnlySpan<(string Name, object? Value)> values) =>
        Convert.ToInt64(Bound(statement, values).Command.ExecuteScalar() ?? 0L, CultureInfo.InvariantCulture);

    /// <summary>Returns the first row, or null.</summary>
    public T? One<T>(string statement, Func<Row, T> read, params ReadOnlySpan<(string Name, object? Value)> values)
        where T : class
    {
        var prepared = Bound(statement, values);
        using var reader = prepared.Command.ExecuteReader();
        return reader.Read() ? read(new Row(reader, prepared.Ordinals)) : null;
    }

    public List<T> Many<T>(string statement, Func<Row, T> read, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var prepared = Bound(statement, values);
        using var reader = prepared.Command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(new Row(reader, prepared.Ordinals)));
        }

        return rows;
    }

    /// <summary>Returns the text of a statement whose table or column names are filled in.</summary>
    public string TextOf(string statement) => statements[statement].Text;

    /// <summary>Runs the text of a migration.</summary>
    public void Script(string text)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text comes from an embedded file, never from a caller.
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var prepared in _prepared.Values)
        {
            prepared.Command.Dispose();
        }

        connection.Dispose();
    }

    private Prepared Bound(string name, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!_prepared.TryGetValue(name, out var prepared))
        {
            _prepared[name] = prepared = new Prepared(connection, statements[name]);
        }

        prepared.Bind(values);
        return prepared;
    }

    private sealed class Prepared
    {
        private readonly Dictionary<string, DbParameter> _parameters = [];

        public Prepared(DbConnection connection, Statement statement)
        {
            Command = connection.CreateCommand();
#pragma warning disable CA2100 // The text comes from an embedded file, never from a caller.
            Command.CommandText = statement.Text;
#pragma warning restore CA2100
            foreach (var name in statement.Parameters)
            {
                var parameter = Command.CreateParameter();
                parameter.ParameterName = "@" + name;
                Command.Parameters.Add(parameter);
                _parameters[name] = parameter;
            }
        }

        public DbCommand Command { get; }

        public Dictionary<string, int> Ordinals { get; } = [];

        public void Bind(ReadOnlySpan<(string Name, object? Value)> values)
        {
            var bound = 0;
            foreach (var (name, value) in values)
            {
                if (_parameters.TryGetValue(name, out var parameter))
                {
                    parameter.Value = Plain(value);
                    bound++;
                }
            }

            if (bound < _parameters.Count)
            {
                throw new ArgumentException($"{_parameters.Count - bound} parameters have no value in: {Command.CommandText}");
            }
        }

        private static object Plain(object? value) => value switch
        {
            null => DBNull.Value,
            Guid id => id.ToString("D"),
            DateTimeOffset time => time.ToUnixTimeMilliseconds(),
            decimal money => money.ToString(CultureInfo.InvariantCulture),
            bool flag => flag ? 1L : 0L,
            _ => value,
        };
    }
}
