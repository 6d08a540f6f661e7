namespace AutoBuild.Syntax;

/// <summary>Makes items of prose: sections under headings, and in them paragraphs and the items of lists.</summary>
internal static class ProseTree
{
    private const int MostLevels = 7;

    public static IReadOnlyList<Block> Items(string text, Language language)
    {
        var pieces = Pieces(text, language.LineComments.Length == 0 && language.BlockComments.Length > 0);
        var at = 0;
        return Below(text, pieces, ref at, 0);
    }

    // The items of a section: up to the next heading of its level or above.
    private static List<Block> Below(string text, List<Piece> pieces, ref int at, int level)
    {
        var items = new List<Block>();
        while (at < pieces.Count && (pieces[at].Level == 0 || pieces[at].Level > level))
        {
            var piece = pieces[at++];
            if (piece.Level == 0)
            {
                items.Add(new Block { Kind = piece.IsListItem ? BlockKind.Element : BlockKind.Statement, Start = piece.Start, End = piece.End, CodeStart = piece.CodeStart });
                continue;
            }

            var children = Below(text, pieces, ref at, piece.Level);
            var name = Heading(text, piece);
            items.Add(new Block
            {
                Kind = BlockKind.Section,
                Key = name,
                Name = name,
                Start = piece.Start,
                CodeStart = piece.CodeStart,
                BodyStart = piece.End,
                BodyEnd = children.Count > 0 ? children[^1].End : piece.End,
                End = children.Count > 0 ? children[^1].End : piece.End,
                Children = children,
            });
        }

        return items;
    }

    private static string Heading(string text, Piece piece)
    {
        foreach (var line in text[piece.CodeStart..piece.End].Split('\n'))
        {
            if (line.Trim(' ', '\t', '\r', '#') is { Length: > 0 } name && !IsRule(name))
            {
                return name;
            }
        }

        return "";
    }

    private static List<Piece> Pieces(string text, bool isMarkdown)
    {
        var pieces = new List<Piece>();
        var underlines = new List<char>();
        var (start, code, isItem, fence, blank) = (0, -1, false, "", false);
        for (var at = 0; at < text.Length;)
        {
            var (line, next) = LineAt(text, at);
            var after = LineAt(text, next);
            var hashes = isMarkdown ? Hashes(line) : 0;
            var level = Level(hashes, fence, line, after.Line, isMarkdown, underlines);
            if (level > 0)
            {
                Flush(at);
                next = hashes > 0 ? next : after.Next;
                pieces.Add(new Piece(start, at, next, Math.Min(level, MostLevels), false));
                (start, code, blank) = (next, -1, false);
            }
            else if (line.IsWhiteSpace())
            {
                blank = true;
            }
            else
            {
                FlushIf(fence.Length == 0 && Begins(line, isItem, blank), at);
                (code, isItem) = code < 0 ? (at, IsListItem(line)) : (code, isItem);
                fence = Fence(line, fence, isMarkdown);
                blank = false;
            }

            at = next;
        }

        Flush(text.Length);
        return pieces;

        void FlushIf(bool begins, int end)
        {
            if (begins && code >= 0)
            {
                Flush(end);
            }
        }

        void Flush(int end)
        {
            if (code >= 0)
            {
                pieces.Add(new Piece(start, code, end, 0, isItem));
                (start, code) = (end, -1);
            }
            else if (end == text.Length && start < end && pieces.Count > 0)
            {
                pieces[^1] = pieces[^1] with { End = end };
            }
        }
    }

    // A heading in fenced code is none.
    private static int Level(int hashes, string fence, ReadOnlySpan<char> line, ReadOnlySpan<char> after, bool isMarkdown, List<char> underlines) =>
        fence.Length > 0 ? 0 : hashes > 0 ? hashes : Underlined(line, after, isMarkdown, underlines);

    // A new item of a list, or a paragraph after a blank line that is not part of one.
    private static bool Begins(ReadOnlySpan<char> line, bool inItem, bool blank) =>
        IsListItem(line) || (blank && !(inItem && line[0] is ' ' or '\t'));

    private static bool IsListItem(ReadOnlySpan<char> line)
    {
        var digits = line.IndexOfAnyExceptInRange('0', '9');
        var mark = digits > 0 ? digits : 0;
        return mark + 1 < line.Length && line[mark + 1] == ' ' && (digits > 0 ? line[mark] is '.' or ')' : line[mark] is '-' or '*' or '+');
    }

    private static string Fence(ReadOnlySpan<char> line, string open, bool isMarkdown)
    {
        var trimmed = line.Trim();
        var mark = trimmed.StartsWith("```") ? "```" : trimmed.StartsWith("~~~") ? "~~~" : "";
        return !isMarkdown || mark.Length == 0 ? open : open.Length == 0 ? mark : mark == open ? "" : open;
    }

    private static int Hashes(ReadOnlySpan<char> line)
    {
        var count = line.IndexOfAnyExcept('#');
        return count is > 0 and <= 6 && line[count] is ' ' or '\t' ? count : 0;
    }

    // Of Markdown = is the first level and - the second; of reStructuredText the order in which they occur tells.
    private static int Underlined(ReadOnlySpan<char> line, ReadOnlySpan<char> after, bool isMarkdown, List<char> known)
    {
        var rule = after.TrimEnd();
        if (line.IsWhiteSpace() || !IsRule(rule) || IsRule(line.TrimEnd()) || line[0] is ' ' or '\t' || IsListItem(line) || line[0] is '|' || rule.Length < (isMarkdown ? 3 : Math.Min(3, line.TrimEnd().Length)))
        {
            return 0;
        }

        if (isMarkdown)
        {
            return rule[0] == '=' ? 1 : rule[0] == '-' ? 2 : 0;
        }

        if (!known.Contains(rule[0]))
        {
            known.Add(rule[0]);
        }

        return known.IndexOf(rule[0]) + 1;
    }

    private static bool IsRule(ReadOnlySpan<char> line) => line.Length > 1 && line[0] is '=' or '-' or '~' or '^' or '"' or '*' or '+' or '.' or '\'' or '`' or '#' && !line.ContainsAnyExcept(line[0]);

    private static SpanLine LineAt(string text, int at)
    {
        var length = text.AsSpan(at).IndexOfAny('\r', '\n');
        if (length < 0)
        {
            return new SpanLine(text.AsSpan(at), text.Length);
        }

        var end = at + length;
        return new SpanLine(text.AsSpan(at, length), text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2 : end + 1);
    }

    private readonly ref struct SpanLine(ReadOnlySpan<char> line, int next)
    {
        public ReadOnlySpan<char> Line { get; } = line;

        public int Next { get; } = next;

        public void Deconstruct(out ReadOnlySpan<char> line, out int next)
        {
            line = Line;
            next = Next;
        }
    }

    // A heading with a level, or a paragraph or list item without.
    private readonly record struct Piece(int Start, int CodeStart, int End, int Level, bool IsListItem);
}
