using System.Globalization;
using System.Text.Json.Nodes;

namespace AutoBuild.EndToEnd;

/// <summary>Is one try of a job as the API showed it; times are those of the store's clock.</summary>
internal sealed record JudgedAttempt(DateTimeOffset Start, DateTimeOffset? End, string? Outcome);

/// <summary>Is a job as the API showed it last.</summary>
/// <param name="Priority">0 low to 3 critical.</param>
/// <param name="Queued">When it last entered its lane.</param>
internal sealed record JudgedJob(string Id, string Project, int Priority, string Status, DateTimeOffset? Queued, string? Ended, IReadOnlyList<JudgedAttempt> Attempts)
{
    public bool IsOver => Status is "completed" or "failed" or "cancelled";

    public DateTimeOffset? FirstStart => Attempts.Count == 0 ? null : Attempts.Min(attempt => attempt.Start);

    /// <summary>Reads a job of the wire.</summary>
    public static JudgedJob Read(JsonNode job) => new(
        (string)job["id"]!, (string)job["project_id"]!, (int)job["priority"]!, (string)job["status"]!, Time(job["queued_at"]), (string?)job["completed_at"],
        [.. job["attempts"]!.AsArray().Select(attempt => new JudgedAttempt(Time(attempt!["started_at"])!.Value, Time(attempt["finished_at"]), (string?)attempt["outcome"]))]);

    private static DateTimeOffset? Time(JsonNode? text) => text is null ? null : DateTimeOffset.Parse((string)text!, CultureInfo.InvariantCulture);
}

/// <summary>
/// Judges a queue by what its API told: every accepted job ended once and as expected, caps held at every instant, no job overtook a more
/// urgent one that could have started.
/// </summary>
/// <param name="cap">Most jobs of one project at once.</param>
/// <param name="globalCap">Most jobs at once.</param>
/// <param name="ageing">A job that waited this long may overtake.</param>
internal sealed class QueueJudge(int cap, int globalCap, TimeSpan ageing)
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(0.5);

    private readonly Dictionary<string, HashSet<string>> _jobsOfKey = [];
    private readonly Dictionary<string, JudgedJob> _jobs = [];
    private readonly List<string> _changed = [];

    /// <summary>Records which job a submit was answered with.</summary>
    public void Accepted(string key, string job) => (_jobsOfKey.TryGetValue(key, out var jobs) ? jobs : _jobsOfKey[key] = []).Add(job);

    /// <summary>Records what a job looked like; to be called at every look, so that a change after the end is seen.</summary>
    public void Saw(JudgedJob job)
    {
        if (_jobs.TryGetValue(job.Id, out var before) && before.IsOver
            && (before.Status, before.Ended, before.Attempts.Count) != (job.Status, job.Ended, job.Attempts.Count))
        {
            _changed.Add($"job {job.Id} changed after its end: {before.Status}, {before.Attempts.Count} attempts -> {job.Status}, {job.Attempts.Count} attempts");
        }

        _jobs[job.Id] = job;
    }

    /// <summary>Returns a sentence for each fault; empty where everything held.</summary>
    public IReadOnlyList<string> Faults() => [.. OnceEach(), .. _changed, .. Caps(), .. Overtakings()];

    /// <summary>Tells how evenly the projects waited; a report, no verdict.</summary>
    public string Fairness()
    {
        var means = _jobs.Values.Where(job => job.FirstStart is not null && job.Queued <= job.FirstStart).GroupBy(job => job.Project)
            .Select(project => project.Average(job => (job.FirstStart - job.Queued)!.Value.TotalSeconds)).Order().ToList();
        var again = _jobs.Values.Count(job => job.Attempts.Count > 1);
        return string.Create(CultureInfo.InvariantCulture, $"mean wait per project {means.FirstOrDefault():0.0}..{means.LastOrDefault():0.0} s; {again} of {_jobs.Count} jobs ran more than once");
    }

    private IEnumerable<string> OnceEach()
    {
        foreach (var (key, jobs) in _jobsOfKey.Where(entry => entry.Value.Count > 1))
        {
            yield return $"key {key} made {jobs.Count} jobs";
        }

        foreach (var id in _jobsOfKey.Values.SelectMany(jobs => jobs).Where(id => !_jobs.ContainsKey(id)))
        {
            yield return $"job {id} was accepted and is gone";
        }

        foreach (var fault in _jobs.Values.SelectMany(Fault))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> Fault(JudgedJob job)
    {
        if (job.Status != "completed" || job.Attempts.Count(attempt => attempt.Outcome == "completed") != 1)
        {
            yield return $"job {job.Id} is {job.Status} with the attempts {string.Join(", ", job.Attempts.Select(attempt => attempt.Outcome ?? "open"))}";
        }

        var tries = job.Attempts.OrderBy(attempt => attempt.Start).ToList();
        foreach (var (first, second) in tries.Zip(tries.Skip(1)).Where(pair => pair.First.End is not { } end || pair.Second.Start < end))
        {
            yield return $"job {job.Id}: the attempts of {first.Start:O} and {second.Start:O} overlap";
        }
    }

    // At one instant ends count before starts.
    private IEnumerable<string> Caps()
    {
        var changes = _jobs.Values.SelectMany(job => job.Attempts.SelectMany(attempt => new[]
        {
            (At: attempt.Start, By: 1, job.Project),
            (At: attempt.End ?? DateTimeOffset.MaxValue, By: -1, job.Project),
        })).Order();
        var running = new Dictionary<string, int>();
        var all = 0;
        foreach (var (at, by, project) in changes)
        {
            var count = running[project] = running.GetValueOrDefault(project) + by;
            all += by;
            if (by > 0 && count > cap)
            {
                yield return $"project {project} runs {count} of {cap} at {at:O}";
            }

            if (by > 0 && all > globalCap)
            {
                yield return $"{all} of {globalCap} jobs run at {at:O}";
            }
        }
    }

    // First attempts only: when one starts, no more urgent one may be waiting that could have started instead.
    private IEnumerable<string> Overtakings()
    {
        var started = _jobs.Values.Where(job => job.FirstStart is not null && job.Queued is not null).ToList();
        return from job in started
               let start = job.FirstStart!.Value
               where start - job.Queued < ageing
               let passed = started.FirstOrDefault(other => other.Priority > job.Priority && other.Queued < start - Slack && other.FirstStart > start + Slack
                   && (other.Project == job.Project || HasRoom(other.Project, start)))
               where passed is not null
               select $"job {job.Id} (priority {job.Priority}) started at {start:O} before {passed.Id} (priority {passed.Priority}), which waited since {passed.Queued:O}";
    }

    private bool HasRoom(string project, DateTimeOffset at) => _jobs.Values.Where(job => job.Project == project)
        .SelectMany(job => job.Attempts).Count(attempt => attempt.Start <= at + Slack && (attempt.End is not { } end || end > at - Slack)) < cap;
}
