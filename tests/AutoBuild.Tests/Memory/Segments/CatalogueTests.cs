using System.Text;
using AutoBuild.Core;
using AutoBuild.Memory.Segments;

namespace AutoBuild.Tests.Memory.Segments;

/// <summary>Holds what a catalogue keeps over restarts, merges, damage and full disks.</summary>
public sealed class CatalogueTests : IDisposable
{
    private static readonly Guid Project = Guid.NewGuid();

    private readonly TempFolder _folder = new();
    private readonly SampleTexts _texts = new();
    private readonly List<string> _said = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Segments => _folder["segments"];

    [Fact]
    public async Task What_was_added_is_there_after_a_restart()
    {
        using (var catalogue = Open())
        {
            await catalogue.AddAsync(_texts.Builder(0, "Parser reads", "Lexer reads"), Cancel);
            await catalogue.AddAsync(_texts.Builder(2, "Printer writes"), Cancel);
            await catalogue.AddAsync(_texts.Builder(), Cancel);
            Assert.True(catalogue.Knows(SampleTexts.Key(2)));
        }

        using var again = Open();
        using var snapshot = again.Snapshot();
        Assert.Equal((2, 0), (snapshot.Segments.Count, again.Damaged));
        Assert.Equal(new DocumentPlace(1, 0), snapshot.Find(SampleTexts.Key(2)));
        Assert.Null(snapshot.Find(SampleTexts.Key(3)));
        Assert.Equal("Lexer reads", snapshot.Segments[0].Outline(1).Text);
    }

    [Fact]
    public void A_second_one_is_refused_in_words_until_the_first_is_closed()
    {
        using (Open())
        {
            var refused = Assert.Throws<AutoBuildException>(() => Open());
            Assert.Equal("memory_in_use", refused.Code);
            Assert.Contains(_folder.Path, refused.Message, StringComparison.Ordinal);
        }

        Open().Dispose();
    }

    [Fact]
    public async Task What_comes_after_the_close_changes_no_list()
    {
        var catalogue = Open();
        await catalogue.AddAsync(_texts.Builder(0, "Parser"), Cancel);
        catalogue.Dispose();
        catalogue.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => catalogue.AddAsync(_texts.Builder(1, "Lexer"), Cancel));

        using var again = Open();
        Assert.Equal((true, false, 0), (again.Knows(SampleTexts.Key(0)), again.Knows(SampleTexts.Key(1)), again.Damaged));
    }

    [Fact]
    public async Task A_merge_changes_nothing_that_can_be_found()
    {
        using var catalogue = Open();
        var all = await AddManyAsync(catalogue, segments: MergePlan.Width + 3, documents: 20);
        var before = Findings(catalogue);

        await catalogue.MergeAsync(Cancel);

        using var snapshot = catalogue.Snapshot();
        Assert.Equal((1, all), (snapshot.Segments.Count, snapshot.Segments[0].DocumentCount));
        Assert.Equal(before, Findings(catalogue));
        Assert.Single(Directory.EnumerateFiles(Segments));
        using var fresh = Reopen(catalogue);
        Assert.Equal(before, Findings(fresh));
    }

    [Fact]
    public async Task A_text_that_two_workers_added_is_merged_into_one()
    {
        using var catalogue = Open();
        for (var i = 0; i < MergePlan.Width; i++)
        {
            await catalogue.AddAsync(_texts.Builder(7, "same Words"), Cancel);
        }

        Hold(catalogue, 7);
        await catalogue.MergeAsync(Cancel);

        Assert.Equal(["same 7 csharp/0 1", "word 7 csharp/0 1"], Findings(catalogue).Where(line => line.Contains(" 7 csharp/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_snapshot_stays_readable_while_its_segments_are_merged_away()
    {
        using var catalogue = Open();
        await AddManyAsync(catalogue, MergePlan.Width, documents: 5);
        var snapshot = catalogue.Snapshot();
        var text = snapshot.Segments[3].Outline(2).Text;

        await catalogue.MergeAsync(Cancel);

        Assert.Equal(MergePlan.Width + 1, Directory.EnumerateFiles(Segments).Count());
        Assert.Equal(text, snapshot.Segments[3].Outline(2).Text);
        snapshot.Dispose();
        snapshot.Dispose();
        Assert.Single(Directory.EnumerateFiles(Segments));
    }

    [Fact]
    public async Task A_merge_drops_what_no_view_holds()
    {
        using var catalogue = Open();
        await AddManyAsync(catalogue, MergePlan.Width, documents: 5);
        catalogue.Views.Delete(Project);
        Hold(catalogue, 0, 7, 12);

        using (catalogue.Hold())
        {
            await catalogue.MergeAsync(Cancel);
            Assert.True(catalogue.Knows(SampleTexts.Key(1)));
        }

        await catalogue.MergeAsync(Cancel);
        Assert.Equal([0, 7, 12], Enumerable.Range(0, 40).Where(number => catalogue.Knows(SampleTexts.Key(number))));

        catalogue.Views.Delete(Project);
        await catalogue.MergeAsync(Cancel);
        Assert.Empty(Directory.EnumerateFiles(Segments));
    }

    [Fact]
    public async Task A_merge_that_is_overtaken_by_somebody_who_holds_drops_nothing()
    {
        using var catalogue = Open();
        await AddManyAsync(catalogue, MergePlan.Width, documents: 5);
        catalogue.Views.Delete(Project);
        IDisposable? held = null;
        catalogue.BeforeExchange = () => held ??= catalogue.Hold();

        await catalogue.MergeAsync(Cancel);

        Assert.Equal(40, Enumerable.Range(0, 40).Count(number => catalogue.Knows(SampleTexts.Key(number))));
        held!.Dispose();
        await catalogue.MergeAsync(Cancel);
        Assert.False(catalogue.Knows(SampleTexts.Key(1)));
    }

    [Fact]
    public async Task A_flipped_bit_anywhere_is_noticed_and_costs_its_segment_alone()
    {
        using (var catalogue = Open())
        {
            await catalogue.AddAsync(_texts.Builder(0, "Parser reads", "Lexer"), Cancel);
            await catalogue.AddAsync(_texts.Builder(2, "Printer writes"), Cancel);
        }

        var file = Path.Combine(Segments, "1.seg");
        var (whole, manifest) = (await File.ReadAllBytesAsync(file, Cancel), await File.ReadAllTextAsync(_folder["manifest.json"], Cancel));
        for (var at = 0; at < whole.Length; at += whole.Length / 60)
        {
            var flipped = whole.ToArray();
            flipped[at] ^= 4;
            await File.WriteAllBytesAsync(file, flipped, Cancel);
            _folder.Write("manifest.json", manifest);
            _said.Clear();
            using var catalogue = Open();
            Assert.Equal(1, catalogue.Read(snapshot => Findings(snapshot).Count(line => line.StartsWith("symbol printer ", StringComparison.Ordinal))));
            Assert.Equal((1, false, true), (catalogue.Damaged, catalogue.Knows(SampleTexts.Key(0)), catalogue.Knows(SampleTexts.Key(2))));
            Assert.Contains("'1.seg' was dropped", Assert.Single(_said), StringComparison.Ordinal);
            Assert.False(File.Exists(file));
        }
    }

    [Fact]
    public async Task A_file_cut_anywhere_is_dropped_and_what_is_not_listed_deleted()
    {
        using (var catalogue = Open())
        {
            await catalogue.AddAsync(_texts.Builder(0, "Parser reads"), Cancel);
        }

        var file = Path.Combine(Segments, "1.seg");
        var (whole, manifest) = (await File.ReadAllBytesAsync(file, Cancel), await File.ReadAllTextAsync(_folder["manifest.json"], Cancel));
        for (var length = 0; length < whole.Length; length += length < whole.Length - 300 ? whole.Length / 40 : 7)
        {
            await File.WriteAllBytesAsync(file, whole[..length], Cancel);
            await File.WriteAllBytesAsync(Path.Combine(Segments, "9.seg"), whole[..length], Cancel);
            _folder.Write("manifest.json", manifest);
            using var catalogue = Open();
            Assert.Equal((1, 0), (catalogue.Damaged, Directory.EnumerateFiles(Segments).Count()));
            await catalogue.AddAsync(_texts.Builder(0, "Parser reads"), Cancel);
            Assert.True(catalogue.Knows(SampleTexts.Key(0)));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{\"version\":1,\"next\":2,\"segm")]
    [InlineData("{\"version\":99}")]
    public async Task Without_a_readable_list_all_that_is_whole_counts(string? manifest)
    {
        using (var catalogue = Open())
        {
            await AddManyAsync(catalogue, 3, documents: 2);
        }

        await File.WriteAllTextAsync(Path.Combine(Segments, "4.seg"), "cut", Cancel);
        File.Delete(_folder["manifest.json"]);
        if (manifest is not null)
        {
            _folder.Write("manifest.json", manifest);
        }

        using (var again = Open())
        {
            Assert.Equal(6, Enumerable.Range(0, 6).Count(number => again.Knows(SampleTexts.Key(number))));
            Assert.Equal(3, Directory.EnumerateFiles(Segments).Count());
        }

        using var third = Open();
        Assert.Equal(0, third.Damaged);
    }

    [Fact]
    public async Task A_full_disk_costs_what_was_not_written_and_nothing_else()
    {
        await using var disk = await SmallDisk.MountAsync(_folder["data"], 2048);
        using var catalogue = Catalogue.Open(_folder["data"], _said.Add);
        await catalogue.AddAsync(_texts.Builder(0, "Parser reads"), Cancel);
        disk.Fill();

        var fault = await Assert.ThrowsAsync<AutoBuildException>(() => catalogue.AddAsync(_texts.Builder(1, "Lexer"), Cancel));

        Assert.Equal("disk_full", fault.Code);
        Assert.Equal((true, false), (catalogue.Knows(SampleTexts.Key(0)), catalogue.Knows(SampleTexts.Key(1))));
        disk.Clear();
        await catalogue.AddAsync(_texts.Builder(1, "Lexer"), Cancel);
        Assert.True(catalogue.Knows(SampleTexts.Key(1)));
        Assert.Equal(2, Directory.EnumerateFiles(_folder["data/segments"]).Count());
    }

    public void Dispose() => _folder.Dispose();

    private Catalogue Open() => Catalogue.Open(_folder.Path, _said.Add);

    private Catalogue Reopen(Catalogue catalogue)
    {
        catalogue.Dispose();
        return Open();
    }

    private static void Hold(Catalogue catalogue, params int[] numbers) =>
        catalogue.Views.Save(View.Of(Project, "main", numbers.Select(number => new ViewFile($"{number}.cs", SampleTexts.Key(number)))));

    private async Task<int> AddManyAsync(Catalogue catalogue, int segments, int documents)
    {
        var random = new Random(segments);
        for (var i = 0; i < segments; i++)
        {
            var texts = Enumerable.Range(0, documents).Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(90)).Select(_ => (random.Next(9) == 0 ? "\n\nType" : "word") + random.Next(1, 40))));
            await catalogue.AddAsync(_texts.Builder(i * documents, [.. texts]), Cancel);
        }

        Hold(catalogue, [.. Enumerable.Range(0, segments * documents)]);
        return segments * documents;
    }

    private static List<string> Findings(Catalogue catalogue) => catalogue.Read(Findings);

    // Everything that can be found, told by what does not change in a merge.
    private static List<string> Findings(IndexSnapshot snapshot)
    {
        var lines = new List<string>();
        foreach (var segment in snapshot.Segments)
        {
            for (var words = segment.Words.StartingWith(default); words.MoveNext();)
            {
                foreach (var (chunk, count) in SampleTexts.Read(words.Postings))
                {
                    var document = segment.ChunkDocuments[chunk];
                    lines.Add($"{Encoding.UTF8.GetString(words.Term)} {segment.Key(document).Content & 0xFFFF} {segment.Key(document).Language}/{chunk - segment.FirstChunks[document]} {count}");
                }
            }

            lines.AddRange(ByDocument(segment, segment.Names, "name"));
            lines.AddRange(ByDocument(segment, segment.Symbols, "symbol"));
            for (var i = 0; i < segment.DocumentCount; i++)
            {
                lines.Add($"{segment.Key(i)} {segment.DocumentLengths[i]} {segment.NameLengths[i]} {string.Join(' ', segment.ChunkLengths[segment.FirstChunks[i]..segment.FirstChunks[i + 1]].ToArray())} {segment.Outline(i).Text}");
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static List<string> ByDocument(Segment segment, TermIndex index, string kind)
    {
        var lines = new List<string>();
        for (var terms = index.StartingWith(default); terms.MoveNext();)
        {
            var term = Encoding.UTF8.GetString(terms.Term);
            lines.AddRange(SampleTexts.Read(terms.Postings).Select(one => $"{kind} {term} {one.Count} {segment.Key(one.Id)}"));
        }

        return lines;
    }
}
