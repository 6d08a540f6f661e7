using AutoBuild.Memory.Segments;

namespace AutoBuild.Tests.Memory.Segments;

/// <summary>Holds when segments are merged, and how often a chunk is written.</summary>
public sealed class MergePlanTests
{
    [Fact]
    public void Eight_of_a_size_are_due_the_smallest_first()
    {
        Assert.Empty(MergePlan.Next([]));
        Assert.Empty(MergePlan.Next([1, 1, 1, 1, 1, 1, 1, 5000]));
        Assert.Equal([0, 2, 3, 4, 5, 6, 7, 8], MergePlan.Next([1, 5000, 0, 2, 3, 4, 255, 6, 7]));
        Assert.Equal([8, 9, 10, 11, 12, 13, 14, 15], MergePlan.Next([.. Enumerable.Repeat(40_000, 8), .. Enumerable.Repeat(10, 8)]));
    }

    [Fact]
    public void Many_small_ones_become_few_and_no_chunk_is_written_often()
    {
        List<int> sizes = [];
        long written = 0;
        for (var i = 0; i < 20_000; i++)
        {
            sizes.Add(1 + i % 90);
            while (MergePlan.Next(sizes) is { Count: > 0 } due)
            {
                var merged = due.Sum(place => sizes[place]);
                sizes = [.. sizes.Where((_, place) => !due.Contains(place)), merged];
                written += merged;
            }
        }

        Assert.InRange(sizes.Count, 1, 40);
        Assert.InRange(written, 1, 7L * sizes.Sum());
    }

    [Fact]
    public void The_largest_stay_as_they_are() => Assert.Empty(MergePlan.Next([.. Enumerable.Repeat(5_000_000, 20)]));
}
