using AutoBuild.Core.Qa;

namespace AutoBuild.Tests.Qa;

public sealed class OtherDetectionTests : IDisposable
{
    private readonly QaFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Go_lints_only_where_configured_and_tests_only_where_there_are_tests()
    {
        _folder.Write("go.mod").Write("a/a.go").Tool("go").Tool("golangci-lint");
        await _folder.RunAsync();
        Assert.Equal(["go build ./...", "go vet ./..."], _folder.Calls);

        _folder.Write("a/a_test.go").Write(".golangci.yml");
        Assert.Equal(["golangci-lint run ./...", "go build ./...", "go vet ./...", "go test ./..."], _folder.Commands);
    }

    [Theory]
    [InlineData("go 1.22\n\nuse (\n\t./api // first\n\t./web/\n)\n", "go vet ./api/... ./web/...")]
    [InlineData("go 1.22\nuse .\nuse ./x\n", "go vet ./... ./x/...")]
    public void A_go_workspace_names_its_modules(string work, string vet)
    {
        _folder.Write("go.work", work);

        Assert.Equal(vet, _folder.Commands[1]);
    }

    [Fact]
    public async Task Rust_formats_and_lints_only_where_configured()
    {
        _folder.Write("Cargo.toml", "[package]\nname='a'\n").Write("src/lib.rs", "fn a() {}").Tool("cargo");
        await _folder.RunAsync();
        Assert.Equal(["cargo check --all-targets"], _folder.Calls);

        _folder.Write("Cargo.toml", "[workspace]\n[workspace.lints.clippy]\nall = 'deny'\n").Write("Cargo.lock").Write("rustfmt.toml").Write("src/lib.rs", "#[tokio::test]\nasync fn a() {}");
        Assert.Equal(["cargo fmt --all --check", "cargo clippy --locked --workspace --all-targets", "cargo test --locked --workspace"], _folder.Commands);
    }

    [Theory]
    [InlineData("pom.xml", "", false, "mvn -B -q verify")]
    [InlineData("pom.xml", "mvnw", true, "./mvnw -B -q verify")]
    [InlineData("pom.xml", "mvnw", false, "sh ./mvnw -B -q verify")]
    [InlineData("build.gradle.kts", "", false, "gradle check --no-daemon --console=plain")]
    [InlineData("settings.gradle", "gradlew", true, "./gradlew check --no-daemon --console=plain")]
    public async Task Java_prefers_the_wrapper(string file, string wrapper, bool executable, string command)
    {
        _folder.Write(file).Tool("mvn").Tool("gradle");
        if (wrapper.Length > 0)
        {
            _folder.Write(wrapper, "exit 0");
        }
        if (executable)
        {
            _folder.Executable(wrapper, "#!/bin/sh\nexit 0\n");
        }

        var report = await _folder.RunAsync();

        Assert.Equal(command, Assert.Single(report.Checks).Command);
        Assert.Equal(QaVerdict.Passed, report.Verdict);
        Assert.Equal(wrapper.Length > 0 ? [] : [command], _folder.Calls);
    }

    [Theory]
    [InlineData("a.slnx", "dotnet build")]
    [InlineData("a.sln", "dotnet build")]
    [InlineData("a.fsproj", "dotnet build")]
    [InlineData("a.sln b.slnx", "dotnet build a.sln && dotnet build b.slnx")]
    [InlineData("a.sln a.csproj", "dotnet build a.sln")]
    [InlineData("global.json src/a/a.csproj src/b/b.csproj", "dotnet build src/a/a.csproj && dotnet build src/b/b.csproj")]
    public void Dotnet_builds_solutions_else_projects(string files, string command)
    {
        foreach (var file in files.Split(' '))
        {
            _folder.Write(file, "<Project/>");
        }

        Assert.Equal([command], _folder.Commands);
    }

    [Theory]
    [InlineData("", "a.slnx", "dotnet test --no-build")]
    [InlineData("", "a.slnx b.csproj", "dotnet test a.slnx --no-build")]
    [InlineData("""{"test":{"runner":"Microsoft.Testing.Platform"}}""", "a.slnx b.csproj", "dotnet test --solution a.slnx --no-build")]
    [InlineData("""{"test":{"runner":"VSTest"}}""", "a.csproj b.csproj", "dotnet test a.csproj --no-build && dotnet test b.csproj --no-build")]
    public void Dotnet_tests_with_the_runner_that_global_json_names(string settings, string files, string command)
    {
        foreach (var file in files.Split(' '))
        {
            _folder.Write(file, "<Project/>");
        }
        if (settings.Length > 0)
        {
            _folder.Write("global.json", settings);
        }
        _folder.Write("test/T/T.csproj", """<Project><ItemGroup><PackageReference Include="xunit.v3" /></ItemGroup></Project>""");

        Assert.Equal(command, _folder.Commands[1]);
    }

    [Theory]
    [InlineData("test:\n\ttrue\n", "make test")]
    [InlineData("all: test\ntest: all\n\ttrue\ncheck:: all\n", "make check")]
    [InlineData("test := 1\nchecks:\n", null)]
    public async Task Make_is_used_where_nothing_else_is_there(string makefile, string? command)
    {
        _folder.Write("Makefile", makefile).Tool("make");
        await _folder.RunAsync();
        Assert.Equal(command is null ? [] : [command], _folder.Calls);

        _folder.Write("go.mod");
        Assert.DoesNotContain(command, _folder.Commands);
    }

    [Theory]
    [InlineData("script/test")]
    [InlineData("test")]
    [InlineData("test.sh")]
    [InlineData("run_tests.sh")]
    public async Task A_script_is_the_last_resort(string name)
    {
        _folder.Write(name, "#!/bin/sh\n");
        Assert.Empty(_folder.Commands);

        _folder.Executable(name, "#!/bin/sh\necho it ran\nexit 4\n");
        var check = Assert.Single((await _folder.RunAsync()).Checks);
        Assert.Equal(($"./{name}", 4, "it ran"), (check.Command, check.ExitCode, check.LogTail));
    }

    [Fact]
    public void Several_ecosystems_at_the_root_all_run()
    {
        _folder.Write("package.json", """{"scripts":{"test":"x"}}""").Write("pytest.ini").Write("go.mod").Write("a_test.go");

        Assert.Equal(["test (node)", "test (python)", "build", "vet", "test (go)"], _folder.Names);
        Assert.Equal("node (npm), python (system), go", _folder.Plan.Source);
    }
}
