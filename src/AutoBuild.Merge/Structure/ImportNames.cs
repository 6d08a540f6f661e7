using System.Buffers;
using System.Text.RegularExpressions;

namespace AutoBuild.Merge.Structure;

/// <summary>Merges the lists of names of three versions of one import statement.</summary>
internal static partial class ImportNames
{
    /// <summary>Merges; null where a version has no plain list, or the sides changed the same thing, or the line would outgrow the file's.</summary>
    /// <param name="start">Empty where the base has no such statement; likewise for the sides.</param>
    /// <param name="width">The longest line the statement may have where it stands on one line.</param>
    public static string? Merge(string start, string ours, string theirs, int width)
    {
        var (b, o, t) = (List.Of(start), List.Of(ours), List.Of(theirs));
        if (o is null || t is null || (b is null && start.Length > 0))
        {
            return null;
        }

        var (head, tail) = (Lone(b?.Head, o.Head, t.Head), Lone(b?.Tail, o.Tail, t.Tail));
        var names = Names(b?.Names ?? [], o.Names, t.Names, o.Wrapped && t.Wrapped);
        if (head is null || tail is null || names is null)
        {
            return null;
        }

        return names.Count == 0 ? "" : Style(b, o, t).With(head, names, tail, width);
    }

    // Who wrapped or unwrapped the list says how it is written.
    private static List Style(List? start, List ours, List theirs) =>
        ours.Wrapped == theirs.Wrapped || start is null || ours.Wrapped != start.Wrapped ? ours : theirs;

    // Without a base only what both wrote alike.
    private static string? Lone(string? start, string ours, string theirs) =>
        ours.Trim() == theirs.Trim() || theirs.Trim() == start?.Trim() ? ours : ours.Trim() == start?.Trim() ? theirs : null;

    private static List<string>? Names(List<string> start, List<string> ours, List<string> theirs, bool anyOrder)
    {
        var all = start.Concat(ours).Concat(theirs).Distinct().ToList();
        var plain = all.ToLookup(name => Word().Match(name.Replace("type ", "", StringComparison.Ordinal)).Value);
        var order = Order(ours, theirs);
        var merged = SetMerge.Merge(
            Ids(start), Ids(ours), Ids(theirs), order is null ? null : (a, b) => order.Compare(all[a], all[b]), _ => false, (_, _) => anyOrder || order is not null)?.ConvertAll(id => all[id]);
        return merged is null || merged.Any(name => plain[Word().Match(name.Replace("type ", "", StringComparison.Ordinal)).Value].Count(merged.Contains) > 1) ? null : merged;

        List<int> Ids(List<string> names) => names.ConvertAll(all.IndexOf);
    }

    /// <summary>Finds the order both sides keep; null where one of them keeps none.</summary>
    private static StringComparer? Order(List<string> ours, List<string> theirs) =>
        ours.Count < 2 || theirs.Count < 2
            ? null
            : new[] { StringComparer.Ordinal, StringComparer.OrdinalIgnoreCase }.FirstOrDefault(order => Sorted(ours, order) && Sorted(theirs, order));

    private static bool Sorted(List<string> names, StringComparer order) => names.Zip(names.Skip(1)).All(pair => order.Compare(pair.First, pair.Second) <= 0);

    [GeneratedRegex(@"[\w$*]+")]
    private static partial Regex Word();

    /// <summary>Is a statement cut at its list: <c>import {</c>, the names, <c>} from 'x';</c></summary>
    private sealed partial record List(string Head, List<string> Names, string Tail, bool Wrapped, string Indent, bool Trailing, string Line)
    {
        private static readonly SearchValues<char> NoList = SearchValues.Create("{}()'\"#\\");

        public static List? Of(string statement)
        {
            var (open, close) = Ends(statement);
            if (open < 0 || close < open)
            {
                return null;
            }

            var inner = statement[open..close];
            if (inner.AsSpan().ContainsAny(NoList) || inner.Contains("//", StringComparison.Ordinal) || inner.Contains("/*", StringComparison.Ordinal))
            {
                return null;
            }

            var parts = inner.Split(',');
            var trailing = parts.Length > 1 && parts[^1].Trim().Length == 0;
            var names = parts.Take(trailing ? parts.Length - 1 : parts.Length).ToList();
            var wrapped = inner.Contains('\n', StringComparison.Ordinal);
            if (names.Any(name => name.Trim().Length == 0) || (wrapped && names.Any(name => !name.StartsWith('\n') && !name.StartsWith("\r\n", StringComparison.Ordinal))))
            {
                return null;
            }

            var indent = names[0][..(names[0].Length - names[0].TrimStart().Length)];
            var end = inner[inner.TrimEnd().Length..];
            return new List(statement[..open], names.ConvertAll(name => name.Trim()), statement[close..], wrapped, indent, trailing, end);
        }

        private static (int Open, int Close) Ends(string statement)
        {
            var open = statement.IndexOf('{', StringComparison.Ordinal);
            if (open >= 0)
            {
                return (open + 1, statement.LastIndexOf('}'));
            }

            var from = From().Match(statement);
            if (!from.Success)
            {
                return (-1, -1);
            }

            var start = from.Index + from.Length;
            return statement[start - 1] == '(' ? (start, statement.LastIndexOf(')')) : (start, statement.TrimEnd().Length);
        }

        public string? With(string head, List<string> names, string tail, int width)
        {
            var between = "," + (Wrapped ? Indent : " ");
            var text = head + Indent + string.Join(between, names) + (Trailing ? "," : "") + Line + tail;
            return Wrapped || text.TrimEnd().Length <= width ? text : null;
        }

        [GeneratedRegex(@"^\s*from\s+\S+\s+import[ \t]*(\(|\b)")]
        private static partial Regex From();
    }
}
