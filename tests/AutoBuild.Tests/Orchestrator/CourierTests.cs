using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using AutoBuild.Core.Callbacks;
using AutoBuild.Orchestrator.Callbacks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Tests.Orchestrator;

/// <summary>Sends callbacks to receivers that take them, refuse them, hang, lead elsewhere or are gone.</summary>
public sealed class CourierTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_callback_says_how_the_job_ended_and_is_signed()
    {
        await using var bench = await CourierBench.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var job = await bench.EndedJobAsync(receiver.Url("/hook?source=autobuild"), "s3cret");
        var delivered = await bench.LookAsync(job, delivery => delivery.DeliveredAt is not null);

        var call = Assert.Single(receiver.Calls);
        Assert.Equal(("/hook", "Bearer s3cret", "application/json", delivered.Id.ToString(), "job.cancelled"),
            (call.Path, call.Headers["Authorization"], call.Headers["Content-Type"], call.Headers["X-AutoBuild-Delivery"], call.Headers["X-AutoBuild-Event"]));
        // Computed anew from what came, as a receiver does it.
        byte[] signed = [.. Encoding.ASCII.GetBytes(call.Headers["X-AutoBuild-Timestamp"]), (byte)'.', .. call.Body];
        Assert.Equal("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes("s3cret"), signed)), call.Headers["X-AutoBuild-Signature"]);
        Assert.Equal(bench.Clock.GetUtcNow().ToUnixTimeSeconds(), long.Parse(call.Headers["X-AutoBuild-Timestamp"], System.Globalization.CultureInfo.InvariantCulture));

        var body = JsonNode.Parse(call.Body)!.AsObject();
        string[] original = ["ticket_id", "status", "pr_url", "pr_number", "qa_passed", "run_id"];
        Assert.Superset(original.ToHashSet(), body.Select(member => member.Key).ToHashSet());
        Assert.Equal((job.Id, job.TicketId, delivered.Id), (body["job_id"]!.GetValue<Guid>(), body["ticket_id"]!.GetValue<Guid>(), body["delivery_id"]!.GetValue<Guid>()));
        Assert.Equal(("error", "cancelled", "cancelled"), ((string?)body["status"], (string?)body["job_status"], (string?)body["error"]!["code"]));
        Assert.Equal((1, 200, null, null), (delivered.Tries, delivered.LastStatus, delivered.LastError, delivered.NextAt));
    }

    [Fact]
    public async Task Without_a_secret_nothing_is_signed()
    {
        await using var bench = await CourierBench.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        await bench.LookAsync(await bench.EndedJobAsync(receiver.Url(), secret: null), delivery => delivery.DeliveredAt is not null);
        var call = Assert.Single(receiver.Calls);
        Assert.DoesNotContain(call.Headers.Keys, name => name is "Authorization" or "X-AutoBuild-Signature");
    }

    [Fact]
    public async Task A_receiver_that_was_down_gets_it_later_under_the_same_id()
    {
        await using var bench = await CourierBench.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var answers = new Queue<int>([500, 503, 200]);
        receiver.Answer = http => Task.FromResult(http.Response.StatusCode = answers.Dequeue());
        var job = await bench.EndedJobAsync(receiver.Url());

        var first = await bench.LookAsync(job, delivery => delivery.Tries == 1);
        Assert.Equal((500, "answered 500", Delivery.MostTries - 1), (first.LastStatus, first.LastError, first.TriesLeft));
        Assert.InRange(first.NextAt!.Value - bench.Clock.GetUtcNow(), TimeSpan.FromSeconds(2.4), TimeSpan.FromSeconds(7.5));
        var second = await bench.LookAsync(job, delivery => delivery.Tries == 2, TimeSpan.FromSeconds(8));
        Assert.InRange(second.NextAt!.Value - bench.Clock.GetUtcNow(), TimeSpan.FromSeconds(4.9), TimeSpan.FromSeconds(15));
        var third = await bench.LookAsync(job, delivery => delivery.Tries == 3, TimeSpan.FromSeconds(16));

        Assert.NotNull(third.DeliveredAt);
        Assert.Equal(3, receiver.Calls.Count);
        Assert.Single(receiver.Calls.Select(call => call.Headers["X-AutoBuild-Delivery"]).Distinct());
        Assert.Single(receiver.Calls.Select(call => Convert.ToHexString(call.Body)).Distinct());
        Assert.Equal(3, receiver.Calls.Select(call => call.Headers["X-AutoBuild-Signature"]).Distinct().Count());
    }

    [Fact]
    public async Task It_waits_as_long_as_the_receiver_asks()
    {
        await using var bench = await CourierBench.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = http => Task.FromResult((http.Response.StatusCode, http.Response.Headers.RetryAfter) = (429, "1200"));
        var tried = await bench.LookAsync(await bench.EndedJobAsync(receiver.Url()), delivery => delivery.Tries == 1);
        Assert.InRange(tried.NextAt!.Value - bench.Clock.GetUtcNow(), TimeSpan.FromSeconds(1199), TimeSpan.FromSeconds(1200));
    }

    [Fact]
    public async Task Gone_means_never_again_until_somebody_asks()
    {
        await using var bench = await CourierBench.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        var status = 410;
        receiver.Answer = http => Task.FromResult(http.Response.StatusCode = status);
        var job = await bench.EndedJobAsync(receiver.Url());
        var gone = await bench.LookAsync(job, delivery => delivery.Tries == 1);
        Assert.Equal((null, null, 410), (gone.NextAt, gone.DeliveredAt, gone.LastStatus));

        status = 204;
        var again = (await bench.Store.RedeliverAsync(job.Id, gone.Id, Cancel)).OrThrow();
        Assert.Equal((gone.Id, Delivery.MostTries), (again.Id, again.TriesLeft));
        var delivered = await bench.LookAsync(job, delivery => delivery.DeliveredAt is not null);
        Assert.Equal((2, gone.Id), (delivered.Tries, delivered.Id));
        Assert.Equal("callback_not_found", (await bench.Store.RedeliverAsync(job.Id, Guid.CreateVersion7(), Cancel)).Refusal?.Code);
        Assert.Equal("callback_not_found", (await bench.Store.RedeliverAsync(Guid.CreateVersion7(), gone.Id, Cancel)).Refusal?.Code);
    }

    [Fact]
    public async Task It_is_given_up_after_hours()
    {
        await using var bench = await CourierBench.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = http => Task.FromResult(http.Response.StatusCode = 500);
        var job = await bench.EndedJobAsync(receiver.Url());
        var begun = bench.Clock.GetUtcNow();
        var last = await bench.LookAsync(job, delivery => delivery.Tries == 1);
        for (var tries = 2; tries <= Delivery.MostTries; tries++)
        {
            Assert.NotNull(last.NextAt);
            last = await bench.LookAsync(job, delivery => delivery.Tries == tries, last.NextAt.Value - bench.Clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        }

        Assert.Equal((null, 0, null), (last.NextAt, last.TriesLeft, last.DeliveredAt));
        Assert.InRange(bench.Clock.GetUtcNow() - begun, TimeSpan.FromHours(4), TimeSpan.FromHours(18));
        Assert.Empty(await bench.Store.ListDueDeliveriesAsync(2, Cancel));
    }

    [Fact]
    public async Task A_receiver_that_hangs_holds_up_nobody_else()
    {
        await using var bench = await CourierBench.StartAsync(new CallbackOptions { AllowPrivate = true });
        await using var receiver = await Receiver.StartAsync();
        // It takes connections and says nothing.
        using var dead = new TcpListener(IPAddress.Loopback, 0);
        dead.Start();
        var hanging = new List<AutoBuild.Core.Jobs.Job>();
        for (var count = 0; count < 5; count++)
        {
            hanging.Add(await bench.EndedJobAsync($"http://127.0.0.1:{((IPEndPoint)dead.LocalEndpoint).Port}/"));
        }

        var job = await bench.EndedJobAsync(receiver.Url());
        await bench.LookAsync(job, delivery => delivery.DeliveredAt is not null);
        Assert.Equal(0, (await bench.UntilAsync(hanging[0], _ => true)).Tries);

        bench.Clock.Advance(TimeSpan.FromSeconds(10));
        var late = await bench.UntilAsync(hanging[0], delivery => delivery.Tries == 1);
        Assert.Equal("no answer within 10 s", late.LastError);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var bench = await CourierBench.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = http => Task.Run(() => http.Response.Redirect("/elsewhere"));
        var tried = await bench.LookAsync(await bench.EndedJobAsync(receiver.Url()), delivery => delivery.Tries == 1);
        Assert.Equal((302, "answered 302; redirects are not followed"), (tried.LastStatus, tried.LastError));
        Assert.Equal("/hook", Assert.Single(receiver.Calls).Path);
    }

    [Fact]
    public async Task An_endless_answer_is_not_read()
    {
        await using var bench = await CourierBench.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = async http =>
        {
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.WriteAsync(new string('x', 10_000), http.RequestAborted);
            }
        };
        Assert.Equal(200, (await bench.LookAsync(await bench.EndedJobAsync(receiver.Url()), delivery => delivery.DeliveredAt is not null)).LastStatus);
    }

    [Fact]
    public async Task What_is_owed_survives_a_restart()
    {
        await using var bench = await CourierBench.StartAsync();
        var port = 0;
        await using (var before = await Receiver.StartAsync())
        {
            port = before.Port;
        }

        var job = await bench.EndedJobAsync($"http://127.0.0.1:{port}/hook");
        var failed = await bench.LookAsync(job, delivery => delivery.Tries == 1);
        Assert.Null(failed.LastStatus);
        await bench.StopCourierAsync();
        await using var receiver = await Receiver.StartAsync(port);
        await bench.StartCourierAsync();
        var delivered = await bench.LookAsync(job, delivery => delivery.DeliveredAt is not null, TimeSpan.FromSeconds(8));
        Assert.Equal((failed.Id.ToString(), "Bearer s3cret"), (Assert.Single(receiver.Calls).Headers["X-AutoBuild-Delivery"], receiver.Calls.Single().Headers["Authorization"]));
        Assert.Equal(2, delivered.Tries);
    }

    [Fact]
    public async Task A_secret_that_another_key_sealed_is_not_sent()
    {
        await using var bench = await CourierBench.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        await bench.StopCourierAsync();
        await bench.StartCourierAsync(key: "another");
        var job = await bench.EndedJobAsync(receiver.Url());
        Assert.Contains("another key", (await bench.LookAsync(job, delivery => delivery.Tries == 1)).LastError, StringComparison.Ordinal);
        Assert.Empty(receiver.Calls);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("2130706433")]
    public async Task No_callback_goes_to_a_private_address(string host)
    {
        await using var bench = await CourierBench.StartAsync(new CallbackOptions());
        await using var receiver = await Receiver.StartAsync();
        Assert.Equal("callback_private", (await bench.Receivers.RefuseAsync(receiver.Url("/", host), Cancel))?.Code);
        var tried = await bench.LookAsync(await bench.EndedJobAsync(receiver.Url("/", host)), delivery => delivery.Tries == 1);
        Assert.Contains("not of the public internet", tried.LastError, StringComparison.Ordinal);
        Assert.Empty(receiver.Calls);
    }

    [Fact]
    public async Task A_host_that_is_allowed_is_reached_wherever_it_leads()
    {
        await using var bench = await CourierBench.StartAsync(new CallbackOptions { AllowHosts = ["LocalHost"] });
        await using var receiver = await Receiver.StartAsync();
        Assert.Null(await bench.Receivers.RefuseAsync(receiver.Url("/", "localhost"), Cancel));
        Assert.NotNull(await bench.Receivers.RefuseAsync(receiver.Url(), Cancel));
        await bench.LookAsync(await bench.EndedJobAsync(receiver.Url("/", "localhost")), delivery => delivery.DeliveredAt is not null);
    }

    [Fact]
    public async Task A_name_that_moves_to_a_private_address_after_it_was_looked_at_gets_nothing()
    {
        var addresses = new Queue<string>(["93.184.215.14", "127.0.0.1"]);
        await using var bench = await CourierBench.StartAsync(new CallbackOptions { Resolve = (_, _) => Task.FromResult(new[] { IPAddress.Parse(addresses.Dequeue()) }) });
        await using var receiver = await Receiver.StartAsync();
        var url = receiver.Url("/", "rebinding.example");
        Assert.Null(await bench.Receivers.RefuseAsync(url, Cancel));
        var tried = await bench.LookAsync(await bench.EndedJobAsync(url), delivery => delivery.Tries == 1);
        Assert.Equal("rebinding.example leads to an address that is not of the public internet", tried.LastError);
        Assert.Empty(receiver.Calls);
    }

    [Fact]
    public async Task One_private_address_among_public_ones_is_enough_to_refuse()
    {
        await using var bench = await CourierBench.StartAsync(new CallbackOptions { Resolve = (_, _) => Task.FromResult(new[] { IPAddress.Parse("93.184.215.14"), IPAddress.IPv6Loopback }) });
        Assert.Equal("callback_private", (await bench.Receivers.RefuseAsync("https://both.example/", Cancel))?.Code);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_ends_the_call()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await using var bench = await CourierBench.StartAsync();
        await using var receiver = await Receiver.StartAsync(listen: options => options.UseHttps(certificate));
        var tried = await bench.LookAsync(await bench.EndedJobAsync($"https://localhost:{receiver.Port}/hook"), delivery => delivery.Tries == 1);
        Assert.Contains("certificate", tried.LastError, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(receiver.Calls);
    }
}
