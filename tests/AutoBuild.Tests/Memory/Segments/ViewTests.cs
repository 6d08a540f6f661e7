using AutoBuild.Memory.Segments;

namespace AutoBuild.Tests.Memory.Segments;

/// <summary>Holds how views are kept and what they see of the index.</summary>
public sealed class ViewTests : IDisposable
{
    private static readonly Guid Project = Guid.NewGuid();

    private readonly TempFolder _folder = new();
    private readonly SampleTexts _texts = new();
    private readonly List<string> _said = [];
    private readonly Catalogue _catalogue;

    public ViewTests() => _catalogue = Catalogue.Open(_folder.Path, _said.Add);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_view_comes_back_after_a_restart()
    {
        var random = new Random(2);
        var paths = Enumerable.Range(0, 500).Select(i => $"src/{(char)('a' + random.Next(5))}/日本/{new string('x', random.Next(300))}/Übung{i}.cs").Append("a").Append("src").ToList();
        var saved = new View(Project, "feature/ä", View.Of(Project, "", paths.Select((path, i) => new ViewFile(path, SampleTexts.Key(i, i % 3 == 0 ? "" : "go"), (FileMarks)(i % 8)))).Files)
        {
            Commit = "c0ffee",
            IndexedAt = DateTimeOffset.UnixEpoch.AddTicks(123_456_789_012_345),
            Stamp = "index 5",
        };
        _catalogue.Views.Save(saved);
        _catalogue.Dispose();

        using var again = Catalogue.Open(_folder.Path);
        var read = again.Views.Find(Project, "feature/ä")!;
        Assert.Equal(saved.Files, read.Files);
        Assert.Equal((saved.Project, saved.Ref, saved.Commit, saved.IndexedAt, saved.Stamp), (read.Project, read.Ref, read.Commit, read.IndexedAt, read.Stamp));
        Assert.All(paths, path => Assert.Equal(path, read.Files[read.IndexOf(path)].Path));
        Assert.Equal(-1, read.IndexOf("src/"));
        Assert.Null(again.Views.Find(Project, "feature"));
    }

    [Fact]
    public void Views_are_forgotten_one_by_one_or_with_their_project()
    {
        var other = Guid.NewGuid();
        foreach (var (project, name) in new[] { (Project, "main"), (Project, "b"), (Project, "c"), (other, "main") })
        {
            _catalogue.Views.Save(View.Of(project, name, []));
        }

        Assert.True(_catalogue.Views.Delete(Project, "b"));
        Assert.False(_catalogue.Views.Delete(Project, "b"));
        Assert.Equal(["c", "main"], _catalogue.Views.Of(Project).Select(view => view.Ref).Order());
        Assert.Equal(2, _catalogue.Views.Delete(Project));
        Assert.Empty(_catalogue.Views.Of(Project));
        Assert.NotNull(_catalogue.Views.Find(other, "main"));
    }

    [Fact]
    public async Task A_view_sees_its_own_files_in_every_segment()
    {
        await _catalogue.AddAsync(_texts.Builder(0, "zero", "one", "two"), Cancel);
        await _catalogue.AddAsync(_texts.Builder(3, "three"), Cancel);
        var view = View.Of(Project, "main", [File("z.cs", 1), File("a.cs", 1), File("m.cs", 3), File("n.cs", 9), new ViewFile("o.c", SampleTexts.Key(2, "c"))]);

        using var snapshot = _catalogue.Snapshot();
        var seen = view.In(snapshot);

        Assert.Equal(2, seen.Unknown);
        Assert.Equal([new DocumentPlace(0, 1), new DocumentPlace(1, 0), null, null, new DocumentPlace(0, 1)], seen.Places);
        Assert.Equal([false, true, false], new[] { 0, 1, 2 }.Select(seen[0].Holds));
        Assert.Equal([0, 4], seen[0][1].ToArray());
        Assert.Empty(seen[0][0].ToArray());
        Assert.Equal([1], seen[1][0].ToArray());
        Assert.Equal((1, 1), (seen[0].Documents, seen[1].Documents));
        Assert.Same(seen, view.In(snapshot));
    }

    [Fact]
    public async Task What_is_indexed_later_is_seen_from_the_next_snapshot_on()
    {
        var view = View.Of(Project, "main", [File("a.cs", 0)]);
        using (var before = _catalogue.Snapshot())
        {
            Assert.Equal(1, view.In(before).Unknown);
        }

        await _catalogue.AddAsync(_texts.Builder(0, "zero"), Cancel);
        using var after = _catalogue.Snapshot();
        Assert.Equal(0, view.In(after).Unknown);
    }

    [Fact]
    public void A_damaged_view_is_dropped_and_said()
    {
        _catalogue.Views.Save(View.Of(Project, "main", [File("a.cs", 0)]));
        _catalogue.Dispose();
        var file = Assert.Single(Directory.EnumerateFiles(_folder["views"]));
        var whole = System.IO.File.ReadAllBytes(file);
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 1;
            System.IO.File.WriteAllBytes(file, at % 2 == 0 ? damaged : whole[..at]);
            using var again = Catalogue.Open(_folder.Path, _said.Add);
            Assert.Null(again.Views.Find(Project, "main"));
            Assert.Equal(at + 1, _said.Count);
            Assert.False(System.IO.File.Exists(file));
        }
    }

    [Fact]
    public void A_path_comes_once() => Assert.Throws<ArgumentException>(() => View.Of(Project, "main", [File("a", 1), File("a", 2)]));

    public void Dispose()
    {
        _catalogue.Dispose();
        _folder.Dispose();
    }

    private static ViewFile File(string path, int number) => new(path, SampleTexts.Key(number));
}
