using AutoBuild.Orchestrator.Landings;
using AutoBuild.Tests.Api.Routes;
using AutoBuild.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AutoBuild.Tests.Api;

/// <summary>Who hangs up in the middle of a slow request frees the server: nothing goes on working for nobody.</summary>
public sealed class HangUpTests(RouteWorld world) : IClassFixture<RouteWorld>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Clone => Path.Combine(world.Data, "repositories", $"{world.Project}.git");

    public static TheoryData<string, string> Slow => new()
    {
        { "GET", "jobs/{job}/diff" },
        { "GET", "projects/{project}/status" },
        { "GET", "radar?project_id={project}" },
        { "POST", "projects/{project}/sync" },
    };

    [Theory]
    [MemberData(nameof(Slow))]
    public async Task Git_is_stopped(string method, string route)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Which process works where is read from /proc.");
        var path = route.Replace("{job}", world.RanJob.ToString(), StringComparison.Ordinal).Replace("{project}", world.Project.ToString(), StringComparison.Ordinal);
        // It asks git when it likes, and would be taken for what the request asks.
        await world.Server.Services.GetServices<IHostedService>().OfType<RadarWatch>().Single().StopAsync(Cancel);
        var (config, aside) = (Path.Combine(Clone, "config"), Path.Combine(Clone, "config-aside"));
        File.Move(config, aside);
        try
        {
            // Whoever opens it for reading waits for a writer that never comes.
            await ChildProcess.RunAsync(new ChildCommand("mkfifo", [config]), (_, _) => { }, Cancel);
            await HangUpAsync(method, path, () => Processes().Any());
        }
        finally
        {
            // Lets go whoever still waits.
            await using (new FileStream(config, FileMode.Open, FileAccess.ReadWrite))
            {
                File.Delete(config);
            }

            File.Move(aside, config);
        }

        (await world.Calls.SendAsync(new HttpMethod(method), path, method == "POST" ? "{}" : null)).Did(200);
    }

    [Fact]
    public async Task A_search_is_given_up()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Which file is open is read from /proc.");
        var log = Directory.EnumerateFiles(Path.Combine(world.Data, "runs", world.RanJob.ToString()), "agent.log", SearchOption.AllDirectories).Single();
        await using (var hole = new FileStream(log, FileMode.Open, FileAccess.Write))
        {
            hole.SetLength(200_000_000_000);
        }

        await HangUpAsync("GET", $"jobs/{world.RanJob}/log/search?q=nowhere", () => Links("/proc/self/fd").Contains(log));
    }

    private async Task HangUpAsync(string method, string path, Func<bool> isWorking)
    {
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        request.Content = method == "POST" ? new StringContent("{}", System.Text.Encoding.UTF8, "application/json") : null;
        var call = world.Calls.Http.SendAsync(request, hangUp.Token);
        await UntilAsync(isWorking, "It never began.", call);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await UntilAsync(() => !isWorking(), "It goes on for nobody.");
        (await world.Calls.GetAsync("queue")).Did(200);
    }

    private static async Task UntilAsync(Func<bool> isSo, string otherwise, Task? unless = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.True(unless is not { IsCompleted: true }, "It was answered at once.");
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, otherwise);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancel);
        }
    }

    // Processes whose working directory is the clone.
    private IEnumerable<string> Processes() => Directory.EnumerateDirectories("/proc").Where(process => Path.GetFileName(process).All(char.IsAsciiDigit) && Target(Path.Combine(process, "cwd")) == Clone);

    private static IEnumerable<string?> Links(string folder) => Directory.EnumerateFiles(folder).Select(Target);

    // What ends in this moment has no links any more.
    private static string? Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }
}
