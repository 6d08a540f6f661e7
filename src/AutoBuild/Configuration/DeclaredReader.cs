using System.Text.RegularExpressions;
using AutoBuild.Core.Json;
using AutoBuild.Core.Runs;

namespace AutoBuild.Configuration;

/// <summary>Reads <c>agents.declared</c>: agents by name, each with how its command line is started.</summary>
internal sealed partial class DeclaredReader(Expansion expansion, SettingFaults faults)
{
    internal const string Path = "agents.declared";

    private static readonly string[] Keys =
        ["command", "resume", "prompt", "output", "environment", "model", "secrets", "variables", "logins", "version", "install", "sign_in"];

    private static readonly string[] Placeholders = ["model", "session", "prompt", "prompt_file", "context_file", "max_turns"];

    /// <summary>Those that come with AutoBuild, known by their documentation.</summary>
    internal static IReadOnlyDictionary<string, AgentDeclaration> Presets { get; } = ReadPresets();

    /// <summary>Returns the presets with what the file declares laid over them; faults are collected.</summary>
    internal IReadOnlyDictionary<string, AgentDeclaration> Read(YamlTree tree)
    {
        var declared = new Dictionary<string, AgentDeclaration>(Presets);
        foreach (var (name, at, value) in Entries(Path, tree, "names of agents, each with its declaration"))
        {
            if (!Name().IsMatch(name) || KnownAgents.Names.Contains(name))
            {
                faults.Add(at, $"{Path}: '{SettingFaults.Shown(name)}' can't be the name of a declared agent: expected small letters, digits and '-', 32 at most, and none of {string.Join(", ", KnownAgents.Names)}.");
            }
            else if (Agent(name, at, value) is { } agent)
            {
                declared[name] = agent;
            }
        }
        return declared;
    }

    private static Dictionary<string, AgentDeclaration> ReadPresets()
    {
        using var stream = typeof(DeclaredReader).Assembly.GetManifestResourceStream("agents.yaml")!;
        using var reader = new StreamReader(stream);
        var faults = new SettingFaults("agents.yaml");
        var one = new DeclaredReader(new Expansion(new Dictionary<string, string>()), faults);
        var read = one.Entries(Path, YamlTree.Parse(reader.ReadToEnd()), "agents")
            .Select(entry => one.Agent(entry.Key, entry.At, entry.Value)).OfType<AgentDeclaration>().ToDictionary(agent => agent.Name, agent => agent with { Preset = true });
        faults.ThrowIfAny();
        return read;
    }

    private AgentDeclaration? Agent(string name, Place at, YamlTree tree)
    {
        var path = $"{Path}.{name}";
        var parts = new Dictionary<string, YamlTree>();
        foreach (var (key, where, value) in Entries(path, tree, $"keys ({string.Join(", ", Keys)})"))
        {
            if (Keys.Contains(key))
            {
                parts[key] = value;
                continue;
            }
            var meant = Spelling.Nearest(key, Keys);
            faults.Add(where, $"unknown key '{path}.{SettingFaults.Shown(key)}'{(meant is null ? "." : $"; did you mean '{meant}'?")} Expected one of: {string.Join(", ", Keys)}.");
        }
        if (!parts.TryGetValue("command", out var command))
        {
            faults.Add(at, $"{path}: expected 'command', the program and its arguments.");
            return null;
        }
        var agent = new AgentDeclaration
        {
            Name = name,
            Command = Argv($"{path}.command", command),
            Resume = parts.TryGetValue("resume", out var resume) ? Argv($"{path}.resume", resume) : [],
            Prompt = Word<PromptPlace>(path, "prompt", parts),
            Output = Word<AgentOutput>(path, "output", parts),
            Environment = parts.TryGetValue("environment", out var environment)
                ? Entries($"{path}.environment", environment, "variables with their values").ToDictionary(entry => entry.Key, entry => Text($"{path}.environment.{entry.Key}", entry.Value) ?? "")
                : new Dictionary<string, string>(),
            Model = Optional(path, "model", parts),
            Version = parts.TryGetValue("version", out var version) ? [.. Argv($"{path}.version", version).SelectMany(group => group)] : [],
            Install = Optional(path, "install", parts),
            SignIn = SignIn(path, parts),
        };
        Check(path, at, agent);
        return agent.Command.Count > 0 ? agent : null;
    }

    private AgentSignIn SignIn(string path, Dictionary<string, YamlTree> parts)
    {
        var secrets = Words(path, "secrets", parts);
        return new AgentSignIn
        {
            Secrets = secrets,
            Variables = Words(path, "variables", parts),
            Logins = Words(path, "logins", parts),
            Advice = Optional(path, "sign_in", parts) ?? (secrets.Length > 0 ? $"Export {string.Join(" or ", secrets)}." : ""),
        };
    }

    private void Check(string path, Place at, AgentDeclaration agent)
    {
        void Need(string placeholder, bool there)
        {
            foreach (var argv in new[] { agent.Command, agent.Resume }.Where(argv => argv.Count > 0))
            {
                if (argv.SelectMany(group => group).Any(word => word.Contains(placeholder, StringComparison.Ordinal)) != there)
                {
                    faults.Add(at, $"{path}: with 'prompt: {SnakeCase.Of(agent.Prompt)}' the arguments {(there ? "have to name" : "can't name")} {placeholder}.");
                }
            }
        }

        Need("{prompt}", agent.Prompt == PromptPlace.Argument);
        Need("{prompt_file}", agent.Prompt == PromptPlace.File);
        if (agent.Command is [[var program, ..], ..] && (Placeholder().IsMatch(program) || program.Length == 0))
        {
            faults.Add(at, $"{path}.command: expected a program as its first word, got '{SettingFaults.Shown(program)}'.");
        }
        if (agent.SignIn.Logins.Any(login => login.StartsWith('/') || login.Split('/').Contains("..") || login.Trim('/').Length == 0))
        {
            faults.Add(at, $"{path}.logins: expected files or folders, relative to your home.");
        }
    }

    /// <summary>Reads an argv: a text is cut at its spaces, a list taken as it is; a list within it is left out as a whole where a placeholder has no value.</summary>
    private List<IReadOnlyList<string>> Argv(string path, YamlTree tree)
    {
        var groups = tree switch
        {
            YamlTree.Text text => [.. text.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => (IReadOnlyList<string>)[word])],
            YamlTree.Items items => items.Values.Select(item => Group(path, item)).ToList(),
            _ => new List<IReadOnlyList<string>>(),
        };
        if (groups.Count == 0 || groups[0].Count == 0)
        {
            faults.Add(tree.At, $"{path}: expected the program and its arguments, as a text or a list.");
            return [];
        }
        foreach (var name in groups.SelectMany(group => group).SelectMany(word => Placeholder().Matches(word)).Select(match => match.Groups["name"].Value).Where(name => !Placeholders.Contains(name)))
        {
            faults.Add(tree.At, $"{path}: there is no placeholder {{{name}}}. Expected one of: {string.Join(", ", Placeholders.Select(known => $"{{{known}}}"))}.");
        }
        return groups;
    }

    private IReadOnlyList<string> Group(string path, YamlTree tree) => tree is YamlTree.Items items
        ? [.. items.Values.Select(item => Text(path, item) ?? "")]
        : [Text(path, tree) ?? ""];

    private T Word<T>(string path, string key, Dictionary<string, YamlTree> parts)
        where T : struct, Enum
    {
        if (!parts.TryGetValue(key, out var tree))
        {
            return default;
        }
        var words = Enum.GetValues<T>().ToDictionary(SnakeCase.Of);
        var text = (tree as YamlTree.Text)?.Value ?? "";
        if (!words.TryGetValue(text, out var value))
        {
            faults.Add(tree.At, $"{path}.{key}: expected one of {string.Join(", ", words.Keys)}, got '{SettingFaults.Shown(text)}'.");
        }
        return value;
    }

    private string[] Words(string path, string key, Dictionary<string, YamlTree> parts)
    {
        if (!parts.TryGetValue(key, out var tree))
        {
            return [];
        }
        if (tree is YamlTree.Items items && items.Values.All(item => item is YamlTree.Text { Value.Length: > 0 }))
        {
            return [.. items.Values.Cast<YamlTree.Text>().Select(item => item.Value)];
        }
        faults.Add(tree.At, $"{path}.{key}: expected a list of names.");
        return [];
    }

    private string? Optional(string path, string key, Dictionary<string, YamlTree> parts) => parts.TryGetValue(key, out var tree) ? Text($"{path}.{key}", tree) : null;

    private string? Text(string path, YamlTree tree)
    {
        if (tree is not YamlTree.Text text)
        {
            faults.Add(tree.At, $"{path}: expected a text.");
            return null;
        }
        var value = expansion.Apply(text.Value, out var unset);
        if (unset is not null)
        {
            faults.Add(tree.At, $"{path}: the variable {unset} is not set.");
        }
        return value;
    }

    private IReadOnlyList<(string Key, Place At, YamlTree Value)> Entries(string path, YamlTree tree, string expected)
    {
        if (tree is YamlTree.Map map)
        {
            return map.Entries;
        }
        if (tree is not YamlTree.Text { Value: "" })
        {
            faults.Add(tree.At, $"{path}: expected {expected}.");
        }
        return [];
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,31}$")]
    private static partial Regex Name();

    [GeneratedRegex(@"\{(?<name>[a-z_]+)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();
}
