using System.Buffers;
using AutoBuild.Memory.Segments;

namespace AutoBuild.Tests.Memory.Segments;

/// <summary>Holds that postings come back as they were packed, whatever their shape.</summary>
public sealed class PostingsTests
{
    private static readonly int[] Sizes = [0, 1, 2, 127, 128, 129, 255, 256, 1000, 10_000];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(40, 9)]
    [InlineData(5_000, 300)]
    [InlineData(200_000, 1)]
    public void A_list_comes_back(int widestStep, int largestCount)
    {
        foreach (var size in Sizes)
        {
            var expected = Random(size, widestStep, largestCount);
            Assert.Equal(expected.Select(one => (one.Id, Math.Min(one.Count, Postings.MostCounted))), SampleTexts.Read(new Postings(Pack(expected), size)));
        }
    }

    [Fact]
    public void Every_width_of_steps_and_counts_comes_back()
    {
        for (var bits = 0; bits < 24; bits++)
        {
            foreach (var size in (int[])[100, 128, 130])
            {
                var expected = Enumerable.Range(1, size).Select(i => (Id: i + (i > 60 ? 1 << bits : 0), Count: i == 7 ? 1 << Math.Min(bits, 7) : 1)).ToList();
                Assert.Equal(expected, SampleTexts.Read(new Postings(Pack(expected), size)));
            }
        }
    }

    [Fact]
    public void The_largest_id_fits() =>
        Assert.Equal([(0, 1), (int.MaxValue - 1, 255)], SampleTexts.Read(new Postings(Pack([(0, 1), (int.MaxValue - 1, 255)]), 2)));

    [Fact]
    public void Blocks_before_an_id_are_passed_over()
    {
        var all = Random(10_000, 9, 4);
        var bytes = Pack(all);
        foreach (var target in (int[])[0, 1, all[127].Id, all[127].Id + 1, all[5000].Id, all[9999].Id, int.MaxValue])
        {
            var postings = new Postings(bytes, all.Count);
            postings.MoveTo(target);
            var rest = SampleTexts.Read(postings);
            Assert.Equal(all.Where(one => one.Id >= target), rest.Where(one => one.Id >= target));
            Assert.True(rest.Count(one => one.Id < target) < Postings.Block);
        }
    }

    [Fact]
    public void One_frequent_place_costs_its_block_two_bytes()
    {
        var even = Enumerable.Range(0, 128).Select(i => (Id: i * 2, Count: 1)).ToList();
        var one = even.ToList();
        one[50] = (100, 200);

        Assert.Equal(Pack(even).Length + 2, Pack(one).Length);
        Assert.Equal(one, SampleTexts.Read(new Postings(Pack(one), 128)));
    }

    private static List<(int Id, int Count)> Random(int size, int widestStep, int largestCount)
    {
        var random = new Random(size + widestStep);
        var id = -1;
        return [.. Enumerable.Range(0, size).Select(_ => (id += random.Next(1, widestStep + 1), random.Next(1, largestCount + 1)))];
    }

    private static byte[] Pack(List<(int Id, int Count)> list)
    {
        var into = new ArrayBufferWriter<byte>();
        var writer = new PostingsWriter(into);
        foreach (var (id, count) in list)
        {
            writer.Add(id, count);
        }

        writer.End();
        Assert.Equal(into.WrittenCount, writer.Written);
        return [.. into.WrittenSpan, .. new byte[BitBlock.Slack]];
    }
}
