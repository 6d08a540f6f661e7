namespace AutoBuild.Configuration;

/// <summary>Says where metrics and traces are sent; by default nowhere.</summary>
public sealed record TelemetrySettings
{
    public const string Http = "http/protobuf";
    public const string Grpc = "grpc";

    /// <summary>Address of a collector, without the <c>/v1/…</c> of HTTP; null sends nothing.</summary>
    public string? OtlpEndpoint { get; init; }

    /// <summary><see cref="Http"/> or <see cref="Grpc"/>.</summary>
    public string OtlpProtocol { get; init; } = Http;

    /// <summary>Headers of each request, as <c>name=value,name=value</c>; null for none.</summary>
    public string? OtlpHeaders { get; init; }

    public string ServiceName { get; init; } = "autobuild";

    /// <summary>What else is told of this server, as <c>name=value,name=value</c>; null for nothing.</summary>
    public string? ResourceAttributes { get; init; }

    internal IReadOnlyDictionary<string, string> Attributes => Pairs(ResourceAttributes ?? "").ToDictionary(pair => pair[0].Trim(), pair => Uri.UnescapeDataString(pair[1].Trim()));

    internal static bool ArePairs(string text) => Pairs(text) is var pairs && pairs.All(pair => pair.Length == 2 && pair[0].Trim().Length > 0) && pairs.DistinctBy(pair => pair[0].Trim()).Count() == pairs.Count;

    private static List<string[]> Pairs(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))];
}
