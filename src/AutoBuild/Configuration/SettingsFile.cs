using System.Text;
using AutoBuild.Core;
using YamlDotNet.Core;

namespace AutoBuild.Configuration;

/// <summary>Finds and reads <c>autobuild.yaml</c> or <c>config.yaml</c> and lays the environment over it.</summary>
public static class SettingsFile
{
    private const string Own = "autobuild.yaml";
    private const string Original = "config.yaml";
    private const int Longest = 1_000_000;

    /// <summary>The variable that names the file where <c>--config</c> doesn't.</summary>
    internal const string Variable = "AUTOBUILD_CONFIG";

    /// <summary>Returns the effective settings: defaults, then the file, then the environment.</summary>
    /// <param name="path">The file; null takes the one that the environment names, else looks for one in <paramref name="directory"/>, and none is fine.</param>
    /// <param name="environment">The process's environment.</param>
    /// <param name="trusted">What somebody took of the files that lie in repositories; null is nothing.</param>
    /// <param name="directory">Default: the current directory.</param>
    /// <exception cref="AutoBuildException">
    /// <c>config_missing</c>, <c>config_ambiguous</c>, <c>config_untrusted</c>, or <c>config_invalid</c> with a line for each fault: file, line, what was expected.
    /// </exception>
    internal static Settings Load(string? path, IReadOnlyDictionary<string, string> environment, TrustedFiles? trusted = null, string? directory = null)
    {
        var named = path ?? new Expansion(environment).Find(Variable);
        var file = named ?? Find(directory ?? Directory.GetCurrentDirectory());
        if (file is null)
        {
            return Parse("", null, environment);
        }

        if (!File.Exists(file))
        {
            throw new AutoBuildException("config_missing", $"There is no file {file}; name an existing one with {(path is null ? Variable : "--config")}, or leave it out to run with defaults.");
        }

        var text = ReadText(file);
        return named is null && RepositoryOf(file) is { } repository && trusted?.Has(file, text) != true
            ? throw new AutoBuildException("config_untrusted",
                $"{file} says what AutoBuild may do, and lies in the git repository {repository}, so its authors may have written it. Read it, then take it as it stands with 'autobuild config trust'; or name the configuration to use with --config.")
            : Parse(text, file, environment);
    }

    /// <summary>Takes the file of a directory as it stands, so that it counts although it lies in a repository.</summary>
    /// <returns>What it says.</returns>
    /// <exception cref="AutoBuildException">As <see cref="Load"/>: what can't be read isn't taken.</exception>
    internal static Settings Trust(IReadOnlyDictionary<string, string> environment, TrustedFiles trusted, string? directory = null)
    {
        directory ??= Directory.GetCurrentDirectory();
        var file = Find(directory) ?? throw new AutoBuildException("config_missing", $"There is neither {Own} nor {Original} in {directory}.");
        var text = ReadText(file);
        var settings = Parse(text, file, environment);
        trusted.Add(file, text);
        return settings;
    }

    /// <summary>Returns the effective settings of a text.</summary>
    /// <param name="file">What faults name; null where there is no file.</param>
    public static Settings Parse(string yaml, string? file, IReadOnlyDictionary<string, string> environment)
    {
        var faults = new SettingFaults(file ?? "environment");
        var reading = new SettingsReading(new Expansion(environment), faults, Path.GetFileName(file) ?? "");
        reading.ReadFile(ParseYaml(yaml, file));
        reading.ReadEnvironment();
        reading.CheckTogether();
        faults.ThrowIfAny();
        return reading.Settings with { File = file };
    }

    // Whoever wrote the repository wrote what is in it, and a person may stand there without having read it.
    private static string? RepositoryOf(string file)
    {
        var folder = Path.GetDirectoryName(file);
        while (folder is not null && !Path.Exists(Path.Combine(folder, ".git")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder;
    }

    private static string? Find(string directory)
    {
        var own = Path.Combine(directory, Own);
        var original = Path.Combine(directory, Original);
        return (File.Exists(own), File.Exists(original)) switch
        {
            (true, true) => throw new AutoBuildException("config_ambiguous", $"Both {Own} and {Original} stand in {directory}; keep one, or name one with --config."),
            (true, false) => own,
            (false, true) => IsOurs(original) ? original : null,
            (false, false) => null,
        };
    }

    /// <summary>Many projects have a <c>config.yaml</c> of their own: one without a single section of ours isn't meant for us.</summary>
    private static bool IsOurs(string file)
    {
        try
        {
            var names = SettingKeys.NamesBelow("");
            return YamlTree.Parse(ReadText(file)) is YamlTree.Map map && map.Entries.Any(entry => names.Contains(entry.Key));
        }
        catch (Exception fault) when (fault is YamlException or AutoBuildException)
        {
            return false;
        }
    }

    private static string ReadText(string file)
    {
        using var reader = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var text = new char[Longest + 1];
        try
        {
            var length = reader.ReadBlock(text);
            return length <= Longest ? new string(text, 0, length)
                : throw new AutoBuildException("config_invalid", $"{file}: expected at most {Longest} characters; this is no configuration.");
        }
        catch (DecoderFallbackException fault)
        {
            throw new AutoBuildException("config_invalid", $"{file}: expected text in UTF-8, found other bytes. Save it as UTF-8.", fault);
        }
    }

    private static YamlTree ParseYaml(string yaml, string? file)
    {
        try
        {
            return YamlTree.Parse(yaml);
        }
        catch (YamlException fault)
        {
            throw new AutoBuildException("config_invalid", $"{file}:{fault.Start.Line}:{fault.Start.Column}: not readable as YAML: {fault.Message}", fault);
        }
    }
}
