using System.Text;
using AutoBuild.Core.Runs;
using AutoBuild.Orchestrator.Runs;
using AutoBuild.Runner.Journal;

namespace AutoBuild.Tests.Orchestrator;

/// <summary>Holds the reader of raw output against its writer, at every moment of a flood.</summary>
public sealed class LogReadingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private RunFolder Run => new(_folder.Path);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_read_during_a_flood_has_the_beginning_and_the_newest()
    {
        var written = new MemoryStream();
        using (var log = new RawLog(Run, 2_000))
        {
            for (var n = 0; n < 400; n++)
            {
                var chunk = Encoding.ASCII.GetBytes($"{n:000} {new string('x', n % 37)}\n");
                log.Write(chunk);
                written.Write(chunk);
                Check(written.ToArray(), await ReadAllAsync());
            }
        }

        Check(written.ToArray(), await ReadAllAsync());
        Assert.Equal(["agent.log"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_runner_that_died_in_a_flood_leaves_a_log_that_can_be_read()
    {
        using var log = new RawLog(Run, 2_000);
        log.Write(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 2_000).Select(n => $"{n:0000}\n"))));

        var text = Encoding.ASCII.GetString(await ReadAllAsync());

        Assert.StartsWith("0000\n", text, StringComparison.Ordinal);
        Assert.EndsWith("1999\n", text, StringComparison.Ordinal);
        Assert.Contains("bytes left out here]", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(29_999)]
    [InlineData(100_000)]
    [InlineData(399_999)]
    [InlineData(400_000)]
    [InlineData(400_001)]
    [InlineData(9_000_000)]
    public async Task A_line_is_found_by_its_number(long number)
    {
        var lines = Enumerable.Range(1, 400_000).Select(n => n % 1000 == 0 ? "" : $"line {n}").ToList();
        await File.WriteAllTextAsync(Run.AgentLog, string.Join('\n', lines) + "\n", Cancel);
        var index = new LineIndex();
        using var log = RunLog.Open(Run)!;
        for (var again = 0; again < 2; again++)
        {
            var at = await index.FindAsync(log, RunLog.Settled(Run, log), number, Cancel);

            log.Seek(at, SeekOrigin.Begin);
            using var reader = new StreamReader(log, leaveOpen: true);
            Assert.Equal(number <= lines.Count ? lines[(int)number - 1] : null, await reader.ReadLineAsync(Cancel));
        }
    }

    [Fact]
    public async Task An_index_stays_right_while_the_log_grows_past_its_cap()
    {
        var index = new LineIndex();
        using var log = new RawLog(Run, 6_000_000);
        var line = 0;
        for (var round = 0; round < 12; round++)
        {
            log.Write(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 100_000).Select(_ => $"{++line:00000000}\n"))));
            using var open = RunLog.Open(Run)!;
            var wanted = Math.Min(line, 300_000);

            var at = await index.FindAsync(open, RunLog.Settled(Run, open), wanted, Cancel);

            var text = new byte[8];
            open.Seek(at, SeekOrigin.Begin);
            await open.ReadExactlyAsync(text, Cancel);
            Assert.Equal($"{wanted:00000000}", Encoding.ASCII.GetString(text));
        }
    }

    [Theory]
    [InlineData("needle", 3, 300_001, 300_003)]
    [InlineData("NEEDLE", 1, 3)]
    [InlineData("nädel", 9, 300_002)]
    [InlineData("line 299999", 9, 299_999)]
    [InlineData("nowhere", 9)]
    public async Task Lines_are_found_with_their_numbers_wherever_blocks_end(string text, int limit, params int[] lines)
    {
        var all = Enumerable.Range(1, 300_004).Select(n => n switch
        {
            3 or 300_001 => $"a Needle in line {n}\r",
            300_002 => "eine NÄDEL",
            300_003 => new string('x', 3_000_000) + "needle" + new string('y', 2_000_000),
            _ => $"line {n}",
        }).ToList();
        await File.WriteAllTextAsync(Run.AgentLog, string.Join('\n', all), Cancel);
        using var log = RunLog.Open(Run)!;

        var hits = await LogSearch.RunAsync(log, 1, text, limit, Cancel);

        Assert.Equal(lines.Length == 2 && limit == 3 ? [3, .. lines] : lines, hits.Select(hit => hit.Line));
        foreach (var hit in hits.Where(hit => hit.Line != 300_003))
        {
            log.Seek(hit.Offset, SeekOrigin.Begin);
            using var reader = new StreamReader(log, leaveOpen: true);
            Assert.Equal(all[hit.Line - 1].TrimEnd('\r'), hit.Text);
            Assert.Equal(hit.Text, (await reader.ReadLineAsync(Cancel))!.TrimEnd('\r'));
        }
    }

    private static void Check(byte[] written, byte[] read)
    {
        if (written.Length <= 2_000)
        {
            Assert.Equal(written, read);
            return;
        }

        Assert.Equal(written[..1_000], read[..1_000]);
        Assert.Equal(written[^1_000..], read[^1_000..]);
        Assert.InRange(read.Length, 2_000, 3_200);
    }

    private async Task<byte[]> ReadAllAsync()
    {
        using var log = RunLog.Open(Run)!;
        using var copy = new MemoryStream();
        await log.CopyToAsync(copy, Cancel);
        return copy.ToArray();
    }
}
