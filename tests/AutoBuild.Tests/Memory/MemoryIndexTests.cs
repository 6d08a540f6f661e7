using System.Text;
using AutoBuild.Memory.Index;
using AutoBuild.Memory.Search;
using AutoBuild.Memory.Segments;
using AutoBuild.Tests.Workspaces;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Memory;

/// <summary>Indexes real repositories, and again.</summary>
public sealed class MemoryIndexTests : IAsyncLifetime
{
    private const string Secret = "hunter2secretvalue9";

    private readonly TempFolder _folder = new();
    private readonly FakeClock _clock = new();
    private readonly Guid _project = Guid.NewGuid();
    private Catalogue _catalogue = null!;
    private MemoryIndex _index = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Open();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_is_indexed_once_is_known_to_branches_worktrees_and_after_a_restart()
    {
        var user = await UserRepository.CreateAsync(_folder["u"], ("a.cs", "class Alpha { }\n"), ("b.py", "def beta(): pass\n"), ("img.png", "x"));
        var status = await IndexAsync(user.Path);
        Assert.Equal((IndexState.Completed, 2, 2L), (status.State, status.Files, status.Chunks));
        Assert.Equal((2, 2, 1), (status.FilesIndexed, status.FilesTotal, status.Skipped[SkipReason.Binary]));
        Assert.Equal(["a.cs"], await FindAsync("alpha"));

        await CloseAsync();
        Open();
        var version = _catalogue.Version;
        Assert.Equal(["b.py"], await FindAsync("beta"));
        await user.GitAsync("worktree", "add", "-q", _folder["tree"], "-b", "other");
        Assert.Equal(["a.cs"], await FindAsync("alpha", _folder["tree"]));
        Assert.Equal(["a.cs"], await FindAsync("alpha", "other"));
        Assert.Equal(version, _catalogue.Version);
    }

    [Fact]
    public async Task A_changed_file_is_found_two_seconds_after_the_last_look()
    {
        var user = await UserRepository.CreateAsync(_folder["u"], ("a.cs", "class Alpha { }\n"), ("b.cs", "class Same { }\n"));
        await IndexAsync(user.Path);
        Assert.Equal(["a.cs"], await FindAsync("alpha"));
        user.Write("a.cs", "class Gamma { }\n");
        user.Write("new.cs", "class Delta { }\n");
        Assert.Empty(await FindAsync("gamma"));
        _clock.Advance(TimeSpan.FromSeconds(3));
        var version = _index.Version(_project);
        Assert.Equal(["a.cs"], await FindAsync("gamma"));
        Assert.True(_index.Version(_project) > version);
        Assert.Empty(await FindAsync("alpha"));
        using var scope = await ScopeAsync();
        Assert.Equal((2, 0), (scope.Freshness.Dirty, scope.Freshness.Pending));
        _clock.Advance(TimeSpan.FromSeconds(3));
        version = _index.Version(_project);
        Assert.Equal(["new.cs"], await FindAsync("delta"));
        Assert.Equal(version, _index.Version(_project));
    }

    [Fact]
    public async Task No_secret_reaches_the_index()
    {
        var user = await UserRepository.CreateAsync(_folder["u"], (".env", $"KEY={Secret}\n"), ("server.pem", $"-----BEGIN PRIVATE KEY-----\n{Secret}\n-----END PRIVATE KEY-----\n"), ("a.cs", $"class A {{ string password = \"{Secret}\"; }}\n"));
        user.Write("dirty.yml", $"password: {Secret}\n");
        user.Write(".env.local", Secret);
        await IndexAsync(user.Path);
        await _index.AddFilesAsync(_project, [(".env", Secret), ("c.cs", $"var token = \"{Secret}\";")], Stop);
        Assert.Empty(await FindAsync(Secret));
        using var scope = await ScopeAsync();
        Assert.Equal(["a.cs", "c.cs", "dirty.yml"], scope.View.Files.Select(file => file.Path));
        Assert.All(Outlines(scope), outline => Assert.DoesNotContain(Secret, outline.Text, StringComparison.Ordinal));
        Assert.Contains(Outlines(scope), outline => outline.Text.Contains("[redacted]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Odd_files_harm_nobody()
    {
        var user = await UserRepository.CreateAsync(_folder["u"], ("empty.txt", ""), ("good.cs", "class Alpha { }\n"));
        File.WriteAllBytes(user["latin.txt"], [.. "caf"u8, 0xE9, .. " alpha \uFEFF"u8, 0xFF, 0xC0]);
        File.WriteAllBytes(user["data"], [1, 0, 2, 0, .. "alpha"u8]);
        File.WriteAllBytes(user["wide.txt"], [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("alpha wide")]);
        File.WriteAllText(user["deep.json"], new string('[', 50_000));
        await user.CommitAsync();
        using (var sparse = File.Create(user["huge.txt"]))
        {
            sparse.SetLength(1L << 30);
        }

        var status = await IndexAsync(user.Path);
        Assert.Equal(1, status.Skipped[SkipReason.TooLarge]);
        Assert.Equal(["good.cs", "latin.txt", "wide.txt"], await FindAsync("alpha"));
        _clock.Advance(TimeSpan.FromSeconds(3));
        using var scope = await ScopeAsync();
        Assert.Equal(0, scope.Freshness.Pending);
    }

    [Fact]
    public async Task A_repository_without_a_commit_is_an_empty_index()
    {
        var user = await UserRepository.CreateAsync(_folder["u"]);
        Assert.Equal((IndexState.Completed, 0), (await IndexAsync(user.Path)) is var status ? (status.State, status.Files) : default);
        Assert.Empty(await FindAsync("alpha"));
    }

    [Fact]
    public async Task A_plain_folder_is_indexed_too()
    {
        Directory.CreateDirectory(_folder["plain"]);
        _folder.Write("plain/a.cs", "class Alpha { }\n");
        await IndexAsync(_folder["plain"]);
        Assert.Equal(["a.cs"], await FindAsync("alpha"));
        _folder.Write("plain/b.cs", "class Alpha2 { int alpha; }\n");
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(["a.cs", "b.cs"], await FindAsync("alpha"));
        using var scope = await ScopeAsync();
        Assert.Null(scope.Repository);
        Assert.Equal(0, scope.Freshness.Dirty);
    }

    [Fact]
    public async Task A_commit_is_read_as_it_is_whatever_happens_to_the_tree()
    {
        var user = await UserRepository.CreateAsync(_folder["u"], ("a.cs", "class Alpha { }\n"));
        var listing = await SourceTree.WorkingTreeAsync(user.Path, SourceRules.Default, Stop);
        await user.GitAsync("checkout", "-q", "-b", "other");
        await user.CommitAsync(("a.cs", "class Other { }\n"));
        var files = await new Indexer(_catalogue, OutlineLimits.Default, 2).RunAsync(listing, 1 << 20, new IndexProgress(), null, Stop);
        using var snapshot = _catalogue.Snapshot();
        var place = snapshot.Find(files[0].Key)!.Value;
        Assert.Equal("class Alpha { }\n", snapshot.Segments[place.Segment].Outline(place.Document).Text);
    }

    [Fact]
    public async Task Rewritten_history_and_shallow_clones_are_repositories()
    {
        var user = await UserRepository.CreateAsync(_folder["u"], ("a.cs", "class Alpha { }\n"));
        await user.CommitAsync(("a.cs", "class Beta { }\n"));
        await Git.TextAsync(_folder.Path, ["clone", "-q", "--depth", "1", "file://" + user.Path, "shallow"], new GitOptions { Environment = new Dictionary<string, string> { ["GIT_ALLOW_PROTOCOL"] = "file" } }, Stop);
        await IndexAsync(_folder["shallow"]);
        Assert.Equal(["a.cs"], await FindAsync("beta"));
        await IndexAsync(user.Path);
        await user.GitAsync("checkout", "-q", "--orphan", "fresh");
        user.Write("a.cs", "class Gamma { }\n");
        await user.GitAsync("add", "-A");
        await user.GitAsync("commit", "-q", "-m", "all new");
        await user.GitAsync("branch", "-M", "main");
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(["a.cs"], await FindAsync("gamma"));
        Assert.Empty(await FindAsync("beta"));
    }

    [Fact]
    public async Task A_url_is_cloned_and_a_branch_may_be_named()
    {
        var user = await UserRepository.CreateAsync(_folder["u"], ("a.cs", "class Alpha { }\n"));
        await user.GitAsync("checkout", "-q", "-b", "other");
        await user.CommitAsync(("a.cs", "class Beta { }\n"));
        var status = await _index.IndexAsync(new IndexRequest(_project) { RepoUrl = user.Path, Branch = "main" }, Stop);
        Assert.Equal(IndexState.Completed, status.OrThrow().State);
        Assert.Equal(["a.cs"], await FindAsync("alpha"));
        Assert.Empty(await FindAsync("beta"));
        Assert.Equal(["a.cs"], await FindAsync("beta", "other"));
    }

    [Fact]
    public async Task Of_commits_and_working_trees_that_were_asked_for_the_last_are_kept()
    {
        var user = await UserRepository.CreateAsync(_folder["u"], ("a.cs", "class Alpha { }\n"));
        await IndexAsync(user.Path);
        await user.GitAsync("worktree", "add", "-q", _folder["tree"], "-b", "other");
        Assert.Equal(["a.cs"], await FindAsync("alpha", _folder["tree"]));
        Directory.Delete(_folder["tree"], true);
        for (var i = 0; i < 18; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(["a.cs"], await FindAsync($"word{i}", await user.CommitAsync(("a.cs", $"class Word{i} {{ }}\n"))));
        }

        Assert.Equal(17, _catalogue.Views.Of(_project).Count);
    }

    [Fact]
    public async Task Two_runs_at_once_are_one_and_the_index_is_whole()
    {
        var user = await UserRepository.CreateAsync(_folder["u"], [.. Enumerable.Range(0, 200).Select(i => ($"f{i}.cs", $"class C{i} {{ int alpha; }}\n"))]);
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => IndexAsync(user.Path)));
        Assert.All(runs, run => Assert.Equal(IndexState.Completed, run.State));
        Assert.Equal(200, (await FindAsync("alpha")).Count);
        using var snapshot = _catalogue.Snapshot();
        Assert.Equal(200, snapshot.Segments.Sum(segment => segment.DocumentCount));
        Assert.False(_index.IsBusy);
    }

    [Fact]
    public async Task What_can_not_be_done_says_why()
    {
        Assert.Equal("index_source_missing", _index.Start(new IndexRequest(_project)).Refusal?.Code);
        Assert.Equal("index_missing", (await _index.OpenAsync(_project, null, Stop)).Refusal?.Code);
        Assert.Null(_index.Status(_project));
        var failed = await IndexAsync(_folder["nowhere"]);
        Assert.Equal(IndexState.Failed, failed.State);
        Assert.Contains("nowhere", failed.Error, StringComparison.Ordinal);
        var user = await UserRepository.CreateAsync(_folder["u"], ("a.cs", "a"));
        await IndexAsync(user.Path);
        Assert.Equal("ref_unknown", (await _index.OpenAsync(_project, "no-such-branch", Stop)).Refusal?.Code);
        var other = Guid.NewGuid();
        Assert.Equal(IndexState.Failed, (await _index.IndexAsync(new IndexRequest(other) { RepoPath = user.Path, Branch = "gone" }, Stop)).OrThrow().State);
        Assert.Equal("branch_missing", (await _index.OpenAsync(other, null, Stop)).Refusal?.Code);
        Assert.True(await _index.DeleteAsync(_project, Stop));
        Assert.False(await _index.DeleteAsync(_project, Stop));
        Assert.Equal("index_missing", (await _index.OpenAsync(_project, null, Stop)).Refusal?.Code);
    }

    [Fact]
    public async Task A_dry_run_tells_what_would_be_read_and_reads_nothing()
    {
        var user = await UserRepository.CreateAsync(_folder["u"], ("src/a.cs", new string('x', 5000)), ("b.cs", "b"), (".env", "x"));
        var plan = (await _index.PlanAsync(new IndexRequest(_project) { RepoPath = user.Path }, Stop)).OrThrow();
        Assert.Equal((2, 5001L, SkipReason.Secret), (plan.Files, plan.Bytes, Assert.Single(plan.Skipped).Reason));
        Assert.Equal(("src/", 5000L), plan.Folders[0]);
        Assert.Null(_index.Status(_project));
    }

    [Fact]
    public async Task Files_that_are_handed_in_stay_beside_the_repository()
    {
        Assert.Equal((1, 1), await _index.AddFilesAsync(_project, [("notes/one.md", "# Omega\n")], Stop));
        Assert.Equal(["notes/one.md"], await FindAsync("omega"));
        var user = await UserRepository.CreateAsync(_folder["u"], ("a.cs", "class Alpha { }\n"));
        await IndexAsync(user.Path);
        Assert.Equal(["notes/one.md"], await FindAsync("omega"));
        Assert.Equal(["a.cs"], await FindAsync("alpha"));
        await _index.AddFilesAsync(_project, [("notes/one.md", "# Psi\n")], Stop);
        Assert.Empty(await FindAsync("omega"));
        Assert.Equal(["notes/one.md"], await FindAsync("psi"));
    }

    [Fact]
    public async Task What_a_damaged_segment_held_is_indexed_again()
    {
        var user = await UserRepository.CreateAsync(_folder["u"], ("a.cs", "class Alpha { }\n"));
        await IndexAsync(user.Path);
        await CloseAsync();
        foreach (var segment in Directory.GetFiles(_folder["memory/segments"]))
        {
            File.WriteAllBytes(segment, [1, 2, 3]);
        }

        Open();
        Assert.Equal(["a.cs"], await FindAsync("alpha"));
    }

    [Fact(Explicit = true)]
    public async Task Three_hundred_thousand_files_are_indexed()
    {
        var user = await UserRepository.CreateAsync(_folder["u"]);
        for (var i = 0; i < 300_000; i++)
        {
            if (i % 1000 == 0)
            {
                Directory.CreateDirectory(user[$"d{i / 1000}"]);
            }

            File.WriteAllText(user[$"d{i / 1000}/f{i}.cs"], $"class C{i} {{ int alpha; }}\n");
        }

        await user.CommitAsync();
        var status = await IndexAsync(user.Path);
        Assert.Equal((IndexState.Completed, 300_000, 300_000L), (status.State, status.Files, status.Chunks));
        var version = _catalogue.Version;
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(["d299/f299999.cs"], await FindAsync("c299999"));
        Assert.Equal(version, _catalogue.Version);
    }

    private void Open()
    {
        _catalogue = Catalogue.Open(_folder["memory"]);
        _index = new MemoryIndex(_catalogue, _folder["memory"], null, _clock);
    }

    private async Task CloseAsync()
    {
        await _index.DisposeAsync();
        _catalogue.Dispose();
    }

    private async Task<IndexStatus> IndexAsync(string path) => (await _index.IndexAsync(new IndexRequest(_project) { RepoPath = path }, Stop)).OrThrow();

    private async Task<SearchScope> ScopeAsync(string? reference = null) => (await _index.OpenAsync(_project, reference, Stop)).OrThrow();

    private async Task<IReadOnlyList<string>> FindAsync(string word, string? reference = null)
    {
        using var scope = await ScopeAsync(reference);
        var terms = new TermTable();
        var term = Encoding.UTF8.GetBytes(terms[terms.Read(word)[0]].ToString());
        return [.. scope.View.In(scope.Snapshot).Places.Index().Where(file => file.Item is { } place && Documents(scope.Snapshot.Segments[place.Segment], term).Contains(place.Document)).Select(file => scope.View.Files[file.Index].Path)];
    }

    private static HashSet<int> Documents(Segment segment, byte[] term)
    {
        var found = new HashSet<int>();
        var postings = segment.Words.Find(term);
        Span<int> ids = stackalloc int[Postings.Block];
        Span<int> counts = stackalloc int[Postings.Block];
        for (var read = postings.Read(ids, counts); read > 0; read = postings.Read(ids, counts))
        {
            foreach (var id in ids[..read])
            {
                found.Add(segment.ChunkDocuments[id]);
            }
        }

        return found;
    }

    private static IEnumerable<TextOutline> Outlines(SearchScope scope) =>
        scope.View.In(scope.Snapshot).Places.Select(place => scope.Snapshot.Segments[place!.Value.Segment].Outline(place.Value.Document));
}
