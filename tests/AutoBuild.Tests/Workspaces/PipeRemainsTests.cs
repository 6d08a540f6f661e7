using System.IO.Pipes;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

public sealed class PipeRemainsTests : IDisposable
{
    private readonly AnonymousPipeServerStream _writer = new(PipeDirection.Out);
    private readonly AnonymousPipeClientStream _reader;

    public PipeRemainsTests() => _reader = new(PipeDirection.In, _writer.ClientSafePipeHandle);

    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
    }

    private byte[] Read()
    {
        var all = new MemoryStream();
        PipeRemains.Read(_reader, chunk => all.Write(chunk.Span));
        return all.ToArray();
    }

    [Fact]
    public void What_stands_in_the_pipe_is_read_while_somebody_holds_it_open()
    {
        var written = new byte[60_000];
        new Random(1).NextBytes(written);
        _writer.Write(written);

        Assert.Equal(written, Read());
        Assert.Empty(Read());
    }

    [Fact]
    public void Nothing_is_waited_for()
    {
        Assert.Empty(Read());
        _writer.Dispose();
        Assert.Empty(Read());
    }

    [Fact]
    public async Task What_a_reader_that_gave_up_has_left_is_still_there()
    {
        using var patience = new CancellationTokenSource();
        var waiting = _reader.ReadAsync(new byte[10], patience.Token).AsTask();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        _writer.Write("left"u8);

        Assert.Equal("left"u8.ToArray(), Read());
    }
}
