using System.CommandLine;
using System.Text.Json.Nodes;
using AutoBuild.Client;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild job logs</c>: what happened as events; the raw output is with <see cref="JobOutput"/>.</summary>
internal static class JobLogs
{
    private static readonly Argument<string> Id = ProjectOptions.Id("job");
    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Go on until the job has ended; with --json a line for each event, as {kind, data}." };

    public static Verb Create() => new Verb("logs", "Shows what happened inside a job: its events, or the raw output of agent, setup and checks.",
        "autobuild job logs 5d20c7be --follow", RunAsync).With([Id, Follow, .. JobOutput.Options]).PrintsData();

    private static async Task<int> RunAsync(Call call)
    {
        var output = JobOutput.Read(call);
        if (output is not null && call.Get(Follow))
        {
            throw new Core.AutoBuildException("wrong_use", "--follow shows events; the raw output is read without it.");
        }

        using var api = await call.ConnectAsync();
        var job = await new Lookup(api, call).JobAsync(call.Get(Id));
        return output is not null ? await output.ShowAsync(call, api, job)
            : !call.Get(Follow) ? await ReadAsync(call, api, job)
            : call.Json ? await EventLines.PrintAsync(call, api.FollowJobAsync(job.Id, call.Cancel))
            : await FollowAsync(call, api, job);
    }

    private static async Task<int> FollowAsync(Call call, ApiClient api, JobView job)
    {
        var ended = await new JobFollower(api, call).FollowAsync(job.Id, call.Cancel);
        return call.Print(ended, one => call.Say(Evidence.Sentence(one)));
    }

    private static async Task<int> ReadAsync(Call call, ApiClient api, JobView job)
    {
        var lines = (await api.ReadJobEventsAsync(job.Id, call.Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (call.Get(JobOutput.Tail) is { } most)
        {
            lines = [.. lines.Where(line => call.Json || RunLines.IsShown(line)).TakeLast(most)];
        }

        var events = new JsonArray([.. lines.Select(line => JsonNode.Parse(line))]);
        return call.Print(new JsonObject { ["job_id"] = job.Id.ToString(), ["events"] = events }, () =>
        {
            var shown = new RunLines(call);
            foreach (var line in lines)
            {
                shown.Show(line);
            }

            if (lines.Length == 0)
            {
                call.Say(Evidence.Sentence(job));
            }
        });
    }
}
