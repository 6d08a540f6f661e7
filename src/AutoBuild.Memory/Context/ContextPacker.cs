using AutoBuild.Core.Memory;
using AutoBuild.Memory.Search;

namespace AutoBuild.Memory.Context;

/// <summary>
/// Chooses what of all that was found a task starts with, within a budget of tokens: whole definitions by gain for their cost, the signatures of what they use, one
/// test, a map of the rest, habits and earlier work. The same input gives the same text.
/// </summary>
internal sealed class ContextPacker
{
    private const int MostFound = 40;
    private const int LeastCost = 60;
    private const int MostMissed = 5;
    private const double TestShare = 0.10;
    private const double MapShare = 0.10;
    private const double SignatureShare = 0.15;
    private const double PatternShare = 0.08;
    private const double MemoryShare = 0.17;

    private readonly ContextInput _input;
    private readonly int _budget;
    private readonly ContextText _text = new();
    private readonly List<Candidate> _candidates;
    private readonly List<Candidate> _chosen = [];

    private ContextPacker(ContextInput input, int budget)
    {
        (_input, _budget) = (input, budget);
        _candidates = [.. input.Found.Take(MostFound).Select(found => new Candidate(found))];
    }

    /// <param name="budget">Tokens, as <see cref="TokenBound"/> counts them; what fits nowhere is left out.</param>
    public static TaskContext Pack(ContextInput input, int budget) => new ContextPacker(input, budget).Pack();

    private int Left => _budget - _text.Tokens;

    private TaskContext Pack()
    {
        AddPatterns();
        AddMemories();
        AddTest();
        // What the other parts leave of their shares is code's.
        var later = Share(SignatureShare) + (_candidates.Count > 1 ? Share(MapShare) : 0);
        AddDefinitions(later);
        AddSignatures();
        AddMap();
        AddDefinitions(0);
        return Result();
    }

    private int Share(double share) => (int)(_budget * share);

    private void AddPatterns()
    {
        var until = _text.Tokens + Share(PatternShare);
        foreach (var pattern in _input.Patterns)
        {
            _text.TryAddPattern(pattern, Math.Min(until, _budget));
        }
    }

    private void AddMemories()
    {
        var until = _text.Tokens + Share(MemoryShare);
        foreach (var memory in _input.Memories)
        {
            _text.TryAddMemory(memory, Math.Min(until, _budget));
        }
    }

    // That of a file that is likely to be changed, else the best found.
    private void AddTest()
    {
        var subjects = _candidates.Where(one => !one.IsTest).Select(one => TestPaths.Stem(one.Found.FilePath)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var tests = _candidates.Where(one => one.IsTest).OrderByDescending(one => TestPaths.SubjectOf(one.Found.FilePath) is { } subject && subjects.Contains(subject)).ToList();
        var until = Math.Min(_budget, _text.Tokens + Share(TestShare));
        if (tests.FirstOrDefault(test => _text.TryAddTest(test.Found, until)) is { } added)
        {
            added.IsDone = true;
        }
    }

    private void AddDefinitions(int reserved)
    {
        while (Best(Left - reserved) is { } best)
        {
            best.IsDone = true;
            if (_text.TryAddDefinition(best.Found, _budget - reserved))
            {
                _chosen.Add(best);
                foreach (var other in _candidates.Where(other => !other.IsDone))
                {
                    other.Meet(best);
                }
            }
            else
            {
                best.IsTooLong = true;
            }
        }

        // What did not fit may fit where a share is left over.
        foreach (var missed in _candidates.Where(one => one.IsTooLong))
        {
            (missed.IsTooLong, missed.IsDone) = (false, false);
        }
    }

    private Candidate? Best(int left) => _candidates
        .Where(one => !one.IsDone && !one.IsTest && one.Cost <= left)
        .MaxBy(one => (one.Gain / Math.Max(LeastCost, one.Cost), -one.Rank(_candidates)));

    private void AddSignatures()
    {
        var until = Math.Min(_budget, _text.Tokens + Share(SignatureShare));
        var chosen = _chosen.Select(one => one.Found).ToList();
        // A definition is never cut: what is too long for what is left shows its name and where it is.
        foreach (var missed in _candidates.Where(one => !one.IsDone && !one.IsTest && one.Cost > Left).Take(MostMissed))
        {
            if (UsedSignatures.Whole(missed.Found) is { } signature && _text.TryAddSignature(signature, until))
            {
                missed.IsDone = true;
            }
        }

        foreach (var signature in _input.Signatures?.Invoke(chosen) ?? UsedSignatures.Among(chosen, _candidates.Where(one => !one.IsDone).Select(one => one.Found)))
        {
            _text.TryAddSignature(signature, until);
        }
    }

    private void AddMap()
    {
        var until = Math.Min(_budget, _text.Tokens + Share(MapShare));
        foreach (var rest in _candidates.Where(one => !one.IsDone))
        {
            _text.TryAddMap(rest.Found, until);
        }
    }

    private TaskContext Result()
    {
        var text = _text.ToString();
        var shown = _text.Sources.Select(source => source.Path).ToHashSet();
        return new TaskContext(text, _text.Sources, _text.Patterns, TokenBound.Of(text))
        {
            Dropped = [.. _input.Found.Select(found => found.FilePath).Where(path => !shown.Contains(path)).Distinct()],
        };
    }

    /// <summary>Is one place that may be chosen.</summary>
    private sealed class Candidate(SearchResult found)
    {
        private readonly HashSet<string> _words = [.. found.Content.Split(Breaks, StringSplitOptions.RemoveEmptyEntries)];
        private double _overlap;

        public SearchResult Found => found;

        public bool IsTest { get; } = TestPaths.IsTest(found.FilePath);

        public int Cost { get; } = TokenBound.Of(ContextText.Definition(found));

        public double Gain => found.Similarity * (1 - _overlap);

        public bool IsDone { get; set; }

        public bool IsTooLong { get; set; }

        private static char[] Breaks { get; } = [' ', '\n', '\r', '\t', '(', ')', '{', '}', '[', ']', '.', ',', ';', ':', '=', '<', '>', '"', '\''];

        public int Rank(List<Candidate> all) => all.IndexOf(this);

        /// <summary>Counts what it shares with one that was chosen.</summary>
        public void Meet(Candidate chosen)
        {
            var shared = _words.Count(chosen._words.Contains);
            _overlap = Math.Max(_overlap, _words.Count == 0 ? 1 : (double)shared / (_words.Count + chosen._words.Count - shared));
        }
    }
}
