using System.Buffers;

namespace AutoBuild.Memory.Index;

/// <summary>Finds values behind telling names: <c>password = "…"</c>, <c>api_key: …</c>.</summary>
internal static class NamedSecrets
{
    private const int LongestName = 40;

    private static readonly SearchValues<string> Names = SearchValues.Create(
        ["passw", "passphrase", "pwd", "secret", "token", "api_key", "apikey", "api-key", "private_key", "privatekey", "access_key", "accesskey", "account_key", "accountkey", "credential"], StringComparison.OrdinalIgnoreCase);

    // Where values stand without quotes.
    private static readonly string[] Settings = [".yml", ".yaml", ".properties", ".ini", ".conf", ".cfg", ".toml", ".config", ".env", ".envrc", ".sh", ".bash", "dockerfile"];

    private static readonly SearchValues<char> NoSecretSigns = SearchValues.Create(" \t<>{}$*%");
    private static readonly SearchValues<char> ValueEnds = SearchValues.Create(" \t\r\n\"'`;,&<>(){}[]|");

    /// <summary>Whether a file of that name has values without quotes.</summary>
    public static bool AreBare(string path) => Array.Exists(Settings, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    public static void Find(string text, bool areBare, List<Place> places)
    {
        var signs = text.AsSpan();
        for (var at = 0; signs[at..].IndexOfAny(Names) is var next and >= 0;)
        {
            at += next;
            var end = NameEnd(signs, at);
            if (Value(signs, end, areBare) is { } value && IsSecret(signs[at..end], signs[value.Start..value.End]))
            {
                places.Add(value);
                end = value.End;
            }

            at = end;
        }
    }

    private static int NameEnd(ReadOnlySpan<char> text, int at)
    {
        var most = Math.Min(text.Length, at + LongestName);
        while (at < most && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '-'))
        {
            at++;
        }

        return at;
    }

    // A quote may close the name; then a sign of assignment; then the value in quotes, or bare.
    private static Place? Value(ReadOnlySpan<char> text, int at, bool areBare)
    {
        at = SkipBlanks(text, at < text.Length && text[at] is '"' or '\'' ? at + 1 : at);
        if (at >= text.Length || text[at] is not (':' or '='))
        {
            return null;
        }

        var isPair = text[at] == '=';
        return Assigned(text, SkipBlanks(text, at + (text[at..].StartsWith(":=") || text[at..].StartsWith("=>") ? 2 : 1)), areBare, isPair);
    }

    private static Place? Assigned(ReadOnlySpan<char> text, int at, bool areBare, bool isPair)
    {
        var quote = at < text.Length && text[at] is '"' or '\'' or '`' ? text[at] : '\0';
        var rest = text[(quote == '\0' ? at : ++at)..];
        var end = quote == '\0' ? rest.IndexOfAny(ValueEnds) : rest.IndexOfAny(quote, '\r', '\n');
        end = end < 0 ? rest.Length : end;
        if (quote == '\0' && !areBare && !(isPair && IsInConnection(rest, end)))
        {
            return null;
        }

        return end > 0 ? new Place(at, at + end) : null;
    }

    // Password=…; in the midst of a connection string.
    private static bool IsInConnection(ReadOnlySpan<char> rest, int end) => end < rest.Length && rest[end] is ';' && rest[(end + 1)..].StartsWith(" ") is false && rest.Length > end + 1 && char.IsAsciiLetter(rest[end + 1]);

    private static int SkipBlanks(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t')
        {
            at++;
        }

        return at;
    }

    // What follows the telling part of a name says what it is: passwordLabel and token_type are no secrets.
    private static bool IsSecret(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        if (value.Length < 6 || value.Length > 4096 || value.ContainsAny(NoSecretSigns) || !EndsTelling(name) || value.StartsWith("/") || value.Contains("://", StringComparison.Ordinal))
        {
            return false;
        }

        var digits = value.ContainsAnyInRange('0', '9');
        var isPassword = name.StartsWith("pass", StringComparison.OrdinalIgnoreCase) || name.StartsWith("pwd", StringComparison.OrdinalIgnoreCase);
        return isPassword ? !ContainsName(value) || digits : digits && value.Length >= 12 && Randomness.OfSigns(value) > 3;
    }

    private static bool ContainsName(ReadOnlySpan<char> value) => value.ContainsAny(Names) || value.ContainsAny(".[]");

    private static bool EndsTelling(ReadOnlySpan<char> name)
    {
        foreach (var ending in (ReadOnlySpan<string>)["password", "passwd", "passwort", "passphrase", "pwd", "secret", "token", "key", "credential", "credentials", "value", "secrets", "pass"])
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return char.IsAsciiDigit(name[^1]);
    }
}
