using AutoBuild.Core.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AutoBuild.Contract;

/// <summary>Says beside a route what its document tells, where the handler's types and comments don't tell it already.</summary>
internal static class RouteFacts
{
    /// <summary>Names codes that the route itself answers with; those that its shape implies (a body, an id, a token …) are added.</summary>
    public static T Refuses<T>(this T route, int status, params string[] codes)
        where T : IEndpointConventionBuilder => route.WithMetadata(new Refusing(status, codes));

    /// <summary>Shows another body than the sample of its type.</summary>
    public static T Example<T>(this T route, Func<object> body)
        where T : IEndpointConventionBuilder => route.WithMetadata(new AskedSample(body));

    /// <summary>Answers with text.</summary>
    public static RouteHandlerBuilder ProducesText(this RouteHandlerBuilder route, string example, string type = "text/plain") =>
        route.Produces<string>(StatusCodes.Status200OK, type).WithMetadata(new TextSample(example));

    /// <summary>Answers with a stream of server-sent events of these kinds.</summary>
    /// <param name="other">Another form in which it answers where it is asked to.</param>
    public static RouteHandlerBuilder ProducesEvents(this RouteHandlerBuilder route, string[] kinds, params string[] other) =>
        route.Produces<RunEvent>(StatusCodes.Status200OK, EventShapes.Stream, other).WithMetadata(new EventKindsSent(kinds));

    /// <summary>Answers with a header of its own.</summary>
    public static RouteHandlerBuilder ProducesHeader(this RouteHandlerBuilder route, string name, string description) =>
        route.WithMetadata(new HeaderSent(name, description));
}

/// <summary>Holds codes that a route answers with under one status.</summary>
internal sealed record Refusing(int Status, IReadOnlyList<string> Codes);

/// <summary>Makes the body that the document shows.</summary>
internal sealed record AskedSample(Func<object> Make);

internal sealed record TextSample(string Text);

internal sealed record EventKindsSent(IReadOnlyList<string> Kinds);

/// <summary>Names a header of the answer, whose value is a whole number.</summary>
internal sealed record HeaderSent(string Name, string Description);
