using System.Security.Cryptography;
using System.Text;
using AutoBuild.Core;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Qa;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AutoBuild.Runner.Qa;

/// <summary>Turns the text of <c>.autobuild.yaml</c> into a <see cref="Recipe"/>, or into what is wrong with it and where.</summary>
internal static class RecipeReader
{
    private const int MaxLength = 256 * 1024;
    private const int MaxDepth = 20;

    private static readonly string[] KnownKeys =
        ["setup", "qa", "copy", "cache", "generated", "env", "ports", "teardown", "agent", "protected", "landing"];

    internal static Result<Recipe> Read(string yaml, string file)
    {
        try
        {
            return ReadDocument(yaml);
        }
        catch (RecipeFault fault)
        {
            return Refuse(file, fault.Line, fault.Message);
        }
        catch (YamlException fault)
        {
            var reason = fault.InnerException?.Message ?? fault.Message;
            return Refuse(file, fault.Start.Line, $"this is not readable as YAML: {reason.TrimEnd('.')}.");
        }
    }

    private static Refusal Refuse(string file, long line, string sentence) =>
        new(RefusalKind.Invalid, "recipe_invalid", $"{file}, line {Math.Max(1, line)}: {sentence}");

    private static Recipe ReadDocument(string yaml)
    {
        if (yaml.Length > MaxLength)
        {
            throw new RecipeFault(1, "expected at most 256 KB.");
        }
        if (yaml.Contains('\0', StringComparison.Ordinal))
        {
            throw new RecipeFault(1, "expected text, found the character NUL.");
        }
        var stream = Load(yaml);
        if (stream.Documents.Count > 1)
        {
            throw new RecipeFault(stream.Documents[1].RootNode.Start.Line, "expected one document, found a second one after '---'.");
        }
        var recipe = new Recipe { Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(yaml))) };
        if (stream.Documents.Count == 0 || RecipeYaml.IsNull(stream.Documents[0].RootNode))
        {
            return recipe;
        }
        var keys = RecipeYaml.Keys(stream.Documents[0].RootNode, "the recipe", KnownKeys);
        return keys.Aggregate(recipe, (made, key) => With(made, key.Key, key.Value));
    }

    private static YamlStream Load(string yaml)
    {
        try
        {
            CheckDepth(yaml);
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            return stream;
        }
        catch (Exception fault) when (fault is not (YamlException or RecipeFault or OutOfMemoryException))
        {
            // Some broken texts break the parser itself.
            throw new RecipeFault(1, "this is not readable as YAML: the parser can't make sense of it.");
        }
    }

    // The tree is read by recursion, and a stack that overflows takes the process with it.
    private static void CheckDepth(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        for (var depth = 0; parser.MoveNext(); depth += parser.Current!.NestingIncrease)
        {
            if (depth > MaxDepth)
            {
                throw new RecipeFault(parser.Current!.Start.Line, "this is nested deeper than any part of a recipe.");
            }
        }
    }

    private static Recipe With(Recipe recipe, string key, YamlNode value) => key switch
    {
        "setup" => recipe with { Setup = RecipeYaml.List(value, Command) },
        "qa" => recipe with { Qa = Checks(value) },
        "copy" => recipe with { Copy = RecipeYaml.List(value, RecipeYaml.RelativePath) },
        "cache" => recipe with { Cache = RecipeYaml.List(value, RecipeYaml.RelativePath) },
        "generated" => recipe with { Generated = RecipeYaml.List(value, Generated) },
        "env" => recipe with { Env = Environment(value) },
        "ports" => recipe with { Ports = Ports(value) },
        "teardown" => recipe with { Teardown = RecipeYaml.List(value, Command) },
        "agent" => recipe with { Agent = RecipeAgentReader.Read(value) },
        "protected" => recipe with { Protected = RecipeYaml.List(value, RecipeYaml.RelativePath) },
        "landing" => recipe with { Landing = RecipeYaml.Word(value, "landing", Policies) },
        _ => throw new ArgumentOutOfRangeException(nameof(key), key, "Keys were checked before."),
    };

    private static readonly Dictionary<string, LandingPolicy> Policies = new()
    {
        ["manual"] = LandingPolicy.Manual,
        ["auto"] = LandingPolicy.Auto,
        ["pull_request"] = LandingPolicy.PullRequest,
    };

    private static RecipeCommand Command(YamlNode node)
    {
        if (node is YamlScalarNode)
        {
            return new RecipeCommand(RecipeYaml.Text(node, "a command"));
        }
        var keys = RecipeYaml.Keys(node, "a command", "command", "timeout");
        var command = RecipeYaml.Required(keys, node, "command", "a command");
        return keys.TryGetValue("timeout", out var timeout) ? new(command, RecipeYaml.Seconds(timeout)) : new(command);
    }

    private static List<QaCheck> Checks(YamlNode node)
    {
        var checks = RecipeYaml.List(node, Check);
        var twice = checks.Select(check => check.Check.Name).GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null
            ? [.. checks.Select(check => check.Check)]
            : throw new RecipeFault(checks.Last(check => check.Check.Name == twice).Line, $"expected a name of its own for each check, '{twice}' is there twice.");
    }

    private static (QaCheck Check, long Line) Check(YamlNode node)
    {
        if (node is YamlScalarNode)
        {
            var line = RecipeYaml.Text(node, "a command");
            return (new QaCheck { Name = ShortName(line), Command = line }, node.Start.Line);
        }
        var keys = RecipeYaml.Keys(node, "a check", "name", "command", "timeout", "required");
        var command = RecipeYaml.Required(keys, node, "command", "a check");
        var check = new QaCheck { Name = keys.TryGetValue("name", out var name) ? RecipeYaml.Text(name, "a name") : ShortName(command), Command = command };
        check = keys.TryGetValue("timeout", out var timeout) ? check with { TimeoutSeconds = RecipeYaml.Seconds(timeout) } : check;
        check = keys.TryGetValue("required", out var required) ? check with { Required = RecipeYaml.Truth(required, "required") } : check;
        return (check, node.Start.Line);
    }

    private static string ShortName(string command)
    {
        var line = command.Split('\n')[0];
        return line.Length <= 60 ? line : line[..57] + "...";
    }

    private static RecipeGenerated Generated(YamlNode node)
    {
        var keys = RecipeYaml.Keys(node, "a generated entry", "paths", "command");
        var paths = keys.TryGetValue("paths", out var value) ? RecipeYaml.List(value, RecipeYaml.RelativePath) : [];
        return paths.Count > 0
            ? new RecipeGenerated(paths, RecipeYaml.Required(keys, node, "command", "a generated entry"))
            : throw new RecipeFault(node.Start.Line, "expected 'paths' with at least one path in a generated entry.");
    }

    private static Dictionary<string, string> Environment(YamlNode node) =>
        RecipeYaml.Keys(node, "env").ToDictionary(entry => RecipeYaml.Variable(entry.Key, node), entry => RecipeYaml.Value(entry.Value, $"a value for {entry.Key}"));

    private static List<string> Ports(YamlNode node)
    {
        var names = RecipeYaml.List(node, entry => RecipeYaml.Variable(RecipeYaml.Text(entry, "the name of an environment variable"), entry));
        return names.Count <= 10 ? names : throw new RecipeFault(node.Start.Line, $"expected at most 10 ports, found {names.Count}.");
    }
}
