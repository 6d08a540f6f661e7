namespace AutoBuild.EndToEnd;

/// <summary>Holds the judge itself: a good history passes, and each kind of fault is found.</summary>
public sealed class QueueJudgeTests
{
    private const int Low = 0;
    private const int Critical = 3;
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_good_history_has_no_fault()
    {
        var judge = Judge(
            Job("a", 0, (1, 5, "completed")),
            Job("b", 0, (1, 5, "lost"), (6, 9, "completed")),
            Job("c", 0, (5, 6, "completed")),
            Job("d", 0, (1, 30, "completed"), project: "q"));
        Assert.Empty(judge.Faults());
        Assert.Equal("mean wait per project 1.0..2.3 s; 1 of 4 jobs ran more than once", judge.Fairness());
    }

    [Fact]
    public void A_job_that_did_not_end_well_is_found() =>
        Found("job a is failed", Job("a", 0, "failed", (1, 5, "failed")));

    [Fact]
    public void A_job_that_never_ran_is_found() => Found("job a is completed with the attempts ", Job("a", 0, "completed"));

    [Fact]
    public void A_second_success_is_found() =>
        Found("completed, completed", Job("a", 0, (1, 5, "completed"), (6, 9, "completed")));

    [Fact]
    public void Attempts_that_overlap_are_found() =>
        Found("overlap", Job("a", 0, (1, 5, "lost"), (4, 9, "completed")));

    [Fact]
    public void A_projects_cap_that_is_exceeded_is_found() =>
        Found("project p runs 3 of 2", Job("a", 0, (1, 5, "completed")), Job("b", 0, (1, 5, "completed")), Job("c", 0, (4, 6, "completed")));

    [Fact]
    public void A_global_cap_that_is_exceeded_is_found() => Found("4 of 3 jobs run", [.. Enumerable.Range(0, 4).Select(number => Job($"j{number}", 0, (1, 5, "completed"), project: $"p{number}"))]);

    [Fact]
    public void One_of_the_same_project_that_overtakes_is_found() =>
        Found("before urgent", Job("slow", 0, (2, 5, "completed"), priority: Low), Job("urgent", 0, (4, 5, "completed"), priority: Critical));

    [Fact]
    public void One_of_another_project_that_overtakes_is_found() =>
        Found("before urgent", Job("slow", 0, (2, 5, "completed"), priority: Low), Job("urgent", 0, (4, 5, "completed"), "q", Critical));

    [Fact]
    public void An_aged_job_may_overtake() =>
        Assert.Empty(Judge(Job("slow", 0, (12, 15, "completed"), priority: Low), Job("urgent", 0, (14, 15, "completed"), priority: Critical)).Faults());

    [Fact]
    public void One_whose_project_is_full_may_be_overtaken() => Assert.Empty(Judge(
        Job("slow", 0, (2, 5, "completed"), priority: Low), Job("urgent", 0, (4, 5, "completed"), "q", Critical),
        Job("x", 0, (1, 4, "completed"), "q", Critical), Job("y", 0, (1, 4, "completed"), "q", Critical)).Faults());

    [Fact]
    public void A_change_after_the_end_is_found() =>
        Found("changed after its end", Job("a", 0, (1, 5, "completed")), Job("a", 0, "running", (1, 5, "completed"), (6, 7, null)), Job("a", 0, (1, 5, "completed")));

    [Fact]
    public void Two_jobs_of_one_key_and_a_lost_job_are_found()
    {
        var judge = Judge(Job("a", 0, (1, 5, "completed")));
        judge.Accepted("key-a", "gone");
        Assert.Equal(["key key-a made 2 jobs", "job gone was accepted and is gone"], judge.Faults());
    }

    private static void Found(string fault, params JudgedJob[] seen) =>
        Assert.Contains(Judge(seen).Faults(), found => found.Contains(fault, StringComparison.Ordinal));

    private static QueueJudge Judge(params JudgedJob[] seen)
    {
        var judge = new QueueJudge(cap: 2, globalCap: 3, ageing: TimeSpan.FromSeconds(10));
        foreach (var job in seen)
        {
            judge.Accepted($"key-{job.Id}", job.Id);
            judge.Saw(job);
        }

        return judge;
    }

    private static JudgedJob Job(string id, double queued, (double Start, double End, string Outcome) attempt, string project = "p", int priority = 1) =>
        Job(id, queued, "completed", [(attempt.Start, attempt.End, attempt.Outcome)]) with { Project = project, Priority = priority };

    private static JudgedJob Job(string id, double queued, params (double, double, string?)[] attempts) => Job(id, queued, "completed", attempts);

    private static JudgedJob Job(string id, double queued, string status, params (double Start, double End, string? Outcome)[] attempts) => new(
        id, "p", 1, status, At(queued), "later", [.. attempts.Select(attempt => new JudgedAttempt(At(attempt.Start), At(attempt.End), attempt.Outcome))]);

    private static DateTimeOffset At(double seconds) => Noon.AddSeconds(seconds);
}
