namespace AutoBuild.Client;

/// <summary>Is an answer, read and as it came.</summary>
/// <param name="Value">What the client understands of it.</param>
/// <param name="Json">The whole of it on one line, with members this client doesn't know.</param>
internal sealed record Reply<T>(T Value, string Json);

/// <summary>Is one message of an event stream.</summary>
/// <param name="Kind">The name of the event.</param>
/// <param name="Id">What a reader names to go on after it; null where it has none.</param>
internal sealed record ServerEvent(string Kind, string Data, string? Id = null);
