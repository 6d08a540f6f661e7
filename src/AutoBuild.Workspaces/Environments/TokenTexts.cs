using System.Text.RegularExpressions;

namespace AutoBuild.Workspaces;

/// <summary>Finds what looks like a credential in a file of settings.</summary>
public static partial class TokenTexts
{
    private const int LongEnough = 32;

    /// <summary>True for the name of a variable or a key whose value should not be shown.</summary>
    public static bool IsSecretName(string name) => SecretName().IsMatch(name);

    /// <summary>The values behind telling names, and all long texts that are neither path, address nor id.</summary>
    public static IEnumerable<string> Of(string text) => Named().Matches(text).Select(match => match.Groups["value"].Value)
        .Concat(Words().Matches(text).Select(match => match.Value).Where(word => word.Length >= LongEnough && !Guid.TryParse(word, out _)));

    /// <summary>The password in an address such as <c>http://user:password@proxy</c>; null where there is none.</summary>
    public static string? PasswordIn(string text) => Address().Match(text) is { Success: true } match ? match.Groups["password"].Value : null;

    [GeneratedRegex("^[a-z0-9+]+://[^/@:]*:(?<password>[^/@]+)@", RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    [GeneratedRegex("token|secret|passw|api_?key|private_?key|credential|authorization|cookie", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    // JSON, TOML, INI and netrc: a telling name, something between, a value of eight or more.
    [GeneratedRegex("""(?:token|secret|passw|api_?key|private_?key|credential|authorization|cookie)[A-Za-z0-9_.-]*["']?\s*(?:[:=]\s*|[ \t])["']?(?<value>[^\s"'{}\[\],]{8,})""", RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    [GeneratedRegex("""(?<![A-Za-z0-9_./~+=-])[A-Za-z0-9_.~+=-]+(?![A-Za-z0-9_./~+=-])""")]
    private static partial Regex Words();
}
