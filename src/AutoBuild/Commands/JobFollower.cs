using AutoBuild.Client;
using AutoBuild.Core.Events;

namespace AutoBuild.Commands;

/// <summary>Shows a job live until it has ended.</summary>
internal sealed class JobFollower(ApiClient api, Call call)
{
    private readonly RunLines _lines = new(call, endings: false);
    private string? _waiting;

    /// <summary>Returns the ended job.</summary>
    public async Task<Reply<JobView>> FollowAsync(Guid id, CancellationToken cancel)
    {
        while (true)
        {
            await foreach (var told in api.FollowJobAsync(id, cancel))
            {
                Show(told);
            }

            var job = await api.GetJobAsync(id, cancel);
            if (job.Value.IsOver)
            {
                return job;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), call.Terminal.Time, cancel);
        }
    }

    private void Show(ServerEvent told)
    {
        if (told.Kind == EventKinds.Run)
        {
            _lines.Show(told.Data);
        }
        else if (told.Kind == EventKinds.Job)
        {
            Show(ClientJson.Read<JobView>(told.Data));
        }
    }

    /// <summary>Says why it waits, once for each reason.</summary>
    private void Show(JobView job)
    {
        var reason = Reason(job);
        if (reason is not null && reason != _waiting)
        {
            _lines.Write("…", reason, Marks.Wait);
        }

        _waiting = reason;
    }

    private string? Reason(JobView job) => job switch
    {
        { IsOver: true } => null,
        { RetryAt: { } at } => $"attempt {job.Attempt} failed, the next begins at {TimeZoneInfo.ConvertTime(at, call.Terminal.Time.LocalTimeZone):HH:mm:ss}: {job.ErrorMessage ?? job.ErrorCode}",
        { QueuedReason: { } why } => $"waits: {job.QueuedDetail ?? Plain.Word(why)}",
        _ => null,
    };
}
