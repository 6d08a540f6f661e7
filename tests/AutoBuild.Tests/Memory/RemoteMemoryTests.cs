using AutoBuild.Client;
using AutoBuild.Configuration;
using AutoBuild.Core.Memory;
using AutoBuild.Tests.Orchestrator;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Tests.Memory;

/// <summary>A memory elsewhere that is away, slow, or no memory at all: always a refusal, never a fault of the queue.</summary>
public sealed class RemoteMemoryTests
{
    private static readonly RunFacts Facts = new() { Project = Guid.NewGuid(), Ticket = Guid.NewGuid(), Job = Guid.NewGuid(), Asked = "x", End = RunEnd.Landed };
    private static readonly ContextRequest Asked = new(Guid.NewGuid(), "Greet");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_there_is_told()
    {
        string url;
        await using (var gone = await Receiver.StartAsync())
        {
            url = gone.Url("");
        }

        using var memory = Memory(url);
        Assert.Equal("memory_away", (await memory.ContextAsync(Asked, Cancel)).Refusal?.Code);
        Assert.Equal("memory_away", (await memory.LearnAsync(Facts, Cancel)).Refusal?.Code);
    }

    [Fact]
    public async Task One_that_is_slow_is_left_alone()
    {
        await using var slow = await Receiver.StartAsync();
        slow.Answer = http => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        using var memory = Memory(slow.Url(""), TimeSpan.FromMilliseconds(200));
        Assert.Equal("memory_slow", (await memory.ContextAsync(Asked, Cancel)).Refusal?.Code);
    }

    [Fact]
    public async Task Who_asked_may_give_up()
    {
        await using var slow = await Receiver.StartAsync();
        using var gaveUp = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        slow.Answer = async http =>
        {
            await gaveUp.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        using var memory = Memory(slow.Url(""));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => memory.ContextAsync(Asked, gaveUp.Token));
    }

    [Theory]
    [InlineData(200, "", "memory_answer_invalid")]
    [InlineData(200, "<html>", "memory_answer_invalid")]
    [InlineData(200, "null", "memory_answer_invalid")]
    [InlineData(200, "{}", "memory_answer_invalid")]
    [InlineData(200, """{"context":7}""", "memory_answer_invalid")]
    [InlineData(302, "", "memory_away")]
    [InlineData(500, """{"code":"internal_error","detail":"It broke."}""", "memory_away")]
    [InlineData(502, "Bad Gateway", "memory_away")]
    [InlineData(429, "[]", "memory_away")]
    [InlineData(401, "", "memory_token_refused")]
    [InlineData(404, """{"code":"project_not_found","detail":"There is no project."}""", "project_not_found")]
    public async Task What_it_answers_is_not_believed(int status, string body, string code)
    {
        await using var other = await Receiver.StartAsync();
        other.Answer = http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = "http://127.0.0.1:9/";
            return http.Response.WriteAsync(body);
        };
        using var memory = Memory(other.Url(""));
        Assert.Equal(code, (await memory.ContextAsync(Asked, Cancel)).Refusal?.Code);
        Assert.Equal("Bearer the-token", Assert.Single(other.Calls).Headers["Authorization"]);
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_off()
    {
        await using var flood = await Receiver.StartAsync();
        flood.Answer = async http =>
        {
            for (var i = 0; i < 200; i++)
            {
                await http.Response.WriteAsync(new string(' ', 100_000));
            }
        };
        using var memory = Memory(flood.Url(""));
        Assert.Equal("memory_away", (await memory.ContextAsync(Asked, Cancel)).Refusal?.Code);
    }

    private static RemoteMemory Memory(string url, TimeSpan? timeout = null) =>
        new(new Settings { MemoryService = new MemoryServiceSettings { Url = url, Token = "the-token", Timeout = timeout ?? TimeSpan.FromSeconds(60) } }, TimeProvider.System);
}
