using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace AutoBuild.Tests.Telemetry;

/// <summary>Is a span as a collector gets it.</summary>
internal sealed record Span(string Trace, string Id, string Parent, string Name, ulong Start, ulong End, IReadOnlyDictionary<string, string> Tags);

/// <summary>Stands in for a collector of OpenTelemetry: takes protobuf over HTTP and reads of it what the tests ask for.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Collector(WebApplication app) => _app = app;

    public string Address => _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();

    public ConcurrentQueue<Span> Spans { get; } = new();

    public ConcurrentQueue<string> Metrics { get; } = new();

    public ConcurrentQueue<string> Keys { get; } = new();

    /// <summary>What every message said of its sender.</summary>
    public ConcurrentDictionary<string, string> Sender { get; } = new();

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var collector = new Collector(builder.Build());
        collector._app.Run(collector.TakeAsync);
        await collector._app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, TestContext.Current.CancellationToken);
        Keys.Enqueue(http.Request.Headers["x-key"].ToString());
        var message = new Message(body.ToArray());
        foreach (var resource in message.All(1))
        {
            foreach (var (name, value) in Tags(resource.All(1).Single(), 1))
            {
                Sender[name] = value;
            }

            foreach (var told in resource.All(2).SelectMany(scope => scope.All(2)))
            {
                if (http.Request.Path == "/v1/traces")
                {
                    Spans.Enqueue(new Span(told.Hex(1), told.Hex(2), told.Hex(4), told.Text(5), told.Fixed(7), told.Fixed(8), Tags(told, 9)));
                }
                else if (http.Request.Path == "/v1/metrics")
                {
                    Metrics.Enqueue(told.Text(1));
                }
            }
        }
    }

    private static Dictionary<string, string> Tags(Message message, int number) =>
        message.All(number).ToDictionary(pair => pair.Text(1), pair => pair.All(2).Single().Text(1));

    /// <summary>Is a message of protobuf, its fields by their numbers.</summary>
    private sealed class Message
    {
        private readonly List<(int Number, byte[] Value)> _fields = [];

        public Message(byte[] bytes)
        {
            for (var at = 0; at < bytes.Length;)
            {
                var key = (int)Varint(bytes, ref at);
                var length = (key & 7) switch { 0 => 0, 1 => 8, 2 => (int)Varint(bytes, ref at), 5 => 4, var other => throw new InvalidDataException($"wire type {other}") };
                var value = (key & 7) == 0 ? BitConverter.GetBytes(Varint(bytes, ref at)) : bytes[at..(at += length)];
                _fields.Add((key >> 3, value));
            }
        }

        public IEnumerable<Message> All(int number) => Values(number).Select(value => new Message(value));

        public string Text(int number) => Encoding.UTF8.GetString(Values(number).FirstOrDefault([]));

        public string Hex(int number) => Convert.ToHexStringLower(Values(number).FirstOrDefault([]));

        public ulong Fixed(int number) => BinaryPrimitives.ReadUInt64LittleEndian(Values(number).Single());

        private IEnumerable<byte[]> Values(int number) => _fields.Where(field => field.Number == number).Select(field => field.Value);

        private static ulong Varint(byte[] bytes, ref int at)
        {
            var (value, shift) = (0UL, 0);
            while (true)
            {
                var part = bytes[at++];
                value |= (ulong)(part & 127) << shift;
                if (part < 128)
                {
                    return value;
                }

                shift += 7;
            }
        }
    }
}
