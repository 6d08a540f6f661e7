using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Qa;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Qa;

/// <summary>Runs the machine's own node, python and dotnet, without packages and network.</summary>
public sealed class RealToolTests : IDisposable
{
    private readonly QaFolder _folder = new();
    private readonly QaFolder _base = new();

    public void Dispose()
    {
        _folder.Dispose();
        _base.Dispose();
    }

    private static void Need(string tool) => Assert.SkipWhen(Executable.Find(tool) is null, $"{tool} is not on this machine.");

    [Fact]
    public async Task Node()
    {
        Need("npm");
        Need("node");
        const string Test = "const t = require('node:test'); const a = require('node:assert'); t('adds', () => a.equal(require('./add')(1, 2), 3));";
        foreach (var folder in (QaFolder[])[_folder, _base])
        {
            folder.Write("package.json", """{"scripts":{"test":"node --test"}}""").Write("add.js", "module.exports = (a, b) => a + b;");
        }
        var none = await _folder.RunAsync(_folder.Site(machine: true));
        Assert.Equal((QaVerdict.NotRun, "It found no tests."), (none.Verdict, none.Checks[0].Reason));

        _folder.Write("add.test.js", Test);
        Assert.Equal(QaVerdict.Passed, (await _folder.RunAsync(_folder.Site(machine: true))).Verdict);

        _folder.Write("add.js", "module.exports = (a, b) => a - b;");
        var failed = await _folder.RunAsync(_folder.Site(machine: true));
        Assert.Equal(QaVerdict.Failed, failed.Verdict);
        Assert.Contains("adds", failed.Checks[0].LogTail, StringComparison.Ordinal);

        var compared = await QaRun.WithBaselineAsync(failed, _folder.Plan, _ => Task.FromResult<QaSite?>(_base.Site(machine: true)), TestContext.Current.CancellationToken);
        Assert.Equal(QaStatus.Failed, compared.Checks[0].Status);
    }

    [Fact]
    public async Task Python()
    {
        Need("python3");
        const string Broken = "import unittest\nclass T(unittest.TestCase):\n    def test_a(self): self.assertEqual(1, 2)\n";
        _folder.Write("tests/test_a.py", Broken.Replace("1, 2", "2, 2", StringComparison.Ordinal));
        Assert.Equal(QaVerdict.Passed, (await _folder.RunAsync(_folder.Site(machine: true))).Verdict);

        _folder.Write("tests/test_a.py", Broken);
        _base.Write("tests/test_a.py", Broken);
        var failed = await _folder.RunAsync(_folder.Site(machine: true));
        Assert.Equal((QaVerdict.Failed, 1), (failed.Verdict, failed.Checks[0].ExitCode));

        var compared = await QaRun.WithBaselineAsync(failed, _folder.Plan, _ => Task.FromResult<QaSite?>(_base.Site(machine: true)), TestContext.Current.CancellationToken);
        Assert.Equal((QaVerdict.NotRun, QaStatus.FailingOnBase), (compared.Verdict, compared.Checks[0].Status));
    }

    [Fact]
    public async Task Dotnet()
    {
        Need("dotnet");
        _folder.Write("app.csproj", $"""<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net{Environment.Version.Major}.0</TargetFramework></PropertyGroup></Project>""")
            .Write("nuget.config", "<configuration><packageSources><clear/></packageSources></configuration>")
            .Write("Program.cs", "return 1 + 1 == 2 ? 0 : 1;");
        Assert.Equal(["dotnet build"], _folder.Commands);
        Assert.Equal(QaVerdict.Passed, (await _folder.RunAsync(_folder.Site(machine: true))).Verdict);

        var plan = QaPlan.Choose(new RunQa(), Recipe.Parse("qa: dotnet run --no-build").OrThrow(), _folder.Tree);
        var tested = await _folder.RunAsync(_folder.Site(machine: true), plan);
        Assert.Equal((QaVerdict.Passed, "recipe"), (tested.Verdict, tested.Source));

        _folder.Write("Program.cs", "return 1 + 1 == 3 ? 0 : wrong;");
        var failed = await _folder.RunAsync(_folder.Site(machine: true));
        Assert.Equal(QaVerdict.Failed, failed.Verdict);
        Assert.Contains("CS0103", failed.Checks[0].LogTail, StringComparison.Ordinal);
    }
}
