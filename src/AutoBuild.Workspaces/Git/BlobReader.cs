using System.Buffers;
using System.Globalization;
using System.Text;

namespace AutoBuild.Workspaces;

/// <summary>Reads many blobs of a repository through one git, which never runs far ahead of the reader.</summary>
public sealed class BlobReader
{
    // Git and we are both at work while this many are asked for and not answered.
    private const int Ahead = 64;

    private readonly ArrayBufferWriter<byte> _held = new(1 << 16);
    private readonly Action<string, ReadOnlyMemory<byte>> _take;
    private readonly SemaphoreSlim _room;
    private string _id = "";
    private int _length = -1;

    private BlobReader(Action<string, ReadOnlyMemory<byte>> take, SemaphoreSlim room) => (_take, _room) = (take, room);

    /// <summary>Reads blobs until there is no next one.</summary>
    /// <param name="repository">A directory that git knows as one.</param>
    /// <param name="next">The full id of the next blob; null ends it. Several readers may share one source.</param>
    /// <param name="take">Gets each blob in turn, its bytes until it returns; none for an object that is missing.</param>
    /// <param name="options">Whose configuration counts.</param>
    /// <param name="cancellation">Ends git too.</param>
    public static async Task ReadAsync(string repository, Func<string?> next, Action<string, ReadOnlyMemory<byte>> take, GitOptions? options = null, CancellationToken cancellation = default)
    {
        using var room = new SemaphoreSlim(Ahead);
        var reader = new BlobReader(take, room);
        await Git.ExpectAsync(repository, ["cat-file", "--batch"], (options ?? new GitOptions()) with { WriteInput = AskAsync, TakeOutput = reader.Push, Timeout = TimeSpan.FromDays(1) }, cancellation);

        async Task AskAsync(Stream input, CancellationToken ended)
        {
            while (next() is { } id)
            {
                await room.WaitAsync(ended);
                await input.WriteAsync(Encoding.ASCII.GetBytes(id + "\n"), ended);
            }
        }
    }

    private void Push(ReadOnlyMemory<byte> chunk)
    {
        if (_held.WrittenCount > 0)
        {
            _held.Write(chunk.Span);
            var used = Take(_held.WrittenMemory);
            var rest = _held.WrittenMemory[used..].ToArray();
            _held.ResetWrittenCount();
            _held.Write(rest);
        }
        else
        {
            _held.Write(chunk.Span[Take(chunk)..]);
        }
    }

    // Returns how much it used; the rest waits for more.
    private int Take(ReadOnlyMemory<byte> bytes)
    {
        var at = 0;
        while (true)
        {
            var rest = bytes[at..];
            if (_length < 0)
            {
                var end = rest.Span.IndexOf((byte)'\n');
                if (end < 0)
                {
                    return at;
                }

                Head(Encoding.ASCII.GetString(rest.Span[..end]));
                at += end + 1;
            }
            else if (rest.Length <= _length)
            {
                return at;
            }
            else
            {
                at += _length + 1;
                var blob = rest[.._length];
                _length = -1;
                _take(_id, blob);
                _room.Release();
            }
        }
    }

    // <id> blob <size>, or <id> missing.
    private void Head(string line)
    {
        var words = line.Split(' ');
        if (words.Length == 3 && int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            (_id, _length) = (words[0], length);
        }
        else
        {
            _room.Release();
        }
    }
}
