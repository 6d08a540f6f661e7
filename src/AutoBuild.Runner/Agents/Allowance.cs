using System.Globalization;
using AutoBuild.Core.Runs;
using AutoBuild.Core.Spending;

namespace AutoBuild.Runner.Agents;

/// <summary>Says what a count of an agent's command line is a count of.</summary>
internal enum UsageCount
{
    /// <summary>What came since its last count.</summary>
    Since,

    /// <summary>All that its process has used of this model.</summary>
    Process,

    /// <summary>All that the session has used, also in earlier runs.</summary>
    Session,
}

/// <summary>Counts what a run uses, and ends its agent when it may use no more.</summary>
internal sealed class Allowance(RunBudget? budget, RunAgent? agent) : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, RunUsage> _process = [];
    private readonly Dictionary<string, RunUsage> _sessions = Before(budget, agent);
    private RunUsage _used = new();
    private PriceList? _prices;
    private RunError? _verdict;

    /// <summary>Fires when nothing more may be used.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Why nothing more may be used; null as long as something may.</summary>
    public RunError? Verdict => Volatile.Read(ref _verdict);

    /// <summary>US dollars that may still be used; null where nothing bounds them.</summary>
    public decimal? LeftUsd
    {
        get
        {
            lock (_gate)
            {
                return budget?.CostUsd - (_used.CostUsd ?? 0);
            }
        }
    }

    /// <summary>A new process counts from nothing.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _process.Clear();
        }
    }

    /// <summary>Takes a count in and returns what is new in it, with what that costs.</summary>
    public RunUsage Take(AgentLine line, string? session)
    {
        lock (_gate)
        {
            var (model, thread) = (line.Name ?? "", session ?? "");
            var further = Further(line.Usage!, line.Counts, model, thread);
            _process[model] = Known(_process, model).Plus(further with { Turns = 0 });
            _sessions[thread] = Known(_sessions, thread).Plus(further with { Turns = 0 });
            _used = _used.Plus(further);
            if (Excess() is { } sentence)
            {
                // A total comes when the agent has done its turn, or is about to.
                End(sentence, stop: line.Counts == UsageCount.Since);
            }
            return further;
        }
    }

    /// <summary>Lets no further turn begin; the first reason counts.</summary>
    /// <param name="stop">Whether to end the agent in its turn.</param>
    public void End(string sentence, bool stop = true)
    {
        Interlocked.CompareExchange(ref _verdict, new RunError("agent_budget", sentence, Retry: false), null);
        if (stop)
        {
            // Never on the caller's thread: what it sets off may take the caller's locks.
            _ = _ended.CancelAsync();
        }
    }

    public void Dispose() => _ended.Dispose();

    private static Dictionary<string, RunUsage> Before(RunBudget? budget, RunAgent? agent) =>
        budget?.Session is { } used && agent?.SessionId is { } session ? new() { [session] = used with { Turns = 0 } } : [];

    private static RunUsage Known(Dictionary<string, RunUsage> counts, string key) => counts.GetValueOrDefault(key) ?? new();

    private RunUsage Further(RunUsage told, UsageCount counts, string model, string session) => counts switch
    {
        UsageCount.Since => Priced(told, model),
        UsageCount.Process => Beyond(told, Known(_process, model), model) ?? new(),
        // A session that counts less than before began anew.
        UsageCount.Session => Beyond(told, Known(_sessions, session), model) ?? Priced(told, model),
    };

    private RunUsage? Beyond(RunUsage total, RunUsage known, string model) =>
        total.Tokens < known.Tokens ? null
        : total.CostUsd > 0 ? Priced(total, model).Minus(known)
        : Priced(total.Minus(known) with { CostUsd = null, UnpricedTokens = 0 }, model);

    private RunUsage Priced(RunUsage usage, string model) =>
        (_prices ??= PriceList.BuiltIn.With(budget?.Prices ?? new Dictionary<string, Price>())).Complete(usage, model);

    private string? Excess() =>
        budget?.CostUsd is { } dollars && _used.CostUsd >= dollars ? Sentence(string.Create(CultureInfo.InvariantCulture, $"${_used.CostUsd:0.00##}"), string.Create(CultureInfo.InvariantCulture, $"${dollars:0.00##}"))
        : budget?.Tokens is { } tokens && _used.Tokens >= tokens ? Sentence(string.Create(CultureInfo.InvariantCulture, $"{_used.Tokens:N0} tokens"), string.Create(CultureInfo.InvariantCulture, $"{tokens:N0}"))
        : null;

    private static string Sentence(string used, string left) =>
        $"The agent used {used}; {left} were left of its budget when this attempt began. It goes no further, and its work is kept. Raise the limit, then retry or send a message.";
}
