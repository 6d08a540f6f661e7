using AutoBuild.Core.Memory;
using AutoBuild.Memory.Vectors;

namespace AutoBuild.Tests.Memory.Vectors;

/// <summary>Holds vectors to plain arithmetic, and their files to what a crash leaves.</summary>
public sealed class VectorTests : IDisposable
{
    private static readonly VectorSpace Space = new("mini", 100);

    private readonly TempFolder _folder = new();
    private readonly Random _random = new(7);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_width_multiplies_as_one_after_the_other()
    {
        for (var length = 0; length <= 300; length++)
        {
            var (one, other) = (Bytes(length), Bytes(length));
            var expected = ByteVector.DotScalar(one, other);
            Assert.Equal(expected, ByteVector.Dot(one, other));
            foreach (var wide in new Wide[] { ByteVector.Dot512, ByteVector.Dot256, ByteVector.Dot128 })
            {
                var at = 0;
                var sum = wide(one, other, ref at);
                Assert.Equal(expected, sum + ByteVector.DotScalar(one.AsSpan(at), other.AsSpan(at)));
            }
        }
    }

    [Fact]
    public void The_largest_bytes_do_not_overflow()
    {
        var most = Enumerable.Repeat((sbyte)127, 4096).ToArray();
        var least = Enumerable.Repeat((sbyte)-127, 4096).ToArray();
        Assert.Equal(4096 * 127 * 127, ByteVector.Dot(most, most));
        Assert.Equal(-4096 * 127 * 127, ByteVector.Dot(most, least));
    }

    [Theory]
    [InlineData(1e-30f)]
    [InlineData(1f)]
    [InlineData(1e30f)]
    public void Bytes_tell_the_cosine_to_a_hundredth(float size)
    {
        for (var i = 0; i < 50; i++)
        {
            var (one, other) = (Floats(384, size), Floats(384, 1));
            var (oneBytes, otherBytes) = (new sbyte[384], new sbyte[384]);
            var scale = ByteVector.Quantise(one, oneBytes) * ByteVector.Quantise(other, otherBytes);
            Assert.Equal(Cosine(one, other), ByteVector.Dot(oneBytes, otherBytes) * scale, 0.01);
        }
    }

    [Fact]
    public void A_vector_without_length_is_near_nothing_and_one_without_numbers_is_refused()
    {
        var bytes = new sbyte[] { 5, 5 };
        Assert.Equal(0, ByteVector.Quantise([0, 0], bytes));
        Assert.Equal([0, 0], bytes);
        Assert.Throws<ArgumentException>(() => ByteVector.Quantise([1, float.NaN], bytes));
        Assert.Throws<ArgumentException>(() => ByteVector.Quantise([1, float.PositiveInfinity], bytes));
    }

    [Fact]
    public async Task The_nearest_are_those_that_arithmetic_finds_among_those_asked_for_also_after_a_restart()
    {
        var vectors = Enumerable.Range(0, 500).Select(i => new ChunkVector(Key(i), Floats(100, 3))).ToList();
        var query = Floats(100, 1);
        var among = vectors.Where((_, i) => i % 3 != 0).Select(vector => vector.Key).Append(Key(9999)).ToList();
        var expected = among.Take(among.Count - 1).Select((key, place) => (place, Cosine(vectors[key.Chunk].Values.ToArray(), query))).OrderByDescending(one => one.Item2).Take(10).Select(one => one.Item2).ToList();

        using (var store = new MappedVectors(_folder["v"]))
        {
            await store.AddAsync(Space, vectors[..200], Stop);
            Assert.NotEmpty(await store.NearestAsync(Space, query, among, 10, Stop));
            await store.AddAsync(Space, vectors[200..], Stop);
            Near(expected, await store.NearestAsync(Space, query, among, 10, Stop));
        }

        using var again = new MappedVectors(_folder["v"]);
        Near(expected, await again.NearestAsync(Space, query, among, 10, Stop));
        Assert.Equal([Key(9999)], await again.MissingAsync(Space, among, Stop));
    }

    [Fact]
    public async Task Models_and_widths_never_meet_and_a_model_is_forgotten_alone()
    {
        using var store = new MappedVectors(_folder["v"]);
        var (other, wider) = (new VectorSpace("maxi", 100), new VectorSpace("mini", 200));
        await store.AddAsync(Space, [new ChunkVector(Key(1), Floats(100, 1))], Stop);
        await store.AddAsync(other, [new ChunkVector(Key(2), Floats(100, 1))], Stop);
        await store.AddAsync(wider, [new ChunkVector(Key(3), Floats(200, 1))], Stop);
        IReadOnlyList<ChunkKey> all = [Key(1), Key(2), Key(3)];
        Assert.Equal([Key(2), Key(3)], await store.MissingAsync(Space, all, Stop));
        Assert.Equal([Key(1), Key(3)], await store.MissingAsync(other, all, Stop));
        Assert.Equal([Key(1), Key(2)], await store.MissingAsync(wider, all, Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => store.AddAsync(Space, [new ChunkVector(Key(1), Floats(99, 1))], Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => store.AddAsync(Space, [new ChunkVector(Key(1), ReadOnlyMemory<float>.Empty)], Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => store.NearestAsync(Space, Floats(200, 1), all, 1, Stop));

        await store.DeleteAsync("mini", Stop);
        Assert.Equal(all, await store.MissingAsync(Space, all, Stop));
        Assert.Equal(all, await store.MissingAsync(wider, all, Stop));
        Assert.Equal([Key(1), Key(3)], await store.MissingAsync(other, all, Stop));
    }

    [Fact]
    public async Task A_row_that_was_cut_or_damaged_is_missing_and_comes_again()
    {
        IReadOnlyList<ChunkVector> vectors = [.. Enumerable.Range(0, 3).Select(i => new ChunkVector(Key(i), Floats(100, 1)))];
        IReadOnlyList<ChunkKey> keys = [.. vectors.Select(vector => vector.Key)];
        using (var store = new MappedVectors(_folder["v"]))
        {
            await store.AddAsync(Space, vectors, Stop);
        }

        var path = Directory.GetFiles(_folder["v"]).Single();
        var bytes = await File.ReadAllBytesAsync(path, Stop);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, bytes[..^7], Stop);

        using var again = new MappedVectors(_folder["v"]);
        Assert.Equal([Key(1), Key(2)], await again.MissingAsync(Space, keys, Stop));
        await again.AddAsync(Space, [.. vectors.Skip(1)], Stop);
        Assert.Empty(await again.MissingAsync(Space, keys, Stop));
        var nearest = Assert.Single(await again.NearestAsync(Space, vectors[2].Values, keys, 1, Stop));
        Assert.Equal(2, nearest.Place);
        Assert.Equal(1, nearest.Cosine, 0.01);
    }

    private static void Near(List<double> expected, IReadOnlyList<NearChunk> found)
    {
        Assert.Equal(expected.Count, found.Count);
        Assert.All(found.Zip(expected), pair => Assert.Equal(pair.Second, pair.First.Cosine, 0.01));
    }

    private static ChunkKey Key(int chunk) => new((UInt128)77 << 100, "C#", chunk, 12);

    private sbyte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(_ => (sbyte)_random.Next(-127, 128))];

    private float[] Floats(int length, float size) => [.. Enumerable.Range(0, length).Select(_ => (_random.NextSingle() - 0.5f) * size)];

    private static double Cosine(float[] one, float[] other) =>
        one.Zip(other).Sum(pair => (double)pair.First * pair.Second) / Math.Sqrt(one.Sum(value => (double)value * value)) / Math.Sqrt(other.Sum(value => (double)value * value));

    private delegate int Wide(ReadOnlySpan<sbyte> one, ReadOnlySpan<sbyte> other, ref int at);
}
