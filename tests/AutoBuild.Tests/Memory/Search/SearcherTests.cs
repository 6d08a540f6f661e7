using AutoBuild.Core;
using AutoBuild.Memory.Index;
using AutoBuild.Memory.Search;
using AutoBuild.Memory.Segments;
using AutoBuild.Tests.Workspaces;

namespace AutoBuild.Tests.Memory.Search;

/// <summary>Searches a project: its view, its index, its past.</summary>
public sealed class SearcherTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Catalogue _catalogue;
    private readonly List<View> _views = [];
    private string? _repository;
    private string? _commit;

    public SearcherTests() => _catalogue = Catalogue.Open(_folder["memory"]);

    public void Dispose()
    {
        _catalogue.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_search_is_answered_from_the_texts_and_from_the_past()
    {
        await IndexAsync(("src/Door.cs", "class Door { void Open() { } }"), ("src/Window.cs", "class Window { void Wipe() { } }"));
        var repository = await UserRepository.CreateAsync(_folder["repository"], ("src/Window.cs", "1"));
        repository.Write("src/Window.cs", "2");
        await repository.GitAsync("commit", "-q", "-a", "-m", "Rain stays outside");
        (_repository, _commit) = (repository.Path, await repository.GitAsync("rev-parse", "HEAD"));
        var searcher = Searcher();

        var door = await AnswerAsync(searcher, "open the door");
        Assert.Equal("src/Door.cs", door.Results[0].FilePath);
        Assert.Equal(_commit, door.Freshness.Commit);

        var rain = await AnswerAsync(searcher, "it rains");
        Assert.Equal("src/Window.cs", Assert.Single(rain.Results).FilePath);
        Assert.Contains("commits", rain.Legs);
        Assert.Contains(Directory.EnumerateFiles(_folder["memory"], "*.past", SearchOption.AllDirectories), file => new FileInfo(file).Length > 0);
    }

    [Fact]
    public async Task What_is_indexed_later_is_found_at_once()
    {
        await IndexAsync(("a.txt", "first"));
        var searcher = Searcher();
        Assert.Empty((await AnswerAsync(searcher, "second")).Results);
        await IndexAsync(("a.txt", "first"), ("b.txt", "second"));
        var found = (await AnswerAsync(searcher, "second")).Results;
        Assert.Equal("b.txt", Assert.Single(found).FilePath);
        Assert.Same(found, (await AnswerAsync(searcher, "second")).Results);
    }

    [Fact]
    public async Task A_damaged_segment_costs_what_it_held_and_no_answer()
    {
        await IndexAsync(("a.txt", string.Join(' ', Enumerable.Range(0, 5_000).Select(number => $"apple{number}"))));
        var damaged = Assert.Single(Directory.EnumerateFiles(_folder["memory"], "*.seg", SearchOption.AllDirectories));
        await IndexAsync(("a.txt", string.Join(' ', Enumerable.Range(0, 5_000).Select(number => $"apple{number}"))), ("b.txt", "apple17 and pear"));
        using (var file = new FileStream(damaged, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            var bytes = new byte[file.Length / 2];
            Array.Fill(bytes, (byte)0x5A);
            file.Position = file.Length / 4;
            file.Write(bytes);
        }

        Assert.Equal("b.txt", Assert.Single((await AnswerAsync(Searcher(), "apple17 pear")).Results).FilePath);
        Assert.Equal(1, _catalogue.Damaged);
    }

    [Theory]
    [InlineData(" ", 10, 0, null, "query_empty")]
    [InlineData("a", 0, 0, null, "max_results_invalid")]
    [InlineData("a", 1001, 0, null, "max_results_invalid")]
    [InlineData("a", 10, 1.5, null, "min_similarity_invalid")]
    [InlineData("a", 10, double.NaN, null, "min_similarity_invalid")]
    [InlineData("a", 10, 0, "#", "file_filter_invalid")]
    [InlineData("a", 10, 0, "[z-a]", "file_filter_invalid")]
    public async Task What_is_malformed_is_refused(string query, int results, double similarity, string? filter, string code)
    {
        await IndexAsync(("a.txt", "a"));
        var request = new SearchRequest(Guid.Empty, query) { MaxResults = results, MinSimilarity = similarity, FileFilter = filter };
        Assert.Equal(code, (await Searcher().SearchAsync(request, TestContext.Current.CancellationToken)).Refusal?.Code);
    }

    [Fact]
    public async Task A_query_may_be_long_but_not_endless_and_a_project_without_an_index_refuses()
    {
        await IndexAsync(("a.txt", "needle"));
        var searcher = Searcher();
        Assert.Equal("a.txt", (await AnswerAsync(searcher, string.Concat(Enumerable.Repeat("hay ", 24_000)) + "needle")).Results[0].FilePath);
        var request = new SearchRequest(Guid.Empty, new string('a', AutoBuild.Memory.Search.Searcher.LongestQuery + 1));
        Assert.Equal("query_too_long", (await searcher.SearchAsync(request, TestContext.Current.CancellationToken)).Refusal?.Code);
        _views.Clear();
        Assert.Equal("index_missing", (await searcher.SearchAsync(request with { Query = "a" }, TestContext.Current.CancellationToken)).Refusal?.Code);
    }

    private Searcher Searcher() => new((_, _, _) => Task.FromResult(Open()), _folder["memory"], TimeProvider.System, TimeSpan.FromHours(1));

    private Result<SearchScope> Open() => _views.LastOrDefault() is { } view
        ? new SearchScope(_catalogue.Snapshot(), view, _repository, new Freshness(_commit, 0, DateTimeOffset.UnixEpoch, 0))
        : new Refusal(RefusalKind.NotFound, "index_missing", "No index.");

    private static async Task<SearchAnswer> AnswerAsync(Searcher searcher, string query) =>
        (await searcher.SearchAsync(new SearchRequest(Guid.Empty, query), TestContext.Current.CancellationToken)).OrThrow();

    private async Task IndexAsync(params (string Path, string Text)[] texts)
    {
        var builder = new SegmentBuilder(new TermTable());
        var files = texts.Select(text => new ViewFile(text.Path, Add(builder, text.Path, text.Text))).ToList();
        await _catalogue.AddAsync(builder, TestContext.Current.CancellationToken);
        _views.Add(View.Of(Guid.Empty, "main", files));
    }

    private BlobKey Add(SegmentBuilder builder, string path, string text)
    {
        var key = IndexedTexts.Key(path, text);
        if (!_catalogue.Knows(key))
        {
            IndexedTexts.Add(builder, path, text);
        }

        return key;
    }
}
