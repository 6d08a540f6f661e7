using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using AutoBuild.Client;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild job logs</c>.</summary>
internal static class JobLogs
{
    public static Verb Create()
    {
        var id = ProjectOptions.Id("job");
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on until the job has ended." };
        var raw = new Option<bool>("--raw") { Description = "The raw output of agent, setup and checks instead of the events." };
        return new Verb("logs", "Shows what happened inside a job.", "autobuild job logs 5d20c7be --follow", async call =>
        {
            using var api = await call.ConnectAsync();
            var job = await new Lookup(api, call).JobAsync(call.Get(id));
            return call.Get(raw) ? await RawAsync(call, api, job) : call.Get(follow) ? await FollowAsync(call, api, job) : await ReadAsync(call, api, job);
        }).With(id, follow, raw).PrintsData();
    }

    private static async Task<int> FollowAsync(Call call, ApiClient api, JobView job)
    {
        var ended = await new JobFollower(api, call).FollowAsync(job.Id, call.Cancel);
        return call.Print(ended, one => call.Say(Evidence.Sentence(one)));
    }

    private static async Task<int> ReadAsync(Call call, ApiClient api, JobView job)
    {
        var lines = (await api.ReadJobEventsAsync(job.Id, call.Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
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

    private static async Task<int> RawAsync(Call call, ApiClient api, JobView job)
    {
        using var log = new MemoryStream();
        await api.CopyLogAsync(job.Id, "tail=1000000", log, call.Cancel);
        var text = Encoding.UTF8.GetString(log.ToArray());
        return call.Print(
            new JsonObject { ["job_id"] = job.Id.ToString(), ["log"] = text },
            () => call.Terminal.Out.Write(call.Terminal.Interactive ? Plain.Text(text) : text));
    }
}
