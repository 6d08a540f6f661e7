using System.Text.Json;

namespace AutoBuild.Runner.Qa;

/// <summary>Finds the checks of a <c>package.json</c>: install, lint, typecheck, test.</summary>
internal static class Node
{
    private const string Placeholder = "no test specified";

    private static readonly string[] s_typecheck = ["typecheck", "type-check", "check-types"];

    private static readonly string[] s_dependencies = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

    internal static Ecosystem? Find(ProjectFolder folder)
    {
        if (folder.ReadJson("package.json") is not { } package)
        {
            return null;
        }
        var manager = NodeManager.Of(folder, package);
        return Ecosystem.Of($"node ({manager.Name})", [Install(folder, package, manager), Lint(package, manager), Typecheck(folder, package, manager), Test(folder, package, manager)]);
    }

    private static QaStep? Install(ProjectFolder folder, JsonElement package, NodeManager manager)
    {
        var wanted = HasDependencies(package) || package.TryGetProperty("workspaces", out _) || folder.Has("pnpm-workspace.yaml");
        var stamp = new InstallStamp(Path.Combine(folder.Name, "node_modules"), [.. Inputs(manager).Select(file => Path.Combine(folder.Name, file))])
        {
            Fits = tree => NodeModules.Fit(Path.Combine(tree, folder.Name), manager),
        };
        return wanted ? Ecosystem.Install(manager.Install, stamp) : null;
    }

    private static string[] Inputs(NodeManager manager) => [.. new[] { "package.json", ".npmrc", ".yarnrc.yml", "pnpm-workspace.yaml", manager.Lockfile }.OfType<string>()];

    private static bool HasDependencies(JsonElement package) =>
        s_dependencies.Any(kind => Members(package, kind).Count > 0);

    private static QaStep? Lint(JsonElement package, NodeManager manager) =>
        HasScript(package, "lint") ? Ecosystem.Check("lint", manager.Run("lint")) : null;

    private static QaStep? Typecheck(ProjectFolder folder, JsonElement package, NodeManager manager)
    {
        if (s_typecheck.FirstOrDefault(name => HasScript(package, name)) is { } script)
        {
            return Ecosystem.Check("typecheck", manager.Run(script));
        }
        var typescript = s_dependencies.Any(kind => Members(package, kind).Any(entry => entry.Name == "typescript"));
        // A tsconfig that only refers to others checks nothing by itself.
        var solution = folder.ReadJson("tsconfig.json") is { } config && config.TryGetProperty("references", out _) && config.TryGetProperty("files", out var files)
            && files.ValueKind == JsonValueKind.Array && files.GetArrayLength() == 0;
        return typescript && folder.Has("tsconfig.json") ? Ecosystem.Check("typecheck", manager.Execute(solution ? "tsc -b --noEmit" : "tsc --noEmit")) : null;
    }

    private static QaStep? Test(ProjectFolder folder, JsonElement package, NodeManager manager)
    {
        var script = Members(package, "scripts").Where(entry => entry.Name == "test").Select(entry => entry.Value.ToString()).FirstOrDefault() ?? "";
        if (script.Trim().Length == 0 || script.Contains(Placeholder, StringComparison.Ordinal))
        {
            return manager.Name == "bun" && folder.Files(4, "*.test.ts", "*.test.tsx", "*.test.js", "*.spec.ts").Any() ? Ecosystem.Check("test", "bun test") : null;
        }
        // Node's own test runner exits with 0 where it found no test.
        var empty = script.StartsWith("node ", StringComparison.Ordinal) && script.Contains("--test", StringComparison.Ordinal);
        return Ecosystem.Check("test", manager.Test) with { EmptyText = empty ? "# tests 0\n" : null };
    }

    private static bool HasScript(JsonElement package, string name) =>
        Members(package, "scripts").Any(entry => entry.Name == name && entry.Value.ValueKind == JsonValueKind.String && entry.Value.GetString()!.Trim().Length > 0);

    private static List<JsonProperty> Members(JsonElement package, string name) =>
        package.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? [.. value.EnumerateObject()] : [];
}
