using System.Globalization;
using AutoBuild.Memory.Segments;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Memory.Segments;

/// <summary>Holds that a process that is killed while it writes and merges loses nothing that it was told is added.</summary>
public sealed class SegmentKillTests : IDisposable
{
    private const string Variable = "AUTOBUILD_TEST_KILLED";
    private const int Documents = 30;

    private readonly TempFolder _folder = new();
    private readonly SampleTexts _texts = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_added_outlives_a_kill()
    {
        for (var round = 0; round < 2; round++)
        {
            var killed = await ChildProcess.RunAsync(new ChildCommand("/bin/sh", ["-c", """
                AUTOBUILD_TEST_KILLED="$1" "$2" "$3" -explicit only -method "$4" > "$1/said" 2>&1 & p=$!
                for i in $(seq 2400); do [ "$(wc -l 2>/dev/null < "$1/added")" -ge "$5" ] 2>/dev/null && break; kill -0 $p || break; sleep 0.05; done
                sleep "0.0$6"; kill -9 $p; wait $p; [ $? = 137 ]
                """, "sh", _folder.Path, Dotnet(), typeof(SegmentKillTests).Assembly.Location, $"{typeof(SegmentKillTests).FullName}.{nameof(Adds_until_it_is_killed)}",
                (20 * (round + 1)).ToString(CultureInfo.InvariantCulture), Random.Shared.Next(10).ToString(CultureInfo.InvariantCulture)]), null, Cancel);
            Assert.True(killed.Succeeded, await File.ReadAllTextAsync(_folder["said"], Cancel) + killed.Error);

            var said = new List<string>();
            using var catalogue = Catalogue.Open(_folder["memory"], said.Add);
            var added = File.ReadLines(_folder["added"]).Where(line => line.EndsWith('.')).Select(line => int.Parse(line.TrimEnd('.'), CultureInfo.InvariantCulture)).ToList();
            Assert.Empty(said);
            Assert.All(added.SelectMany(first => Enumerable.Range(first, Documents)), number => Assert.True(catalogue.Knows(SampleTexts.Key(number))));
            using var snapshot = catalogue.Snapshot();
            Assert.All(snapshot.Segments, segment => segment.Check());
            Assert.Equal(snapshot.Segments.Count, Directory.EnumerateFiles(_folder["memory/segments"]).Count());
        }
    }

    [Fact(Explicit = true)]
    public async Task Adds_until_it_is_killed()
    {
        var folder = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipUnless(folder is not null, "Another test starts this one as a process to be killed.");
        using var catalogue = Catalogue.Open(Path.Combine(folder, "memory"));
        using var hold = catalogue.Hold();
        var merging = Task.CompletedTask;
        for (var first = Enumerable.Range(0, int.MaxValue).First(number => !catalogue.Knows(SampleTexts.Key(number))); ; first += Documents)
        {
            await catalogue.AddAsync(_texts.Builder(first, [.. Enumerable.Range(first, Documents).Select(number => $"Name{number} " + string.Join(' ', Enumerable.Range(number, 400)))]), Cancel);
            await File.AppendAllTextAsync(Path.Combine(folder, "added"), string.Create(CultureInfo.InvariantCulture, $"{first}.\n"), Cancel);
            merging = merging.IsCompleted ? catalogue.MergeAsync(Cancel) : merging;
        }
    }

    public void Dispose() => _folder.Dispose();

    private static string Dotnet() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
}
