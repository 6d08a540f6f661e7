namespace AutoBuild.Client;

/// <summary>Is an answer as it came, and read where somebody looks into it: a command that only prints it saves that.</summary>
/// <param name="json">The whole of it on one line, with members this client doesn't know.</param>
internal sealed class Reply<T>(string json)
    where T : class
{
    private T? _value;

    public string Json => json;

    /// <summary>What the client understands of it; throws <c>answer_invalid</c> where that is nothing.</summary>
    public T Value => _value ??= ClientJson.Read<T>(json);
}

/// <summary>Is one message of an event stream.</summary>
/// <param name="Kind">The name of the event.</param>
/// <param name="Id">What a reader names to go on after it; null where it has none.</param>
internal sealed record ServerEvent(string Kind, string Data, string? Id = null);
