namespace AutoBuild.Syntax;

/// <summary>Knows the signs that are written together.</summary>
internal static class Operators
{
    // Shifts are left out: they also close type arguments.
    private static readonly string[] Together =
        ["===", "!==", "...", "..=", "**=", "&&=", "||=", "??=", "=>", "->", "::", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "..", ":=", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=", "++", "--", "**", "|>", "<-", "!!", "=~"];

    private static readonly string[][] ByFirst = [.. Enumerable.Range(0, 128).Select(sign => Together.Where(one => one[0] == sign).ToArray())];

    /// <summary>Where the operator that begins at an offset ends; one sign where it is not one of several.</summary>
    public static int End(string text, int at)
    {
        foreach (var one in text[at] < 128 ? ByFirst[text[at]] : [])
        {
            if (string.CompareOrdinal(text, at, one, 0, one.Length) == 0)
            {
                return at + one.Length;
            }
        }

        return at + 1;
    }
}
