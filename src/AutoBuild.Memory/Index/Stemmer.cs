namespace AutoBuild.Memory.Index;

/// <summary>Takes the commonest English endings off a word, so that "parsing", "parsed" and "parsers" are one term.</summary>
internal static class Stemmer
{
    private const int Least = 4;

    // The first that fits is taken.
    private static readonly (string Ending, string Put)[] Endings =
    [
        ("ies", "y"), ("sses", "ss"), ("ization", "ize"), ("ations", "ate"), ("ation", "ate"), ("ings", ""), ("ing", ""), ("edly", ""), ("ed", ""),
        ("ers", ""), ("er", ""), ("ions", ""), ("ion", ""), ("es", ""), ("s", ""),
    ];

    /// <summary>Shortens a word of lower case in place and returns its length; what is left has four letters at least, or was never longer.</summary>
    public static int Stem(Span<char> word)
    {
        if (word.Length <= Least)
        {
            return word.Length;
        }

        var length = Ending(word);
        if (length > Least && word[length - 1] == 'e')
        {
            length--;
        }

        return length > Least && word[length - 1] == word[length - 2] && word[length - 1] is not ('s' or 'l') ? length - 1 : length;
    }

    private static int Ending(Span<char> word)
    {
        if (word[^1] is not ('s' or 'n' or 'g' or 'y' or 'd' or 'r') || word.EndsWith("ss"))
        {
            return word.Length;
        }

        foreach (var (ending, put) in Endings)
        {
            var length = word.Length - ending.Length;
            if (length + put.Length >= Least && word.EndsWith(ending))
            {
                put.CopyTo(word[length..]);
                return length + put.Length;
            }
        }

        return word.Length;
    }
}
