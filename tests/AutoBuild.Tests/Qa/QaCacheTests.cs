using AutoBuild.Core.Qa;
using AutoBuild.Core.Runs;
using AutoBuild.Runner.Qa;

namespace AutoBuild.Tests.Qa;

public sealed class QaCacheTests : IDisposable
{
    private readonly QaFolder _folder = new();
    private readonly Guid _project = Guid.NewGuid();

    public void Dispose() => _folder.Dispose();

    private QaSite Site(string tree = "aaaa", Guid? project = null) => _folder.Site() with
    {
        TreeHash = tree,
        Cache = new QaCache(Path.Combine(_folder.Tree, "..", "cache"), project ?? _project),
        Changed = _ => Task.FromResult<IReadOnlyList<string>>([]),
    };

    private static QaPlan Plan(string command = "tool", int timeout = 60) =>
        QaPlan.Choose(new RunQa { Checks = [new QaCheck { Name = "a", Command = command, TimeoutSeconds = timeout }] }, null, "/");

    [Fact]
    public async Task An_equal_tree_that_passed_is_not_checked_again()
    {
        _folder.Tool("tool");
        await _folder.RunAsync(Site(), Plan());
        var heard = new List<QaCheckResult>();

        var report = await _folder.RunAsync(Site() with { Commit = "2222222222222222222222222222222222222222", CheckEnded = heard.Add }, Plan());

        Assert.Single(_folder.Calls);
        Assert.Equal((QaVerdict.Passed, "2222222222222222222222222222222222222222"), (report.Verdict, report.Commit));
        Assert.Equal("The same files were checked at commit 11111111; its results are used.", report.Reason);
        Assert.Equal(QaStatus.Passed, Assert.Single(heard).Status);
    }

    [Fact]
    public async Task Another_tree_project_plan_or_tool_is_checked()
    {
        _folder.Tool("tool");
        await _folder.RunAsync(Site(), Plan());
        await _folder.RunAsync(Site("bbbb"), Plan());
        await _folder.RunAsync(Site(project: Guid.NewGuid()), Plan());
        await _folder.RunAsync(Site(), Plan("tool x"));
        await _folder.RunAsync(Site(), Plan() with { Basis = "another recipe" });
        _folder.Tool("tool", "exit 0 # a new version");
        await _folder.RunAsync(Site(), Plan());

        Assert.Equal(6, _folder.Calls.Length);
    }

    [Fact]
    public async Task A_failure_is_checked_again_but_known_as_failing_on_the_base()
    {
        _folder.Tool("tool", "exit 1");
        var report = await _folder.RunAsync(Site("changed"), Plan());
        await _folder.RunAsync(Site("changed"), Plan());
        Assert.Equal(2, _folder.Calls.Length);

        for (var i = 0; i < 2; i++)
        {
            var compared = await QaRun.WithBaselineAsync(report, Plan(), _ => Task.FromResult<QaSite?>(Site("base")), TestContext.Current.CancellationToken);
            Assert.Equal(QaStatus.FailingOnBase, compared.Checks[0].Status);
        }
        Assert.Equal(3, _folder.Calls.Length);
    }

    [Fact]
    public async Task Timeouts_missing_tools_and_dirty_trees_are_not_kept()
    {
        _folder.Tool("tool");
        await _folder.RunAsync(Site("slow"), Plan("exec sleep 600", timeout: 1));
        await _folder.RunAsync(Site("missing"), Plan("nothere"));
        await _folder.RunAsync(Site("dirty") with { Changed = _ => Task.FromResult<IReadOnlyList<string>>(["x"]) }, Plan());
        var asked = 0;
        await _folder.RunAsync(Site("dirtied") with { Changed = _ => Task.FromResult<IReadOnlyList<string>>(asked++ == 0 ? [] : ["x"]) }, Plan());

        Assert.Equal(2, _folder.Calls.Length);
        Assert.False(Directory.Exists(Path.Combine(_folder.Tree, "..", "cache")));
    }

    [Fact]
    public async Task A_damaged_file_is_a_miss()
    {
        _folder.Tool("tool");
        await _folder.RunAsync(Site(), Plan());
        var file = Assert.Single(Directory.GetFiles(Path.Combine(_folder.Tree, "..", "cache"), "*", SearchOption.AllDirectories));
        await File.WriteAllTextAsync(file, "{", TestContext.Current.CancellationToken);

        Assert.Equal(QaVerdict.Passed, (await _folder.RunAsync(Site(), Plan())).Verdict);
        Assert.Equal(2, _folder.Calls.Length);
    }
}
