using System.Buffers;
using System.Text;
using System.Text.Json;

namespace AutoBuild.Workspaces;

/// <summary>Replaces secrets by value with ***, also where a secret is cut by the border of two chunks.</summary>
/// <remarks>
/// Each secret is also known in its JSON, URL and Base64 forms, and a secret of several lines by its lines.
/// Texts below 6 characters are not masked: they would hit innocent text. One instance serves one stream; <see cref="Mask"/> keeps no state.
/// </remarks>
public sealed class SecretMasker
{
    private const int Shortest = 6;
    private static readonly byte[] Stars = "***"u8.ToArray();

    private readonly byte[][] _secrets;
    private readonly SearchValues<byte> _firsts;
    private byte[] _held = [];

    public SecretMasker(IEnumerable<string> secrets)
    {
        // Longest first: a secret that begins with another one is masked whole.
        _secrets = [.. secrets.SelectMany(Forms).Where(form => form.Length >= Shortest).Distinct().Select(Encoding.UTF8.GetBytes).OrderByDescending(form => form.Length)];
        _firsts = SearchValues.Create([.. _secrets.Select(secret => secret[0]).Distinct()]);
    }

    /// <summary>Masks a whole text.</summary>
    public string Mask(string text)
    {
        if (_secrets.Length == 0)
        {
            return text;
        }
        var output = new ArrayBufferWriter<byte>();
        Scan(Encoding.UTF8.GetBytes(text), output, atEnd: true);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Masks the next chunk of a stream; what may be the start of a secret is held back until the next call.</summary>
    public byte[] Push(ReadOnlySpan<byte> chunk)
    {
        if (_secrets.Length == 0)
        {
            return chunk.ToArray();
        }
        byte[] data = [.. _held, .. chunk];
        var output = new ArrayBufferWriter<byte>(data.Length + 1);
        _held = data[Scan(data, output, atEnd: false)..];
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Ends the stream and returns what was held back.</summary>
    public byte[] Flush()
    {
        var output = new ArrayBufferWriter<byte>();
        Scan(_held, output, atEnd: true);
        _held = [];
        return output.WrittenSpan.ToArray();
    }

    // Returns where it stopped: the end, or the first place where only more input tells whether a secret stands there.
    private int Scan(ReadOnlySpan<byte> data, ArrayBufferWriter<byte> output, bool atEnd)
    {
        var at = 0;
        while (at < data.Length)
        {
            var rest = data[at..];
            var next = rest.IndexOfAny(_firsts);
            if (next != 0)
            {
                var plain = next < 0 ? rest.Length : next;
                output.Write(rest[..plain]);
                at += plain;
                continue;
            }
            var length = Match(rest, atEnd);
            if (length < 0)
            {
                return at;
            }
            output.Write(length > 0 ? Stars : rest[..1]);
            at += Math.Max(length, 1);
        }
        return at;
    }

    // The length of the longest secret that stands here, 0 for none, -1 when a longer one may still become complete.
    private int Match(ReadOnlySpan<byte> rest, bool atEnd)
    {
        foreach (var secret in _secrets)
        {
            if (rest.StartsWith(secret))
            {
                return secret.Length;
            }
            if (!atEnd && rest.Length < secret.Length && secret.AsSpan().StartsWith(rest))
            {
                return -1;
            }
        }
        return 0;
    }

    private static IEnumerable<string> Forms(string secret)
    {
        if (secret.Trim().Length < Shortest)
        {
            return [];
        }
        var json = JsonSerializer.Serialize(secret)[1..^1];
        var lines = secret.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [secret, secret.Trim(), json, Uri.EscapeDataString(secret), Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)), .. lines.Length > 1 ? lines.Where(line => line.Length >= 12) : []];
    }
}
