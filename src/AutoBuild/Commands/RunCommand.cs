using System.Text.Json.Nodes;
using AutoBuild.Api;
using AutoBuild.Client;
using AutoBuild.Core.Jobs;
using AutoBuild.Core.Landings;
using AutoBuild.Core.Projects;
using AutoBuild.Core.Store;
using AutoBuild.Core.Tickets;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild run</c>: one ticket, followed live until it ends, also where the train sends it back to its agent.</summary>
internal static class RunCommand
{
    public static Verb Create()
    {
        var work = new WorkOptions();
        return new Verb("run", "Runs one task: writes the ticket, starts it, shows it live until it ends.",
            "autobuild run \"add a --version option\" --repo . --agent claude", call => RunAsync(call, work)).With(work.All).PrintsData();
    }

    private static async Task<int> RunAsync(Call call, WorkOptions work)
    {
        using var api = await call.ConnectAsync();
        var lookup = new Lookup(api, call);
        var body = await work.ReadAsync(call, lookup);
        var project = await lookup.ProjectOrNewAsync();
        await SignInCheck.RunAsync(api, call, body.Agent ?? project.Agent);
        var started = await StartAsync(api, project, body, call);
        var job = started.JobId ?? throw new ApiFault(null, "answer_invalid", "The server started the ticket without a job.");
        call.Say($"Ticket {Plain.Id(started.Id)} \"{started.Title}\" in {project.Name}, job {Plain.Id(job)}");

        var (ended, landing) = await FollowAsync(api, call, started, project, job);
        return await FinishAsync(api, call, project, ended, landing);
    }

    /// <summary>Follows a job and its landing, and each job that the train makes of a landing it sends back; the server bounds how many (<c>landing.reworks</c>).</summary>
    private static async Task<(Reply<JobView> Job, Reply<Landing>? Landing)> FollowAsync(ApiClient api, Call call, Ticket ticket, Project project, Guid job)
    {
        while (true)
        {
            using var asks = CancelOnInterrupt(api, call, job);
            var ended = await new JobFollower(api, call).FollowAsync(job, call.Interrupts.Leave);
            var landing = await LandingAsync(api, call, ticket, project, ended.Value, call.Interrupts.Leave);
            if (landing is null || await ReworkAsync(api, landing.Value, call.Interrupts.Leave) is not { } rework)
            {
                return (ended, landing);
            }

            call.Say($"{Evidence.WhySentBack(landing.Value)}; sent back to its agent, job {Plain.Id(rework)}");
            job = rework;
        }
    }

    /// <summary>Makes the ticket and submits it; a ticket whose start is refused is not left behind.</summary>
    private static async Task<Ticket> StartAsync(ApiClient api, Project project, TicketBody body, Call call)
    {
        var ticket = (await api.CreateTicketAsync(project.Id, body, call.Cancel)).Value;
        try
        {
            return (await api.EditTicketAsync(ticket.Id, new TicketBody { Status = "in_progress" }, call.Cancel)).Value;
        }
        catch (ApiFault)
        {
            await api.DeleteTicketAsync(ticket.Id, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Asks the job to stop at the first Ctrl-C; the second leaves it to itself.</summary>
    private static CancellationTokenRegistration CancelOnInterrupt(ApiClient api, Call call, Guid job) => call.Interrupts.Asked.Register(() =>
    {
        call.Terminal.Error.WriteLine("\nStopping the job; press Ctrl-C again to leave at once.");
        _ = Task.Run(async () =>
        {
            try
            {
                await api.CancelAsync(job, "Stopped with Ctrl-C.", CancellationToken.None);
            }
            catch (ApiFault fault)
            {
                // It may have ended just now; the follower sees that.
                await call.Terminal.Error.WriteLineAsync(fault.Message);
            }
        });
    });

    /// <summary>Waits for the landing where passed checks land by themselves; null where a person lands.</summary>
    private static async Task<Reply<Landing>?> LandingAsync(ApiClient api, Call call, Ticket ticket, Project project, JobView job, CancellationToken cancel)
    {
        if (!LandsByItself(ticket, project) || !job.Succeeded)
        {
            return null;
        }

        var landings = await api.ListLandingsAsync(new LandingFilter(project.Id, JobId: job.Id), new PageRequest(1), cancel);
        if (landings.Value.Landings is not [var queued, ..])
        {
            return null;
        }

        call.Say($"Landing on {queued.TargetBranch}");
        return await Watch.LandingAsync(api, queued.Id, call, cancel);
    }

    /// <summary>Finds the job that the train made of a landing; null where it was not sent back.</summary>
    private static async Task<Guid?> ReworkAsync(ApiClient api, Landing landing, CancellationToken cancel)
    {
        if (landing.State != LandingState.Cancelled)
        {
            return null;
        }

        var jobs = await api.ListJobsAsync(new JobFilter(TicketId: landing.TicketId), new PageRequest(), cancel);
        return jobs.Value.Jobs.FirstOrDefault(job => job.ReworkOf == landing.Id)?.Id;
    }

    private static async Task<int> FinishAsync(ApiClient api, Call call, Project project, Reply<JobView> job, Reply<Landing>? landing)
    {
        var ticket = await api.GetTicketAsync(job.Value.TicketId, call.Interrupts.Leave);
        var waits = job.Value.Succeeded && landing is null ? WaitsFor(ticket.Value, project) : null;
        if (call.Json)
        {
            var result = new JsonObject { ["ticket"] = JsonNode.Parse(ticket.Json), ["job"] = JsonNode.Parse(job.Json), ["landing"] = landing is null ? null : JsonNode.Parse(landing.Json) };
            call.Terminal.Out.WriteLine(result.ToJsonString(ClientJson.Printed));
        }
        else
        {
            Evidence.Show(call, job.Value, landing?.Value, project, waits);
        }

        var done = job.Value.Succeeded && (landing is null ? !LandsByItself(ticket.Value, project) : landing.Value.State == LandingState.Landed);
        return call.Interrupts.Asked.IsCancellationRequested && job.Value.Status == JobStatus.Cancelled ? ExitCode.Interrupted
            : done ? ExitCode.Done : ExitCode.Failed;
    }

    private static bool LandsByItself(Ticket ticket, Project project) => (ticket.Landing ?? project.Landing) == LandingPolicy.Auto;

    private static string? WaitsFor(Ticket ticket, Project project) =>
        LandsByItself(ticket, project) ? $"It does not land by itself. {ticket.NeedsYou?.Sentence}" : ticket.NeedsYou?.Sentence;
}
