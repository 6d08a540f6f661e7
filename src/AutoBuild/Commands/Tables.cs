using Spectre.Console;

namespace AutoBuild.Commands;

/// <summary>Draws lists: with lines on a terminal, in plain columns into a pipe.</summary>
internal static class Tables
{
    private static readonly string[] Numbers = ["input", "cached", "output", "cost"];

    public static void Show(Call call, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, string whenEmpty)
    {
        if (rows.Count == 0)
        {
            call.Say(whenEmpty);
            return;
        }

        call.Console.Write(Create(call.Console, columns, rows));
    }

    public static Table Create(IAnsiConsole console, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = BorderOf(console) };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column, Marks.Faint)) { NoWrap = column is "id" or "status" or "job" or "ticket", Alignment = Numbers.Contains(column) ? Justify.Right : null });
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(Plain.Text(cell), Marks.StyleOf(cell))));
        }

        return table;
    }

    /// <summary>Chooses lines where a person looks, none in a pipe.</summary>
    public static TableBorder BorderOf(IAnsiConsole console) => console.Profile.Capabilities.Ansi ? TableBorder.Rounded : TableBorder.None;

    /// <summary>Shows the members of one thing, one a line; those without a value are left out.</summary>
    public static void Facts(Call call, params (string Name, string? Value)[] facts)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        foreach (var (name, value) in facts.Where(fact => !string.IsNullOrEmpty(fact.Value)))
        {
            grid.AddRow(new Text(name, Marks.Faint), new Text(Plain.Text(value!), Marks.StyleOf(value!)));
        }

        call.Console.Write(grid);
    }
}
