using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AutoBuild.Memory.Vectors;

/// <summary>Makes vectors of unit length into signed bytes with one scale, a quarter of the room, and multiplies them.</summary>
internal static class ByteVector
{
    /// <summary>The lowest byte is never used: products of two stay within what half an addition can hold.</summary>
    private const int Most = sbyte.MaxValue;

    /// <summary>Fills the bytes and returns what each is to be multiplied with; 0 for a vector without length.</summary>
    /// <exception cref="ArgumentException">It holds what is no number.</exception>
    public static float Quantise(ReadOnlySpan<float> values, Span<sbyte> bytes)
    {
        var (most, squares) = (0f, 0d);
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
            {
                throw new ArgumentException("A vector holds what is no number.", nameof(values));
            }

            most = Math.Max(most, Math.Abs(value));
            squares += (double)value * value;
        }

        if (most == 0)
        {
            bytes.Clear();
            return 0;
        }

        for (var i = 0; i < values.Length; i++)
        {
            bytes[i] = (sbyte)Math.Round((double)values[i] / most * Most);
        }

        return (float)(most / Math.Sqrt(squares) / Most);
    }

    /// <summary>Multiplies as many at once as the processor can.</summary>
    public static int Dot(ReadOnlySpan<sbyte> one, ReadOnlySpan<sbyte> other)
    {
        var (sum, at) = (0, 0);
        if (Vector512.IsHardwareAccelerated && one.Length >= Vector512<sbyte>.Count)
        {
            sum += Dot512(one, other, ref at);
        }

        if (Vector256.IsHardwareAccelerated && one.Length - at >= Vector256<sbyte>.Count)
        {
            sum += Dot256(one, other, ref at);
        }

        if (Vector128.IsHardwareAccelerated && one.Length - at >= Vector128<sbyte>.Count)
        {
            sum += Dot128(one, other, ref at);
        }

        return sum + DotScalar(one[at..], other[at..]);
    }

    /// <summary>Multiplies one after the other; what the others are held to.</summary>
    internal static int DotScalar(ReadOnlySpan<sbyte> one, ReadOnlySpan<sbyte> other)
    {
        var sum = 0;
        for (var i = 0; i < one.Length; i++)
        {
            sum += one[i] * other[i];
        }

        return sum;
    }

    internal static int Dot512(ReadOnlySpan<sbyte> one, ReadOnlySpan<sbyte> other, ref int at)
    {
        var sums = Vector512<int>.Zero;
        ref var a = ref MemoryMarshal.GetReference(one);
        ref var b = ref MemoryMarshal.GetReference(other[..one.Length]);
        for (; at <= one.Length - Vector512<sbyte>.Count; at += Vector512<sbyte>.Count)
        {
            var (aLow, aHigh) = Vector512.Widen(Vector512.LoadUnsafe(ref a, (nuint)at));
            var (bLow, bHigh) = Vector512.Widen(Vector512.LoadUnsafe(ref b, (nuint)at));
            var (low, high) = Vector512.Widen(aLow * bLow + aHigh * bHigh);
            sums += low + high;
        }

        return Vector512.Sum(sums);
    }

    internal static int Dot256(ReadOnlySpan<sbyte> one, ReadOnlySpan<sbyte> other, ref int at)
    {
        var sums = Vector256<int>.Zero;
        ref var a = ref MemoryMarshal.GetReference(one);
        ref var b = ref MemoryMarshal.GetReference(other[..one.Length]);
        for (; at <= one.Length - Vector256<sbyte>.Count; at += Vector256<sbyte>.Count)
        {
            var (aLow, aHigh) = Vector256.Widen(Vector256.LoadUnsafe(ref a, (nuint)at));
            var (bLow, bHigh) = Vector256.Widen(Vector256.LoadUnsafe(ref b, (nuint)at));
            var (low, high) = Vector256.Widen(aLow * bLow + aHigh * bHigh);
            sums += low + high;
        }

        return Vector256.Sum(sums);
    }

    internal static int Dot128(ReadOnlySpan<sbyte> one, ReadOnlySpan<sbyte> other, ref int at)
    {
        var sums = Vector128<int>.Zero;
        ref var a = ref MemoryMarshal.GetReference(one);
        ref var b = ref MemoryMarshal.GetReference(other[..one.Length]);
        for (; at <= one.Length - Vector128<sbyte>.Count; at += Vector128<sbyte>.Count)
        {
            var (aLow, aHigh) = Vector128.Widen(Vector128.LoadUnsafe(ref a, (nuint)at));
            var (bLow, bHigh) = Vector128.Widen(Vector128.LoadUnsafe(ref b, (nuint)at));
            var (low, high) = Vector128.Widen(aLow * bLow + aHigh * bHigh);
            sums += low + high;
        }

        return Vector128.Sum(sums);
    }
}
