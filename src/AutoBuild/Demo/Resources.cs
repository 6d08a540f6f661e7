namespace AutoBuild.Demo;

/// <summary>Reads the files of the demo that are built into the binary.</summary>
internal static class Resources
{
    private const string Prefix = "demo/";

    public static IEnumerable<string> Names(string folder) => typeof(Resources).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith($"{Prefix}{folder}/", StringComparison.Ordinal))
        .Select(name => name[Prefix.Length..]);

    public static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Resources).Assembly.GetManifestResourceStream(Prefix + name)
            ?? throw new FileNotFoundException($"The binary holds no '{name}'."));
        return reader.ReadToEnd();
    }
}
