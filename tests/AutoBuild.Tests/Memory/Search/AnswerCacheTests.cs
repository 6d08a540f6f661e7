using AutoBuild.Memory.Search;
using AutoBuild.Memory.Segments;

namespace AutoBuild.Tests.Memory.Search;

public sealed class AnswerCacheTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly Found Answer = new([], 7, ["lexical"]);

    private readonly FakeClock _clock = new();
    private readonly View _view = View.Of(Guid.Empty, "main", []);

    [Fact]
    public void An_answer_is_kept_for_its_time()
    {
        var cache = new AnswerCache(Hour, _clock);
        cache.Keep(Asked("a"), State(), Answer);
        Assert.Same(Answer, cache.Find(Asked("a"), State()));
        Assert.Null(cache.Find(Asked("a") with { MaxResults = 11 }, State()));
        _clock.Advance(Hour);
        Assert.Null(cache.Find(Asked("a"), State()));
    }

    [Fact]
    public void A_state_that_changed_makes_it_miss()
    {
        foreach (var other in new[] { new AnswerState(View.Of(Guid.Empty, "main", []), 1, true), new AnswerState(_view, 2, true), new AnswerState(_view, 1, false) })
        {
            var cache = new AnswerCache(Hour, _clock);
            cache.Keep(Asked("a"), State(), Answer);
            Assert.Null(cache.Find(Asked("a"), other));
        }
    }

    [Fact]
    public void No_time_keeps_nothing()
    {
        var cache = new AnswerCache(TimeSpan.Zero, _clock);
        cache.Keep(Asked("a"), State(), Answer);
        Assert.Null(cache.Find(Asked("a"), State()));
    }

    [Fact]
    public void What_was_asked_longest_ago_goes_first()
    {
        var cache = new AnswerCache(Hour, _clock);
        for (var number = 0; number < AnswerCache.MostAnswers; number++)
        {
            cache.Keep(Asked($"{number}"), State(), Answer);
        }

        Assert.NotNull(cache.Find(Asked("0"), State()));
        cache.Keep(Asked("one more"), State(), Answer);
        Assert.NotNull(cache.Find(Asked("0"), State()));
        Assert.Null(cache.Find(Asked("1"), State()));
    }

    [Fact]
    public void Its_bytes_are_bounded()
    {
        var cache = new AnswerCache(Hour, _clock);
        const int Large = (int)(AnswerCache.MostBytes / 20);
        for (var number = 0; number < 10; number++)
        {
            cache.Keep(Asked($"{number}"), State(), Of(new string('x', Large)));
        }

        Assert.Null(cache.Find(Asked("0"), State()));
        Assert.NotNull(cache.Find(Asked("9"), State()));
        cache.Keep(Asked("huge"), State(), Of(new string('x', 2 * Large)));
        Assert.Null(cache.Find(Asked("huge"), State()));
    }

    private static SearchRequest Asked(string query) => new(Guid.Empty, query);

    private static Found Of(string text) => new([new SearchResult("a", text, 1, 0, "", 1, 1, "", new Dictionary<string, double>())], 1, []);

    private AnswerState State() => new(_view, 1, true);
}
