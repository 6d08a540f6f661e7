namespace AutoBuild.Syntax;

/// <summary>Holds the table of languages; adding one is adding a row.</summary>
public static partial class Languages
{
    // Not before it is asked for: in which order the fields of several files are set, nobody promises.
    private static readonly Lazy<IReadOnlyList<Language>> Rows = new(() => [.. Code(), .. Scripts(), .. Data(), .. Texts()]);
    private static readonly Lazy<Dictionary<string, Language>> ByName = new(() => Index(language => language.FileNames));
    private static readonly Lazy<Dictionary<string, Language>> ByExtension = new(() => Index(language => language.Extensions));

    /// <summary>Every row.</summary>
    public static IReadOnlyList<Language> All => Rows.Value;

    /// <summary>The language of a file, by its name, then by its longest known extension; null where the table has none.</summary>
    /// <param name="path">With slashes, or a plain name.</param>
    public static Language? ForPath(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant();
        if (ByName.Value.TryGetValue(name, out var named))
        {
            return named;
        }

        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            if (ByExtension.Value.TryGetValue(name[dot..], out var found))
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The row of that name; throws where there is none.</summary>
    internal static Language Named(string name) => All.First(language => language.Name == name);

    private static Dictionary<string, Language> Index(Func<Language, string[]> keys) =>
        All.SelectMany(language => keys(language).Select(key => (key, language))).ToDictionary(one => one.key, one => one.language, StringComparer.Ordinal);
}
