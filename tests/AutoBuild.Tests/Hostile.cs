using AutoBuild.Workspaces;

namespace AutoBuild.Tests;

/// <summary>Leaves every kind of process behind that is hard to get rid of; each is known by a number in its command line.</summary>
internal sealed class Hostile
{
    private readonly string _token = $"9{Random.Shared.Next(100_000_000, 999_999_999)}";

    private static string[] Kinds { get; } =
    [
        "{0} &",
        "nohup {0} >/dev/null 2>&1 &",
        "sh -c 'trap \"\" HUP INT TERM; {0}; {0}' >/dev/null 2>&1 &",
        "setsid {0} >/dev/null 2>&1 &",
        "(setsid sh -c 'setsid {0} &' >/dev/null 2>&1 &);",
        "env -i {0} &",
        "env -i setsid {0} >/dev/null 2>&1 </dev/null &",
        "(env -i setsid sh -c '(setsid {0} &) ; exit' >/dev/null 2>&1 </dev/null &);",
    ];

    /// <summary>A shell script of one line that starts them all and goes on at once.</summary>
    public string Script => Write(Kinds);

    /// <summary>As <see cref="Script"/>, without those that clear their environment and leave their session too.</summary>
    public string Marked => Write(Kinds.Where(kind => !kind.Contains("env -i setsid", StringComparison.Ordinal)));

    /// <summary>Those that live, in whatever session, namespace or environment.</summary>
    public IReadOnlyList<int> Alive => [.. ProcessTable.Living().Select(entry => entry.Pid).Where(IsOurs)];

    /// <summary>Waits until all of them have been started.</summary>
    public async Task StartedAsync()
    {
        var waited = TimeProvider.System.GetTimestamp();
        while (ProcessTable.Living().Count(entry => IsOurs(entry.Pid) && ProcessTable.Line(entry.Pid).StartsWith("sleep", StringComparison.Ordinal)) < Kinds.Length)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(waited) < TimeSpan.FromMinutes(1), $"Only {Alive.Count} of them live.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Ends what a failed test left.</summary>
    public void Kill()
    {
        foreach (var pid in Alive)
        {
            ProcessIdentity.Of(pid)?.Kill();
        }
    }

    private string Write(IEnumerable<string> kinds) => string.Join(' ', kinds.Select(kind => string.Format(null, kind, $"sleep {_token}")));

    private bool IsOurs(int pid) => ProcessTable.Line(pid).Contains(_token, StringComparison.Ordinal);
}
