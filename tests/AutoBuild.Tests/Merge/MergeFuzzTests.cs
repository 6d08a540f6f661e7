using System.Diagnostics;
using System.Globalization;
using System.Text;
using AutoBuild.Merge;

namespace AutoBuild.Tests.Merge;

/// <summary>Throws damaged texts at the engine, and keeps those that led it somewhere new to damage them further.</summary>
/// <remarks>
/// "Somewhere new" is told from outside: a rule, tier or refusal, and how many chunks, that no text led to before. It takes <c>FUZZ_SECONDS</c>, 5 by default;
/// <c>./test</c> runs it beside all other tests, for a minute, and with <c>--long</c> for an hour.
/// </remarks>
public sealed class MergeFuzzTests
{
    private static readonly byte[][] Spice =
    [
        "<<<<<<< ours\n"u8.ToArray(), "=======\n"u8.ToArray(), ">>>>>>> theirs\n"u8.ToArray(), "\r\n"u8.ToArray(), "\r"u8.ToArray(), "\n"u8.ToArray(), "\t"u8.ToArray(), "    "u8.ToArray(),
        [0], [0xff], [0xef, 0xbb, 0xbf], [0xc3], "{"u8.ToArray(), "}"u8.ToArray(), "("u8.ToArray(), "\""u8.ToArray(), "'"u8.ToArray(), "\"\"\""u8.ToArray(), "/*"u8.ToArray(), "*/"u8.ToArray(),
        "<!--"u8.ToArray(), "import a\n"u8.ToArray(), "using A;\n"u8.ToArray(), "#"u8.ToArray(), "//"u8.ToArray(), "`${"u8.ToArray(), "<<EOF\n"u8.ToArray(), ","u8.ToArray(), ";"u8.ToArray(),
        Encoding.ASCII.GetBytes(new string('[', 3_000)), Encoding.ASCII.GetBytes(new string('a', 20_000)), Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("x\n", 2_000))),
    ];

    [Fact]
    public void Damaged_texts_never_break_the_engine() =>
        Run(int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 5, Environment.TickCount);

    private static void Run(int seconds, int seed)
    {
        var random = new Random(seed);
        var corpus = MergeFixture.Folders.Select(folder => new MergeFixture(folder).Input).ToList();
        var (seen, start, count) = (new HashSet<string>(), Stopwatch.GetTimestamp(), 0);
        for (; Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; count++)
        {
            var input = Damaged(corpus[random.Next(corpus.Count)], corpus[random.Next(corpus.Count)], random);
            if (seen.Add(Try(input, seed, count)))
            {
                corpus.Add(input);
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{count} merges in {seconds} s, {seen.Count} ways through the engine, seed {seed}.");
        Assert.True(count > seconds, $"{count} merges in {seconds} s.");
    }

    /// <summary>Merges, holds what is true of every merge, and returns the way that the input took.</summary>
    private static string Try(MergeInput input, int seed, int count)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            var result = MergeEngine.Merge(input);
            // The engine stops looking after 2 s; the machine may be busy with ten other things.
            Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 30);
            Assert.All(result.Chunks.Index(), chunk => Assert.Equal(chunk.Index, chunk.Item.Index));
            Assert.True(result.IsClean || result.Content.Length >= 0);
            AssertFromInputs(input, result.Content);
            return string.Join(' ', result.Chunks.Select(chunk => $"{chunk.Rule}{chunk.Tier}").Distinct().Append($"{Math.Min(result.Chunks.Count, 4)}{result.Refusal is null}"));
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"Seed {seed}, merge {count}, {input.Path}: base {Convert.ToBase64String(input.Base)} ours {Convert.ToBase64String(input.Ours)} theirs {Convert.ToBase64String(input.Theirs)}", fault);
        }
    }

    /// <summary>Holds that no byte comes from nowhere: each that is merged stands in one of the texts, or in a marker.</summary>
    private static void AssertFromInputs(MergeInput input, byte[] merged)
    {
        var known = new bool[256];
        foreach (var some in (byte[])[.. input.Base, .. input.Ours, .. input.Theirs, .. "<<<<<<< ours=======>>>>>>> theirs\n"u8])
        {
            known[some] = true;
        }

        Assert.DoesNotContain(merged, some => !known[some]);
    }

    private static MergeInput Damaged(MergeInput one, MergeInput other, Random random)
    {
        var texts = new[] { one.Base, one.Ours, one.Theirs };
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var at = random.Next(3);
            texts[at] = Damage(texts[at], random.Next(4) == 0 ? other.Ours : texts[random.Next(3)], random);
        }

        return new MergeInput(texts[0], texts[1], texts[2], random.Next(10) == 0 ? other.Path : one.Path);
    }

    private static byte[] Damage(byte[] text, byte[] other, Random random)
    {
        var (from, to) = (random.Next(text.Length + 1), random.Next(text.Length + 1));
        (from, to) = (Math.Min(from, to), Math.Min(Math.Max(from, to), Math.Min(from, to) + random.Next(200)));
        ReadOnlySpan<byte> put = random.Next(6) switch
        {
            0 => [],
            1 => Spice[random.Next(Spice.Length)],
            2 => [(byte)random.Next(256)],
            3 => text.AsSpan(from, to - from),
            4 => other.AsSpan(random.Next(other.Length + 1)),
            _ => other.AsSpan(0, random.Next(other.Length + 1)),
        };
        // A line stays a line mostly: what is cut in its midst soon is no source at all.
        from = random.Next(3) == 0 ? from : Array.LastIndexOf(text, (byte)'\n', Math.Max(0, from - 1)) + 1;
        byte[] made = [.. text.AsSpan(0, from), .. put, .. text.AsSpan(random.Next(3) == 0 ? Math.Max(from, to) : from)];
        return made.Length > 60_000 ? made[..60_000] : made;
    }
}
