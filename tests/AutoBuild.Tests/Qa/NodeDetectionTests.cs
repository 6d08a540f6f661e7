using AutoBuild.Core.Qa;

namespace AutoBuild.Tests.Qa;

public sealed class NodeDetectionTests : IDisposable
{
    private const string Package = """{"scripts":{"lint":"x","typecheck":"x","test":"x"},"devDependencies":{"a":"1"}}""";

    private readonly QaFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("package-lock.json", "", "npm", "npm ci --no-audit --no-fund|npm run lint|npm run typecheck|npm test")]
    [InlineData("npm-shrinkwrap.json", "", "npm", "npm ci --no-audit --no-fund|npm run lint|npm run typecheck|npm test")]
    [InlineData("", "", "npm", "npm install --no-package-lock --no-audit --no-fund|npm run lint|npm run typecheck|npm test")]
    [InlineData("pnpm-lock.yaml", "", "pnpm", "pnpm install --frozen-lockfile|pnpm run lint|pnpm run typecheck|pnpm test")]
    [InlineData("yarn.lock", "# yarn lockfile v1", "yarn", "yarn install --non-interactive --frozen-lockfile|yarn run lint|yarn run typecheck|yarn test")]
    [InlineData("yarn.lock", "__metadata:\n  version: 8", "yarn", "yarn install --immutable|yarn run lint|yarn run typecheck|yarn test")]
    [InlineData("bun.lock", "", "bun", "bun install --frozen-lockfile|bun run lint|bun run typecheck|bun run test")]
    [InlineData("bun.lockb", "", "bun", "bun install --frozen-lockfile|bun run lint|bun run typecheck|bun run test")]
    public async Task The_lockfile_chooses_the_manager(string lockfile, string text, string tool, string calls)
    {
        _folder.Write("package.json", Package).Tool(tool);
        if (lockfile.Length > 0)
        {
            _folder.Write(lockfile, text);
        }

        var report = await _folder.RunAsync();

        Assert.Equal(calls.Split('|'), _folder.Calls);
        Assert.Equal((QaVerdict.Passed, $"node ({tool})"), (report.Verdict, report.Source));
        Assert.Equal(["install", "lint", "typecheck", "test"], report.Checks.Select(check => check.Name));
    }

    [Fact]
    public async Task Half_a_character_in_a_script_is_no_fault()
    {
        _folder.Write("package.json", """{"scripts":{"test":"echo \ud83d"}}""").Tool("npm");

        Assert.Equal(QaVerdict.Passed, (await _folder.RunAsync()).Verdict);
    }

    [Theory]
    [InlineData("pnpm@9.1.0", "pnpm install --no-lockfile")]
    [InlineData("yarn@1.22.22", "yarn install --non-interactive --no-lockfile")]
    [InlineData("yarn@4.1.0+sha224.abc", "yarn install --no-immutable")]
    [InlineData("bun@1.1.0", "bun install --no-save")]
    [InlineData("npm@10.0.0", "npm ci --no-audit --no-fund")]
    public void The_package_manager_field_comes_first(string manager, string install)
    {
        _folder.Write("package.json", $$$"""{"packageManager":"{{{manager}}}","scripts":{"test":"x"},"dependencies":{"a":"1"}}""").Write("package-lock.json", "{}");

        Assert.Equal(install, _folder.Commands[0]);
    }

    [Fact]
    public void Without_dependencies_nothing_is_installed()
    {
        _folder.Write("package.json", """{"scripts":{"test":"x"},"dependencies":{}}""");

        Assert.Equal(["npm test"], _folder.Commands);
    }

    [Fact]
    public void The_placeholder_of_npm_init_is_no_test_and_an_install_alone_no_check()
    {
        _folder.Write("package.json", """{"scripts":{"test":"echo \"Error: no test specified\" && exit 1"},"dependencies":{"a":"1"}}""");

        Assert.Empty(_folder.Commands);
    }

    [Theory]
    [InlineData("{}", "npx --no-install tsc --noEmit")]
    [InlineData("""{"files":[],/* c */"references":[{"path":"a"},]}""", "npx --no-install tsc -b --noEmit")]
    public void Types_are_checked_by_tsc_where_no_script_does(string tsconfig, string command)
    {
        _folder.Write("package.json", """{"devDependencies":{"typescript":"5"}}""").Write("tsconfig.json", tsconfig);

        Assert.Equal(command, _folder.Commands[^1]);
        Assert.Equal("typecheck", _folder.Names[^1]);
    }

    [Theory]
    [InlineData("type-check")]
    [InlineData("check-types")]
    public void Other_names_for_typecheck_are_known(string script)
    {
        _folder.Write("package.json", $$$"""{"scripts":{"{{{script}}}":"x"},"devDependencies":{"typescript":"5"}}""").Write("tsconfig.json", "{}");

        Assert.Equal([$"npm run {script}"], _folder.Commands[1..]);
    }

    [Theory]
    [InlineData("package-lock.json", """,["packages/*"]""", "npm run lint --workspaces --if-present|npm run test --workspaces --if-present")]
    [InlineData("pnpm-lock.yaml", "", "pnpm -r --if-present run lint|pnpm -r --if-present run test")]
    public void A_workspace_whose_root_has_no_scripts_runs_those_of_its_packages(string lockfile, string workspaces, string commands)
    {
        _folder.Write("package.json", workspaces.Length > 0 ? """{"workspaces":["packages/*"]}""" : "{}").Write(lockfile, "{}").Write("pnpm-workspace.yaml")
            .Write("packages/a/package.json", """{"scripts":{"test":"x"}}""").Write("packages/b/package.json", """{"scripts":{"lint":"x"}}""");

        Assert.Equal(commands.Split('|'), _folder.Commands[1..]);
    }

    [Fact]
    public async Task A_second_run_installs_only_when_lockfile_or_manifest_changed()
    {
        _folder.Write("package.json", Package).Write("yarn.lock").Tool("yarn", "mkdir -p node_modules");
        await _folder.RunAsync();

        var second = await _folder.RunAsync();
        Assert.Equal((QaStatus.Skipped, QaVerdict.Passed), (second.Checks[0].Status, second.Verdict));
        Assert.Single(_folder.Calls, call => call.StartsWith("yarn install", StringComparison.Ordinal));

        _folder.Write("yarn.lock", "changed");
        Assert.Equal(QaStatus.Passed, (await _folder.RunAsync()).Checks[0].Status);
    }

    [Theory]
    [InlineData("1.0.0", "1", "", true)]
    [InlineData("1.0.1", "1", "", false)]
    [InlineData("1.0.0", "2", "", false)]
    [InlineData("1.0.0", "1", ",\"node_modules/stray\":{\"version\":\"1.0.0\"}", false)]
    public async Task What_npm_installed_before_is_compared_with_its_lockfile(string installed, string asked, string more, bool skipped)
    {
        const string Lock = """{"packages":{"":{"dependencies":{"a":"1"}},"node_modules/a":{"version":"1.0.0"},"node_modules/o":{"version":"2.0.0","optional":true}}}""";
        _folder.Write("package.json", $$$"""{"scripts":{"test":"x"},"dependencies":{"a":"{{{asked}}}"}}""").Write("package-lock.json", Lock)
            .Write("node_modules/.package-lock.json", "{\"packages\":{\"node_modules/a\":{\"version\":\"" + installed + "\"}" + more + "}}").Tool("npm");

        var report = await _folder.RunAsync();

        Assert.Equal(skipped ? QaStatus.Skipped : QaStatus.Passed, report.Checks[0].Status);
    }

    [Fact]
    public async Task Without_npm_the_checks_are_not_run_and_say_why()
    {
        _folder.Write("package.json", Package);

        var report = await _folder.RunAsync();

        Assert.Equal(QaVerdict.NotRun, report.Verdict);
        Assert.All(report.Checks, check => Assert.Contains("'npm' is not on PATH", check.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Below_the_root_is_looked_at_only_where_the_root_has_nothing()
    {
        _folder.Write("frontend/package.json", """{"scripts":{"test":"x"}}""").Write("packages/my app/package.json", """{"scripts":{"test":"x"}}""")
            .Write("node_modules/x/package.json", """{"scripts":{"test":"x"}}""").Write("backend/requirements.txt", "x").Write("backend/ruff.toml");
        Assert.Equal(["cd frontend && npm test", "cd 'packages/my app' && npm test"], _folder.Commands.Where(command => command.EndsWith("npm test", StringComparison.Ordinal)));
        Assert.Equal(["backend: install", "backend: lint", "frontend: test", "packages/my app: test"], _folder.Names);

        _folder.Write("package.json", """{"scripts":{"test":"x"}}""");
        Assert.Equal(["npm test"], _folder.Commands);
    }

    [Fact]
    public async Task Below_the_root_checks_run_in_their_folder()
    {
        _folder.Write("web/package.json", Package).Tool("npm", "mkdir -p node_modules");

        await _folder.RunAsync();
        await _folder.RunAsync();

        Assert.Equal(["web$ npm install --no-package-lock --no-audit --no-fund", "web$ npm run lint"], _folder.Calls[..2]);
        Assert.Equal(7, _folder.Calls.Length);
    }
}
