using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AutoBuild.Configuration;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Store;
using Microsoft.Extensions.DependencyInjection;

namespace AutoBuild.Tests.Api;

/// <summary>Ends attempts by callbacks from elsewhere, in the contract's words and in the original plan's.</summary>
public sealed class CallbackEndpointTests(CallbackServer server) : IClassFixture<CallbackServer>
{
    private const string Secret = "the callback's secret";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IStore Store => server.Server.Services.GetRequiredService<IStore>();

    [Fact]
    public async Task A_success_puts_the_ticket_into_review_with_its_pull_request()
    {
        var job = await OpenAttemptAsync();
        var answer = await CallAsync(Secret, $$"""
            {"job_id":"{{job.Id}}","attempt":1,"ticket_id":"{{job.TicketId}}","status":"success","pr_url":"https://github.com/o/r/pull/7","pr_number":7,"qa_passed":true,
             "qa":{"verdict":"passed","passed":true,"commit":"c0ffee","checks":[{"name":"test","status":"passed","exit_code":0,"seconds":1.5,"log_tail":"ok"}]},
             "run_id":"1234","error":null,"usage":{"input_tokens":10,"output_tokens":5,"cost_usd":0.5,"turns":2} }
            """);
        answer.Did(200);
        Assert.Equal((job.Id, 1, "success"), (answer.Json["job_id"]!.GetValue<Guid>(), answer.Json["attempt"]!.GetValue<int>(), answer.Word("status")));

        var ended = (await server.Calls.GetAsync($"jobs/{job.Id}")).Json;
        Assert.Equal(("completed", "https://github.com/o/r/pull/7", 7, "passed", 10L, "completed"),
            ((string?)ended["status"], (string?)ended["pr_url"], (int)ended["pr_number"]!, (string?)ended["qa"]!["verdict"], (long)ended["usage"]!["input_tokens"]!, (string?)ended["attempts"]![0]!["outcome"]));
        var ticket = (await server.Calls.GetAsync($"tickets/{job.TicketId}")).Json;
        Assert.Equal(("in_review", "https://github.com/o/r/pull/7", 7, "review"), ((string?)ticket["status"], (string?)ticket["pr_url"], (int)ticket["pr_number"]!, (string?)ticket["needs_you"]!["kind"]));
        // Nothing here knows its commit, so nothing of it lands by itself.
        (await server.Calls.PostAsync($"jobs/{job.Id}/land")).Refused(409, "not_landable");
    }

    [Fact]
    public async Task A_repeat_gets_the_same_answer_and_changes_nothing()
    {
        var job = await OpenAttemptAsync();
        var body = $$"""{"job_id":"{{job.Id}}","attempt":1,"status":"success"}""";
        var first = (await CallAsync(Secret, body)).Did(200);
        var stands = (await server.Calls.GetAsync($"jobs/{job.Id}")).Text;
        var events = await Store.GetLastEventIdAsync(Cancel);

        Assert.Equal(first.Text, (await CallAsync(Secret, body)).Did(200).Text);
        Assert.Equal(stands, (await server.Calls.GetAsync($"jobs/{job.Id}")).Text);
        Assert.Empty((await Store.ReadEventsAsync(events, new EventFilter(JobId: job.Id), 10, Cancel)).Events);
        (await CallAsync(Secret, body.Replace("success", "error", StringComparison.Ordinal))).Refused(409, "callback_differs");
    }

    [Theory]
    [InlineData("no_changes", "", "failed", "failed", "no_changes")]
    [InlineData("qa_failed", "", "failed", "failed", "qa_failed")]
    [InlineData("qa_failed", ",\"pr_url\":\"https://example.org/pull/1\"", "completed", "in_review", "qa_failed")]
    [InlineData("error", "", "pending", "in_progress", "agent_error")]
    [InlineData("error", ",\"error\":\"it broke\"", "pending", "in_progress", "agent_error")]
    [InlineData("error", ",\"error\":{\"code\":\"agent_missing\",\"message\":\"no agent\",\"retry\":false}", "failed", "failed", "agent_missing")]
    [InlineData("error", ",\"error\":{\"code\":\"timeout\",\"message\":\"too long\"}", "pending", "in_progress", "timeout")]
    [InlineData("error", ",\"error\":{\"code\":\"quota\",\"message\":\"used up\",\"reset_at\":\"2040-01-01T00:00:00Z\"}", "pending", "in_progress", "quota")]
    public async Task Each_status_ends_the_attempt_in_its_way(string status, string more, string job, string ticket, string code)
    {
        var open = await OpenAttemptAsync();
        (await CallAsync(Secret, $$"""{"job_id":"{{open.Id}}","attempt":1,"status":"{{status}}"{{more}}}""")).Did(200);
        var ended = (await server.Calls.GetAsync($"jobs/{open.Id}")).Json;
        Assert.Equal((job, code), ((string?)ended["status"], (string?)ended["error_code"]));
        Assert.NotNull(ended["attempts"]![0]!["finished_at"]);
        Assert.Equal(ticket, (await server.Calls.GetAsync($"tickets/{open.TicketId}")).Word("status"));
    }

    [Theory]
    [InlineData("success", "https://example.org/pull/9", "\"9\"", "true", "application/json", true)]
    [InlineData("success", "https://example.org/pull/9", "\"9\"", "\"true\"", "text/plain", true)]
    [InlineData("success", "", "\"\"", "\"false\"", "application/x-www-form-urlencoded", false)]
    [InlineData("no_changes", "", "\"\"", "\"\"", null, null)]
    [InlineData("qa_failed", "https://example.org/pull/9", "\"9\"", "false", null, false)]
    [InlineData("qa_failed", "", "\"\"", "", "application/json", null)]
    public async Task The_original_workflow_reports_as_it_always_did(string status, string url, string number, string passed, string? type, bool? qa)
    {
        var job = await OpenAttemptAsync();
        // What the last step of the workflow puts together by hand.
        var body = $"{{\n \"ticket_id\": \"{job.TicketId}\",\n \"status\": \"{status}\",\n \"pr_url\": \"{url}\",\n \"pr_number\": {number},\n \"qa_passed\": {passed},\n \"run_id\": \"8123456789\"\n}}";
        var first = (await CallAsync(Secret, body, type)).Did(200);
        Assert.Equal((job.Id, 1), (first.Json["job_id"]!.GetValue<Guid>(), first.Json["attempt"]!.GetValue<int>()));
        Assert.Equal(first.Text, (await CallAsync(Secret, body, type)).Did(200).Text);

        var ended = (await server.Calls.GetAsync($"jobs/{job.Id}")).Json;
        Assert.Equal((url.Length > 0 ? url : null, url.Length > 0 ? 9 : null, qa), ((string?)ended["pr_url"], (int?)ended["pr_number"], (bool?)ended["qa"]?["passed"]));
        Assert.Equal("8123456789", (string?)(await server.Calls.GetAsync($"jobs/{job.Id}/callbacks")).Json["received"]![0]!["run_id"]);
        // The same words of another run are no repeat, and nothing is open.
        (await CallAsync(Secret, body.Replace("8123456789", "8123456790", StringComparison.Ordinal))).Refused(409, "no_open_attempt");
    }

    [Fact]
    public async Task What_an_earlier_attempt_says_counts_no_more()
    {
        var job = await OpenAttemptAsync();
        var token = await TokenAsync(job);
        await Store.ApplyAsync(job.Id, job.Fence, new JobInput.Lost("gone", true), Cancel);
        await Store.ApplyAsync(job.Id, null, new JobInput.Due(true), Cancel);
        var second = await ClaimAsync((await Store.GetJobAsync(job.Id, Cancel))!);
        Assert.Equal(2, second.Attempt);
        var stands = (await server.Calls.GetAsync($"jobs/{job.Id}")).Text;

        (await CallAsync(token, $$"""{"job_id":"{{job.Id}}","attempt":1,"status":"success"}""")).Refused(409, "stale_attempt");
        (await CallAsync(Secret, $$"""{"job_id":"{{job.Id}}","attempt":1,"status":"success"}""")).Refused(409, "stale_attempt");
        (await CallAsync(Secret, $$"""{"job_id":"{{job.Id}}","attempt":3,"status":"success"}""")).Refused(409, "stale_attempt");
        Assert.Equal(stands, (await server.Calls.GetAsync($"jobs/{job.Id}")).Text);
        (await CallAsync(Secret, $$"""{"job_id":"{{job.Id}}","attempt":2,"status":"success"}""")).Did(200);
    }

    [Fact]
    public async Task After_a_cancel_a_success_is_recorded_and_changes_nothing()
    {
        var job = await OpenAttemptAsync();
        (await server.Calls.DeleteAsync($"jobs/{job.Id}")).Did(200);
        var body = $$"""{"job_id":"{{job.Id}}","attempt":1,"status":"success","pr_url":"https://example.org/pull/3"}""";
        (await CallAsync(Secret, body)).Refused(409, "job_cancelled");
        (await CallAsync(Secret, body)).Refused(409, "job_cancelled");
        var ended = (await Store.ApplyAsync(job.Id, job.Fence, new JobInput.AgentGone(), Cancel)).OrThrow();
        (await CallAsync(Secret, $$"""{"ticket_id":"{{job.TicketId}}","status":"success","run_id":"x"}""")).Refused(409, "callback_differs");

        Assert.Equal((JobState.Cancelled, true, null), (ended.State, ended.LateSuccess, ended.PrUrl));
        var received = Assert.Single((await server.Calls.GetAsync($"jobs/{job.Id}/callbacks")).Json["received"]!.AsArray())!;
        Assert.Equal((true, "success"), ((bool)received["late"]!, (string?)received["status"]));
        Assert.Equal("ready", (await server.Calls.GetAsync($"tickets/{job.TicketId}")).Word("status"));
    }

    [Fact]
    public async Task Only_who_may_end_the_attempt_ends_it()
    {
        var (job, other) = (await OpenAttemptAsync(), await OpenAttemptAsync("another secret"));
        var body = $$"""{"job_id":"{{job.Id}}","attempt":1,"status":"success"}""";
        var token = await TokenAsync(job);
        (await CallAsync(null, body)).Refused(401, "token_missing");
        (await CallAsync("another secret", body)).Refused(401, "token_missing");
        (await CallAsync(Secret[..^1], body)).Refused(401, "token_missing");
        (await CallAsync(token[..^1] + (token[^1] == 'A' ? 'B' : 'A'), body)).Refused(401, "token_missing");
        (await CallAsync(token.Replace(".1.", ".2.", StringComparison.Ordinal), body)).Refused(401, "token_missing");
        (await CallAsync(await TokenAsync(other), body)).Refused(400, "callback_mismatch");
        (await CallAsync(ApiServer.Viewer, body)).Refused(403, "role_missing");
        (await CallAsync(ApiServer.Member, body)).Refused(403, "role_missing");
        (await CallAsync(Secret, $$"""{"job_id":"{{Guid.CreateVersion7()}}","attempt":1,"status":"success"}""")).Refused(401, "token_missing");
        (await CallAsync(ApiServer.Admin, $$"""{"job_id":"{{Guid.CreateVersion7()}}","attempt":1,"status":"success"}""")).Refused(404, "job_not_found");
        (await CallAsync(Secret, $$"""{"job_id":"{{job.Id}}","ticket_id":"{{other.TicketId}}","attempt":1,"status":"success"}""")).Refused(400, "callback_mismatch");
        Assert.Equal(JobState.Dispatched, (await Store.GetJobAsync(job.Id, Cancel))!.State);

        (await CallAsync(token, body)).Did(200);
        (await CallAsync(ApiServer.Admin, $$"""{"ticket_id":"{{other.TicketId}}","status":"success"}""")).Did(200);
        (await server.As(ApiServer.Member).GetAsync($"jobs/{job.Id}/callback-token")).Refused(403, "role_missing");
        (await server.Calls.GetAsync($"jobs/{job.Id}/callback-token")).Refused(409, "no_open_attempt");
    }

    [Fact]
    public async Task A_signature_does_instead_of_the_secret_while_it_is_fresh()
    {
        var job = await OpenAttemptAsync();
        var body = $$"""{"job_id":"{{job.Id}}","attempt":1,"status":"success"}""";
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        (await SignedAsync(now - 400, body, body)).Refused(401, "token_missing");
        (await SignedAsync(now + 400, body, body)).Refused(401, "token_missing");
        (await SignedAsync(now, body, body.Replace("success", "error", StringComparison.Ordinal))).Refused(401, "token_missing");
        (await SignedAsync(now, body, body)).Did(200);
    }

    [Theory]
    [InlineData("{", "body_invalid")]
    [InlineData("[]", "body_invalid")]
    [InlineData("", "body_invalid")]
    [InlineData("""{"ticket_id":"7","status":"success"}""", "validation_failed")]
    [InlineData("""{"status":"success"}""", "validation_failed")]
    [InlineData("""{"job_id":"ID","status":"done"}""", "validation_failed")]
    [InlineData("""{"job_id":"ID"}""", "validation_failed")]
    [InlineData("""{"job_id":"ID","status":"success","pr_url":"javascript:alert(1)"}""", "validation_failed")]
    [InlineData("""{"job_id":"ID","status":"success","pr_number":-1}""", "validation_failed")]
    [InlineData("""{"job_id":"ID","status":"success","attempt":0}""", "validation_failed")]
    [InlineData("""{"job_id":"ID","status":"success","pr_number":"seven"}""", "body_invalid")]
    [InlineData("""{"job_id":"ID","status":"success","run_id":"\ud800"}""", "body_invalid")]
    [InlineData("""{"job_id":"ID","status":"success","status":"error"}""", "body_invalid")]
    [InlineData("""{"job_id":"ID","status":"success","usage":{"input_tokens":-5}}""", "validation_failed")]
    [InlineData("""{"job_id":"ID","status":"success","usage":{"cost_usd":1e27}}""", "validation_failed")]
    [InlineData("""{"job_id":"ID","status":"success","qa":{"verdict":"passed","commit":"c","checks":null}}""", "validation_failed")]
    [InlineData("""{"job_id":"ID","status":"success","qa":{"verdict":"passed","commit":"c","checks":[null]}}""", "validation_failed")]
    [InlineData("""{"job_id":"ID","status":"error","error":{"code":"No Word"}}""", "validation_failed")]
    public async Task A_body_that_says_something_else_is_refused(string body, string code)
    {
        var job = await OpenAttemptAsync();
        (await CallAsync(ApiServer.Admin, body.Replace("ID", job.Id.ToString(), StringComparison.Ordinal))).Refused(400, code);
        Assert.Equal(JobState.Dispatched, (await Store.GetJobAsync(job.Id, Cancel))!.State);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        var job = await OpenAttemptAsync();
        (await CallAsync(Secret, $$"""{"job_id":"{{job.Id}}","attempt":1,"status":"error","error":"{{new string('x', 300_000)}}"}""")).Refused(413, "body_too_large");
    }

    [Fact]
    public async Task Many_at_once_end_it_once()
    {
        var job = await OpenAttemptAsync();
        var same = $$"""{"job_id":"{{job.Id}}","attempt":1,"status":"success","run_id":"1"}""";
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => CallAsync(Secret, number % 2 == 0 ? same : same.Replace("\"1\"}", $"\"1{number}\"}}", StringComparison.Ordinal))));
        var taken = answers.Where(answer => answer.Status == 200).ToList();
        Assert.Single(taken.Select(answer => answer.Text).Distinct());
        Assert.All(answers.Except(taken), answer => answer.Refused(409, "callback_differs"));
        var ended = (await server.Calls.GetAsync($"jobs/{job.Id}")).Json;
        Assert.Equal(("completed", 1), ((string?)ended["status"], ended["attempts"]!.AsArray().Count));
        Assert.Single((await server.Calls.GetAsync($"jobs/{job.Id}/callbacks")).Json["received"]!.AsArray());
    }

    [Fact]
    public async Task A_secret_shows_nowhere()
    {
        const string secret = "nobody-may-ever-read-this-one";
        var job = await OpenAttemptAsync(secret, "http://127.0.0.1:9/hook");
        (await CallAsync(secret, $$"""{"job_id":"{{job.Id}}","attempt":1,"status":"success"}""")).Did(200);
        var again = (await server.Calls.PostAsync($"jobs/{job.Id}/retry")).Did(201);
        Assert.Equal("http://127.0.0.1:9/hook", (string?)again.Json["job"]!["callback_url"]);
        string[] shown = [again.Text, (await server.Calls.GetAsync($"jobs/{job.Id}")).Text, (await server.Calls.GetAsync($"jobs/{job.Id}/callbacks")).Text, (await server.Calls.GetAsync("jobs")).Text];
        Assert.All(shown, text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(server.Data, "autobuild.db*").Concat(Directory.EnumerateFiles(Path.Combine(server.Data, "logs"), "server.log*")).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(open, Encoding.Latin1);
            Assert.False((await reader.ReadToEndAsync(Cancel)).Contains(secret, StringComparison.Ordinal), $"{file} holds it");
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(server.Data, "secret.key")));
        // A retry keeps it.
        var retried = await ClaimAsync((await Store.GetJobAsync(again.Json["job"]!["id"]!.GetValue<Guid>(), Cancel))!);
        (await CallAsync(secret, $$"""{"job_id":"{{retried.Id}}","attempt":1,"status":"no_changes"}""")).Did(200);
    }

    [Theory]
    [InlineData("http://10.0.0.7/x", "s", "callback_private")]
    [InlineData("http://169.254.169.254/latest", "s", "callback_private")]
    [InlineData("http://[::ffff:192.168.1.1]/x", "s", "callback_private")]
    [InlineData("http://user:word@example.org/x", "s", "validation_failed")]
    [InlineData("file:///etc/passwd", "s", "validation_failed")]
    [InlineData("https://example.org/x", "line\\nbreak", "validation_failed")]
    [InlineData("https://example.org/x", "ümlaut", "validation_failed")]
    [InlineData("https://example.org/x", "", "validation_failed")]
    public async Task A_callback_that_can_not_be_is_refused_at_once(string url, string secret, string code) =>
        (await server.Calls.PostAsync("jobs", $$"""{"ticket_id":"{{Guid.CreateVersion7()}}","project_id":"{{server.Project}}","prompt":"Do it","callback_url":"{{url}}","callback_secret":"{{secret}}"}""")).Refused(400, code);

    [Fact]
    public async Task What_is_owed_is_listed_and_sent_again_on_demand()
    {
        await using var receiver = await Orchestrator.Receiver.StartAsync();
        var job = await OpenAttemptAsync(Secret, receiver.Url());
        Assert.Empty((await server.Calls.GetAsync($"jobs/{job.Id}/callbacks")).Json["callbacks"]!.AsArray());
        (await CallAsync(Secret, $$"""{"job_id":"{{job.Id}}","attempt":1,"status":"success","run_id":"77"}""")).Did(200);
        var delivered = await DeliveredAsync(job, 1);
        Assert.Equal(("job.completed", receiver.Url(), 200), ((string?)delivered["event"], (string?)delivered["url"], (int)delivered["last_status"]!));
        (await server.Calls.PostAsync($"jobs/{job.Id}/callbacks/{delivered["id"]}/redeliver")).Did(200);
        await DeliveredAsync(job, 2);
        Assert.Equal(["77", "77"], receiver.Calls.Select(call => (string?)JsonNode.Parse(call.Body)!["run_id"]));
        (await server.Calls.PostAsync($"jobs/{job.Id}/callbacks/{Guid.CreateVersion7()}/redeliver")).Refused(404, "callback_not_found");
        (await server.As(ApiServer.Viewer).PostAsync($"jobs/{job.Id}/callbacks/{delivered["id"]}/redeliver")).Refused(403, "role_missing");
    }

    private async Task<JsonNode> DeliveredAsync(Job job, int tries)
    {
        for (var look = 0; look < 3000; look++)
        {
            if ((await server.Calls.GetAsync($"jobs/{job.Id}/callbacks")).Json["callbacks"]!.AsArray() is [{ } one] && (int)one["tries"]! >= tries)
            {
                return one;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        }

        throw new TimeoutException("It was never delivered.");
    }

    private async Task<Job> OpenAttemptAsync(string secret = Secret, string? url = null)
    {
        var body = new JsonObject
        {
            ["ticket_id"] = Guid.CreateVersion7().ToString(),
            ["project_id"] = server.Project.ToString(),
            ["prompt"] = "Do it",
            ["agent_script"] = "write a.txt: hello",
            ["callback_secret"] = secret,
            ["callback_url"] = url,
        };
        var made = (await server.Calls.PostAsync("jobs", body.ToJsonString())).Did(201).Json["job"]!["id"]!.GetValue<Guid>();
        return await ClaimAsync((await Store.GetJobAsync(made, Cancel))!);
    }

    // As a dispatcher elsewhere does it: the queue here stands still.
    private async Task<Job> ClaimAsync(Job job) =>
        (await Store.ApplyAsync(job.Id, null, new JobInput.Claimed("elsewhere", CallbackServer.NextFence(), TimeSpan.FromHours(1)), Cancel)).OrThrow();

    private async Task<string> TokenAsync(Job job) => (await server.Calls.GetAsync($"jobs/{job.Id}/callback-token")).Did(200).Word("token")!;

    private async Task<ApiAnswer> CallAsync(string? bearer, string body, string? type = "application/json")
    {
        using var request = Request(body, type);
        request.Headers.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        return await SendAsync(request);
    }

    private async Task<ApiAnswer> SignedAsync(long at, string signed, string sent)
    {
        using var request = Request(sent, "application/json");
        request.Headers.Add("X-AutoBuild-Timestamp", $"{at}");
        request.Headers.Add("X-AutoBuild-Signature", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{at}.{signed}"))));
        return await SendAsync(request);
    }

    private HttpRequestMessage Request(string body, string? type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
        return new HttpRequestMessage(HttpMethod.Post, new Uri(server.Server.Address, "/api/v1/callback")) { Content = content };
    }

    private async Task<ApiAnswer> SendAsync(HttpRequestMessage request)
    {
        using var answer = await server.Http.SendAsync(request, Cancel);
        return new ApiAnswer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel), answer.Content.Headers.ContentType?.MediaType, new Dictionary<string, string>());
    }
}

/// <summary>Is a server that may call back to this machine, and whose dispatcher is elsewhere.</summary>
public sealed class CallbackServer : ApiServer
{
    private static long LastFence = 1_000_000;

    public HttpClient Http { get; } = new();

    public static long NextFence() => Interlocked.Increment(ref LastFence);

    protected override Settings Adjust(Settings settings) => settings with { Callbacks = new CallbackSettings { AllowHosts = ["127.0.0.1"] } };
}
