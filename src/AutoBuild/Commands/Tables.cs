using Spectre.Console;

namespace AutoBuild.Commands;

/// <summary>Draws lists: with lines on a terminal and no wider than it, in plain columns into a pipe.</summary>
internal static class Tables
{
    private const int Narrow = 10;
    private const int Narrowest = 4;
    private const string Gap = "  ";

    private static readonly string[] Numbers = ["input", "cached", "output", "cost", "files", "line"];

    /// <summary>Columns that are cut where the terminal is too narrow; the others say which thing is meant.</summary>
    private static readonly string[] Texts = ["task", "title", "needs you", "error", "branch", "path", "repository", "where", "signed in by", "target", "text", "url", "detail", "value", "from"];

    /// <summary>Those of them that go on below instead: whoever reads them copies them.</summary>
    private static readonly string[] Wrapped = ["where", "path", "repository", "detail", "value"];

    public static void Show(Call call, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, string whenEmpty)
    {
        if (rows.Count == 0)
        {
            call.Say(whenEmpty);
            return;
        }

        var cells = rows.Select(row => (IReadOnlyList<string>)[.. row.Select(cell => Plain.Text(cell))]).ToList();
        var width = call.Console.Profile.Width;
        if (Fit(columns, cells, width - 1 - columns.Count * 3, Narrow) is { } fitting && call.Console.Profile.Capabilities.Ansi)
        {
            call.Console.Write(Create(columns, cells, fitting));
            return;
        }

        Write(call, columns, cells, Fit(columns, cells, width - Gap.Length * (columns.Count - 1), Narrowest) ?? Widths(columns, cells));
    }

    /// <summary>Chooses lines where a person looks, none in a pipe.</summary>
    public static TableBorder BorderOf(IAnsiConsole console) => console.Profile.Capabilities.Ansi ? TableBorder.Rounded : TableBorder.None;

    /// <summary>Shows the members of one thing, one a line; those without a value are left out.</summary>
    public static void Facts(Call call, params (string Name, string? Value)[] facts)
    {
        var set = facts.Where(fact => !string.IsNullOrEmpty(fact.Value)).ToList();
        if (!call.Console.Profile.Capabilities.Ansi)
        {
            var longest = set.Select(fact => fact.Name.Length).DefaultIfEmpty().Max();
            set.ForEach(fact => call.Say($"{fact.Name.PadRight(longest)}{Gap}{fact.Value!.ReplaceLineEndings("\n" + new string(' ', longest) + Gap)}"));
            return;
        }

        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        foreach (var (name, value) in set)
        {
            grid.AddRow(new Text(name, Marks.Faint), new Text(Plain.Text(value!), Marks.StyleOf(value!)));
        }

        call.Console.Write(grid);
    }

    /// <summary>Returns how wide each column may be: the widest texts are cut first, ids and states stay whole; null where it can't be done.</summary>
    /// <param name="width">What all columns may take together.</param>
    /// <param name="narrowest">What a text is left at least.</param>
    public static int[]? Fit(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, int width, int narrowest)
    {
        var widths = Widths(columns, rows);
        for (var over = widths.Sum() - width; over > 0; over--)
        {
            var widest = Enumerable.Range(0, widths.Length).Where(at => Texts.Contains(columns[at]) && widths[at] > narrowest).DefaultIfEmpty(-1).MaxBy(at => at < 0 ? 0 : widths[at]);
            if (widest < 0)
            {
                return null;
            }

            widths[widest]--;
        }

        return widths;
    }

    private static int[] Widths(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows) =>
        [.. columns.Select((column, at) => rows.Select(row => Plain.Width(row[at])).Append(column.Length).Max())];

    private static Table Create(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, int[] widths)
    {
        var table = new Table { Border = TableBorder.Rounded };
        for (var at = 0; at < columns.Count; at++)
        {
            table.AddColumn(new TableColumn(new Text(Plain.Cut(columns[at], widths[at]), Marks.Faint)) { Width = widths[at], NoWrap = !Wrapped.Contains(columns[at]), Alignment = Numbers.Contains(columns[at]) ? Justify.Right : null });
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select((cell, at) => new Text(Wrapped.Contains(columns[at]) ? cell : Plain.Cut(cell, widths[at]), Marks.StyleOf(cell))));
        }

        return table;
    }

    /// <summary>Writes plain columns, without a blank at the end of a line.</summary>
    private static void Write(Call call, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, int[] widths)
    {
        foreach (var row in rows.Prepend(columns))
        {
            for (var at = 0; at < columns.Count; at++)
            {
                var cell = Plain.Cut(row[at], widths[at]);
                var blank = new string(' ', widths[at] - Plain.Width(cell));
                var (before, after) = Numbers.Contains(columns[at]) ? (blank, "") : ("", row.Skip(at + 1).All(next => next.Length == 0) ? "" : blank);
                call.Write($"{(at > 0 && (cell.Length > 0 || after.Length > 0) ? Gap : "")}{before}{cell}{after}", ReferenceEquals(row, columns) ? Marks.Faint : Marks.StyleOf(cell));
            }

            call.Write("\n", Style.Plain);
        }
    }
}
