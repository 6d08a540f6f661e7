using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using AutoBuild.Commands;
using AutoBuild.Core;
using AutoBuild.Hosting;
using AutoBuild.Workspaces;

namespace AutoBuild.Client;

/// <summary>Finds the server of a data directory, and starts one where none is.</summary>
/// <remarks>Several commands may start one at once: the store's lock lets one live, all wait for what that one writes.</remarks>
internal sealed class ServerProcess(DataDirectory data, string? configFile, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>Returns a healthy server; throws <c>server_not_started</c> with the end of its log.</summary>
    public async Task<Connection> EnsureAsync(CancellationToken cancel)
    {
        if (await FindAsync(cancel) is { } running)
        {
            return running;
        }

        // Here, where it is one sentence, rather than at the end of a log.
        await Git.RequireAsync();

        // What its rights let others do, the server says in its log.
        data.Create(TextWriter.Null);
        using var changes = new Changes(data);
        var started = time.GetTimestamp();
        var attempt = Start();
        while (time.GetElapsedTime(started) < Patience)
        {
            await changes.WaitAsync(Look, time, cancel);
            if (await FindAsync(cancel) is { } found)
            {
                return found;
            }

            if (!attempt.Process.IsAlive())
            {
                attempt = attempt.LostTheRace(time) ? Start() : attempt;
            }
        }

        throw new AutoBuildException("server_not_started", $"No server became ready on {data.Path} within {Patience.TotalSeconds} s.{attempt.Tail()}");
    }

    /// <summary>Returns a server that someone else starts; throws <c>server_unreachable</c> where none comes.</summary>
    public async Task<Connection> AwaitAsync(TimeSpan patience, CancellationToken cancel)
    {
        for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < patience;)
        {
            if (await FindAsync(cancel) is { } found)
            {
                return found;
            }

            await Task.Delay(Look, time, cancel);
        }

        throw new ApiFault(null, "server_unreachable", $"The server on {data.Path} has ended. Start one with: autobuild up");
    }

    /// <summary>Returns the running server where it is healthy, else null.</summary>
    public async Task<Connection?> FindAsync(CancellationToken cancel)
    {
        if (EndpointsFile.Read(data.Endpoints) is not { } endpoints || !endpoints.IsAlive())
        {
            return null;
        }

        var connection = new Connection(endpoints.Address, ReadToken(endpoints));
        return await AnswersAsync(connection.Address, cancel) ? connection : null;
    }

    private string? ReadToken(EndpointsFile endpoints) => File.Exists(endpoints.TokenFile) ? File.ReadAllText(endpoints.TokenFile).Trim() : data.ReadToken();

    private StartAttempt Start()
    {
        List<string> arguments = ["serve", "--target=orchestrator,memory", "--idle-exit", "--orchestrator-port", "0", "--memory-port", "0", "--data", data.Path];
        if (configFile is not null)
        {
            arguments.AddRange(["--config", Path.GetFullPath(configFile)]);
        }

        ForgetOldStarts();
        var log = Path.Combine(data.Logs, $"start-{Guid.CreateVersion7(time.GetUtcNow()):N}.log");
        var self = RunnerCommand.Self();
        var command = new ChildCommand(self[0], [.. self.Skip(1), .. arguments]);
        return new StartAttempt(DetachedProcess.Start(command, log), log, time.GetTimestamp());
    }

    /// <summary>Drops what servers of earlier days said at their start; what they did is in the server's own log.</summary>
    private void ForgetOldStarts()
    {
        foreach (var log in Directory.EnumerateFiles(data.Logs, "start-*.log").Where(log => time.GetUtcNow() - File.GetLastWriteTimeUtc(log) > TimeSpan.FromDays(1)))
        {
            File.Delete(log);
        }
    }

    /// <summary>Tells whether an AutoBuild answers there; it is asked without the token, which is for that server alone.</summary>
    private static async Task<bool> AnswersAsync(Uri address, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = 1_000_000 };
        try
        {
            using var answer = await http.GetAsync(new Uri("api/v1/health", UriKind.Relative), cancel);
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancel)) is JsonObject health && health.ContainsKey("status") && health.ContainsKey("version");
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Is a server that was started and has yet to be heard of.</summary>
    private sealed record StartAttempt(ProcessIdentity Process, string Log, long At)
    {
        private static readonly TimeSpan WinnersTime = TimeSpan.FromSeconds(10);

        /// <summary>Tells whether to try again after another server had the lock and never became ready; throws where the start itself failed.</summary>
        public bool LostTheRace(TimeProvider time)
        {
            var log = Read();
            if (!log.Contains("[store_locked]", StringComparison.Ordinal))
            {
                throw new AutoBuildException("server_not_started", $"The server ended before it was ready.{Tail()}");
            }

            return time.GetElapsedTime(At) > WinnersTime;
        }

        public string Tail()
        {
            var lines = Read().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return lines.Length == 0 ? $" Its log {Log} is empty." : $" The end of its log {Log}:\n{string.Join('\n', lines.TakeLast(8))}";
        }

        private string Read() => File.Exists(Log) ? File.ReadAllText(Log) : "";
    }

    /// <summary>Wakes when something is written in the data directory.</summary>
    private sealed class Changes : IDisposable
    {
        private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        private readonly FileSystemWatcher _watcher;

        public Changes(DataDirectory data)
        {
            _watcher = new FileSystemWatcher(data.Path, Path.GetFileName(data.Endpoints));
            _watcher.Created += (_, _) => _news.Writer.TryWrite(true);
            _watcher.Renamed += (_, _) => _news.Writer.TryWrite(true);
            _watcher.Changed += (_, _) => _news.Writer.TryWrite(true);
            _watcher.EnableRaisingEvents = true;
        }

        public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancel)
        {
            using var limit = new CancellationTokenSource(atMost, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
            try
            {
                await _news.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                // Nothing was written; the caller looks whether its server still lives.
            }
        }

        public void Dispose() => _watcher.Dispose();
    }
}
