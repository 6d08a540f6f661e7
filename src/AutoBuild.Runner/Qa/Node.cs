using System.Text.Json;

namespace AutoBuild.Runner.Qa;

/// <summary>Finds the checks of a <c>package.json</c>: install, lint, typecheck, test.</summary>
internal static class Node
{
    private static readonly string[] TypecheckScripts = ["typecheck", "type-check", "check-types"];

    internal static Ecosystem? Find(ProjectFolder folder)
    {
        if (NodePackage.In(folder) is not { } package)
        {
            return null;
        }
        var manager = NodeManager.Of(package);
        return Ecosystem.Of($"node ({manager.Name})",
            [Install(package, manager), Script(package, manager, "lint"), Typecheck(package, manager), Test(package, manager)]);
    }

    private static QaStep? Install(NodePackage package, NodeManager manager)
    {
        string[] inputs = ["package.json", ".npmrc", ".yarnrc.yml", "pnpm-workspace.yaml", manager.Lockfile ?? "package.json"];
        var folder = package.Folder.Name;
        var stamp = new InstallStamp(Path.Combine(folder, "node_modules"), [.. inputs.Select(file => Path.Combine(folder, file))])
        {
            Fits = tree => NodeModules.Fit(Path.Combine(tree, folder), manager),
        };
        return package.HasDependencies || package.IsWorkspace ? Ecosystem.Install(manager.Install, stamp) : null;
    }

    // The root's own script, else the same script of the workspace's packages.
    private static QaStep? Script(NodePackage package, NodeManager manager, string script, string? name = null)
    {
        var command = package.Script(script) is not null ? (script == "test" ? manager.Test : manager.Run(script))
            : package.Packages.Any(member => member.Script(script) is not null) ? manager.Everywhere(script)
            : null;
        return command is null ? null : Ecosystem.Check(name ?? script, command);
    }

    private static QaStep? Typecheck(NodePackage package, NodeManager manager) =>
        TypecheckScripts.Select(script => Script(package, manager, script, "typecheck")).FirstOrDefault(step => step is not null)
        ?? (package.DependsOn("typescript") && package.Folder.Has("tsconfig.json")
            ? Ecosystem.Check("typecheck", manager.Execute(OnlyRefers(package.Folder) ? "tsc -b --noEmit" : "tsc --noEmit"))
            : null);

    // Such a tsconfig checks nothing by itself.
    private static bool OnlyRefers(ProjectFolder folder) => folder.ReadJson("tsconfig.json") is { } config
        && config.TryGetProperty("references", out _)
        && config.TryGetProperty("files", out var files) && files.ValueKind == JsonValueKind.Array && files.GetArrayLength() == 0;

    private static QaStep? Test(NodePackage package, NodeManager manager)
    {
        if (Script(package, manager, "test") is { } step)
        {
            // Node's own test runner exits with 0 where it found no test.
            var silent = package.Script("test") is { } script && script.StartsWith("node ", StringComparison.Ordinal)
                && script.Contains("--test", StringComparison.Ordinal);
            return silent ? step with { EmptyText = "# tests 0\n" } : step;
        }
        var files = manager.Name == "bun" && package.Folder.Files(4, "*.test.ts", "*.test.tsx", "*.test.js", "*.spec.ts").Any();
        return files ? Ecosystem.Check("test", "bun test") : null;
    }
}
