using AutoBuild.Agents;
using AutoBuild.Core.Runs;
using AutoBuild.Orchestrator.Runs;

namespace AutoBuild.Tests.Agents;

/// <summary>What a trial is said to have shown.</summary>
public sealed class AgentCheckedTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void An_answer_is_told_with_time_and_model()
    {
        var told = Of(["KEY"], new RunReport { JobId = default, Attempt = 1, Outcome = RunOutcome.NoChanges, Summary = "ready", StartedAt = Start, FinishedAt = Start.AddSeconds(3.24) }, "model-1");

        Assert.Equal((true, null, "mine works: it answered after 3.2 s, with model-1.", "ready"), (told.Ok, told.Code, told.Sentence, told.Answer));
    }

    [Fact]
    public void Silence_is_told_with_the_last_words_and_how_to_sign_in()
    {
        var report = new RunReport { JobId = default, Attempt = 1, Outcome = RunOutcome.TimedOut, Error = new RunError("wall_timeout", "It took longer than 60 s."), StartedAt = Start, FinishedAt = Start.AddSeconds(60) };

        var told = Of([], report, null, "Reconnecting... 3/5");

        Assert.Equal((false, "wall_timeout"), (told.Ok, told.Code));
        Assert.Equal("It gave no answer within 60 s. Its last words: Reconnecting... 3/5 It is not signed in, as far as can be seen. Export KEY.", told.Sentence);
    }

    [Fact]
    public void A_failure_keeps_its_code_and_is_not_advised_twice()
    {
        var report = new RunReport { JobId = default, Attempt = 1, Outcome = RunOutcome.AgentError, Error = new RunError("agent_not_signed_in", "Nobody knows it. Export KEY."), StartedAt = Start, FinishedAt = Start };

        Assert.Equal(("agent_not_signed_in", "Nobody knows it. Export KEY."), (Of([], report, null).Code, Of([], report, null).Sentence));
    }

    private static AgentChecked Of(string[] signedInBy, RunReport report, string? model, string? lastWords = null) => AgentChecked.Of(
        new AgentBody { Name = "mine", Program = "mine", SignedInBy = signedInBy, Variables = [], Advice = "Export KEY.", Quiet = [] },
        new TrialResult(report, model, lastWords));
}
