using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace AutoBuild.Benchmarks;

/// <summary>Is a web server that does nothing: what it takes is what the machine and the framework take.</summary>
internal sealed class BareServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private TaskCompletionSource<byte[]> _next = NewSignal();

    private BareServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public static async Task<BareServer> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var server = new BareServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync().ConfigureAwait(false);
        return server;
    }

    /// <summary>Sends an event to every reader.</summary>
    public void Tell(byte[] frame) => Interlocked.Exchange(ref _next, NewSignal()).SetResult(frame);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static TaskCompletionSource<byte[]> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Answers <c>/bytes/N</c> with so many bytes of JSON, and all else with a stream of events.</summary>
    private async Task AnswerAsync(HttpContext http)
    {
        if (http.Request.Path.Value!.Split('/') is [_, "bytes", var size])
        {
            http.Response.ContentType = "application/json";
            var body = new byte[int.Parse(size, System.Globalization.CultureInfo.InvariantCulture)];
            body.AsSpan().Fill((byte)'1');
            await http.Response.Body.WriteAsync(body).ConfigureAwait(false);
            return;
        }

        http.Response.ContentType = "text/event-stream";
        http.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        await http.Response.Body.WriteAsync(": connected\n\n"u8.ToArray()).ConfigureAwait(false);
        while (true)
        {
            await http.Response.Body.WriteAsync(await Volatile.Read(ref _next).Task.WaitAsync(http.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }
}
