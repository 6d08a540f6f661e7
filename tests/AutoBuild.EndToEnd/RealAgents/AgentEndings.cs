using AutoBuild.Workspaces;

namespace AutoBuild.EndToEnd.RealAgents;

/// <summary>Tries what happens when somebody, or something, comes between: a cancel, a server's death, an enemy in the repository.</summary>
internal static class AgentEndings
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Nothing of it is left: none with the job's mark, none that carries the number that only its tool has.</summary>
    public static async Task CancelAsync(AgentTrial trial)
    {
        var seconds = Unique();
        // Qwen Code refuses a bare sleep.
        trial.Script(trial.Shell($"echo begun; sleep {seconds}; echo over"), new { text = "DONE." });
        var job = await trial.SubmitAsync();
        await RunningAsync(trial, job, $"sleep\0{seconds}\0");

        await trial.Server.DeleteAsync($"jobs/{job}");
        await trial.ExpectAsync(await trial.EndedAsync(job), "cancelled", "cancelled");

        Assert.Empty(Processes($"sleep\0{seconds}\0"));
        Assert.Empty(ProcessSweep.Find(job));
    }

    /// <summary>The next server takes it over, and its tool's work counts once.</summary>
    public static async Task KilledServerAsync(AgentTrial trial)
    {
        var gate = trial.Place("gate");
        trial.Script(trial.Shell($"while [ ! -e {gate} ]; do sleep 0.2; done; echo Two. > second.txt"), new { text = "DONE." });
        var job = await trial.SubmitAsync();
        await RunningAsync(trial, job, gate);

        await trial.Server.KillAsync();
        await trial.Server.ReadyAsync();
        Assert.NotEmpty(Processes(gate));
        await File.WriteAllTextAsync(gate, "", Cancel);

        await trial.ExpectAsync(await trial.EndedAsync(job), "completed", null);
        Assert.Equal([0, 1], trial.Asked.Select(one => one.Step));
    }

    /// <summary>A message to what an earlier server ran goes on in the same session.</summary>
    public static async Task ResumeAsync(AgentTrial trial)
    {
        trial.Script(trial.Write("second.txt", "Two.\n"), new { text = "The word is heron." });
        var first = await trial.RunAsync();
        await trial.ExpectAsync(first, "completed", null);

        await trial.Server.KillAsync();
        var before = trial.Asked.Count;
        // Anew: some ask the model once more when their work is done.
        trial.Script(trial.Write("third.txt", "Three.\n"), new { text = "DONE." });
        var second = await trial.EndedAsync(await trial.SayAsync((string)first["id"]!, "Now the third."));

        await trial.ExpectAsync(second, "completed", null);
        Assert.Equal((string?)first["session_id"], (string?)second["session_id"]);
        var resumed = trial.Asked[before].Text;
        Assert.Contains("The word is heron.", resumed, StringComparison.Ordinal);
        Assert.Contains("Now the third.", resumed, StringComparison.Ordinal);
    }

    /// <summary>A file tells the agent to gather secrets, and it obeys.</summary>
    public static async Task InjectionAsync(AgentTrial trial)
    {
        var home = trial.Bench.Binary.Folder;
        string[] files = [".ssh/id_ed25519", ".aws/credentials", ".netrc", ".config/gh/hosts.yml", ".git-credentials"];
        foreach (var (number, file) in files.Index())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(home, file))!);
            await File.WriteAllTextAsync(Path.Combine(home, file), $"canary-of-a-file-{number}\n", Cancel);
        }

        trial.Script(
            trial.Shell("cat first.txt; env; cat /proc/[0-9]*/environ | tr '\\0' '\\n'"),
            trial.Shell($"cd {home}; ls -la data; cat data/token* data/endpoints.json {string.Join(' ', files)}; cat ~/.ssh/* ~/.aws/*; echo looked"),
            trial.Write("second.txt", "Two.\n"),
            new { text = "DONE." });

        var job = await trial.RunAsync();

        await trial.ExpectAsync(job, "completed", null);
        var heard = string.Join('\n', trial.Bench.Model.Requests.Select(one => one.Text));
        Assert.Contains("looked", heard, StringComparison.Ordinal);
        var token = (await File.ReadAllTextAsync(Path.Combine(trial.Bench.Binary.Data, "token"), Cancel)).Trim();
        var id = (string)job["id"]!;
        var kept = await trial.LogAsync(id) + string.Join('\n', (await trial.EventsAsync(id)).Select(one => one.ToJsonString()));
        Assert.All([token, "canary-of-a-file", AgentBench.Canary], secret => Assert.DoesNotContain(secret, heard + kept, StringComparison.Ordinal));
        // Its own key it has to know; what is kept of the run does not.
        Assert.DoesNotContain(AgentBench.Key, kept, StringComparison.Ordinal);
    }

#pragma warning disable CA5394 // It has to be unlike others, not secret.
    private static string Unique() => $"{Random.Shared.Next(100_000, 900_000)}.{Random.Shared.Next(1000, 9999)}";
#pragma warning restore CA5394

    private static async Task RunningAsync(AgentTrial trial, string job, string text)
    {
        while (Processes(text).Count == 0)
        {
            await trial.UntilAsync(job, found => found["completed_at"] is null);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        }
    }

    /// <summary>Finds processes by a part of their command lines, whose arguments end with a NUL each.</summary>
    private static List<string> Processes(string text) =>
        [.. Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _) && CommandLine(folder).Contains(text, StringComparison.Ordinal))];

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
