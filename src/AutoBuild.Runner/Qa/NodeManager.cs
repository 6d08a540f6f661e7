namespace AutoBuild.Runner.Qa;

/// <summary>Is how one package manager of Node installs and runs scripts.</summary>
/// <param name="Lockfile">The lockfile that is there; null where there is none.</param>
/// <param name="Berry">It is yarn 2 or later.</param>
internal sealed record NodeManager(string Name, string? Lockfile, bool Berry)
{
    private static readonly (string File, string Name)[] Lockfiles =
    [
        ("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "yarn"), ("bun.lock", "bun"), ("bun.lockb", "bun"),
        ("package-lock.json", "npm"), ("npm-shrinkwrap.json", "npm"),
    ];

    /// <summary>Writes no lockfile where there is none (but yarn 2 or later always does), and fails where one doesn't fit.</summary>
    internal string Install => (Name, Lockfile, Berry) switch
    {
        ("pnpm", null, _) => "pnpm install --no-lockfile",
        ("pnpm", _, _) => "pnpm install --frozen-lockfile",
        ("yarn", null, true) => "yarn install --no-immutable",
        ("yarn", _, true) => "yarn install --immutable",
        ("yarn", null, false) => "yarn install --non-interactive --no-lockfile",
        ("yarn", _, false) => "yarn install --non-interactive --frozen-lockfile",
        ("bun", null, _) => "bun install --no-save",
        ("bun", _, _) => "bun install --frozen-lockfile",
        (_, null, _) => "npm install --no-package-lock --no-audit --no-fund",
        _ => "npm ci --no-audit --no-fund",
    };

    internal string Test => Name == "bun" ? "bun run test" : $"{Name} test";

    internal string Run(string script) => $"{Name} run {script}";

    /// <summary>Runs a program of the dependencies, without fetching it from the network.</summary>
    internal string Execute(string program) => Name switch
    {
        "pnpm" => $"pnpm exec {program}",
        "yarn" => $"yarn run {program}",
        "bun" => $"bun run {program}",
        _ => $"npx --no-install {program}",
    };

    /// <summary>Runs a script in every package of the workspace that has it; null for yarn 1, which fails where one doesn't.</summary>
    internal string? Everywhere(string script) => Name switch
    {
        "pnpm" => $"pnpm -r --if-present run {script}",
        "bun" => $"bun run --filter '*' {script}",
        "yarn" => Berry ? $"yarn workspaces foreach -A run {script}" : null,
        _ => $"npm run {script} --workspaces --if-present",
    };

    /// <summary>Goes by <c>packageManager</c>, else by the lockfile (pnpm, yarn, bun, npm in this order), else npm.</summary>
    internal static NodeManager Of(NodePackage package)
    {
        var (folder, named) = (package.Folder, package.Manager ?? "");
        var name = named.Split('@')[0] is "npm" or "pnpm" or "yarn" or "bun" ? named.Split('@')[0]
            : Lockfiles.FirstOrDefault(lockfile => folder.Has(lockfile.File)).Name ?? "npm";
        var lockfile = Lockfiles.Where(entry => entry.Name == name).Select(entry => entry.File).FirstOrDefault(folder.Has);
        return new(name, lockfile, name == "yarn" && IsBerry(folder, named));
    }

    private static bool IsBerry(ProjectFolder folder, string named) =>
        named.StartsWith("yarn@", StringComparison.Ordinal) ? !named.StartsWith("yarn@1.", StringComparison.Ordinal)
        : folder.Has(".yarnrc.yml") || folder.Read("yarn.lock").Contains("__metadata:", StringComparison.Ordinal);
}
