using System.Net;
using System.Security.Cryptography;

namespace AutoBuild.Orchestrator.Callbacks;

/// <summary>Says where callbacks may go and how long they are tried.</summary>
public sealed record CallbackOptions
{
    /// <summary>From which the keys are made that seal secrets and sign tokens; default one that lives as long as this process.</summary>
    public string SecretKey { get; init; } = RandomNumberGenerator.GetHexString(64, lowercase: true);

    /// <summary>Whether they may go to loopback, private and other addresses that are not of the public internet; default false.</summary>
    public bool AllowPrivate { get; init; }

    /// <summary>Names or addresses that they may go to, wherever those lead.</summary>
    public IReadOnlyList<string> AllowHosts { get; init; } = [];

    /// <summary>How long a receiver may take to answer; default 10 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>First wait after a try that failed; doubles each time; default 5 seconds.</summary>
    public TimeSpan RetryBase { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest such wait; default 1 hour.</summary>
    public TimeSpan RetryCap { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Finds the addresses of a name; default the system's way.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;
}
