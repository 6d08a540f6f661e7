using System.Reflection;
using System.Text.Json.Nodes;
using AutoBuild.Api;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AutoBuild.Contract;

/// <summary>Completes what the framework tells of a route: its name, who may call it, its headers, examples, and what it answers when it refuses.</summary>
internal sealed class OperationFacts : IOpenApiOperationTransformer
{
    public const string Problem = "Problem";

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var (route, document) = (new DescribedRoute(context.Description), context.Document!);
        if (document.Components?.Schemas?.ContainsKey(Problem) != true)
        {
            document.AddComponent<IOpenApiSchema>(Problem, await context.GetOrCreateSchemaAsync(typeof(ProblemBody), null, cancellationToken));
        }

        operation.OperationId = Name(route);
        operation.Description = $"{operation.Description} {Access(route)}".Trim();
        if (route.IsOpen)
        {
            operation.Security = [];
        }

        if (route.OwnBody is { } body)
        {
            document.AddComponent<IOpenApiSchema>(body.Name, await context.GetOrCreateSchemaAsync(body, null, cancellationToken));
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = new OpenApiSchemaReference(body.Name, document) } },
            };
        }

        Parameters.Complete(operation, route);
        if (route.Find<EventKindsSent>() is { } sent)
        {
            EventShapes.Declare(operation, sent.Kinds, document);
        }

        Headers.Complete(operation, route);
        ShowBodies(operation, route);
        Refuse(operation, route, document);
    }

    // JobEndpoints.Cancel is jobCancel.
    private static string? Name(DescribedRoute route) => route.Find<MethodInfo>() is not { } handler ? null
        : $"{handler.DeclaringType!.Name.Replace("Endpoints", "", StringComparison.Ordinal)}{handler.Name}" is var name ? char.ToLowerInvariant(name[0]) + name[1..] : null;

    private static string Access(DescribedRoute route) => route.IsOpen ? "Needs no token." : route.HasOwnBearer ? "" : $"Needs a token with the role {Fields.Word(route.Role)}.";

    private static void ShowBodies(OpenApiOperation operation, DescribedRoute route)
    {
        foreach (var content in operation.RequestBody?.Content?.Values ?? [])
        {
            content.Example = Samples.Body(route.Find<AskedSample>()?.Make() ?? (route.Body is { } type ? Samples.Of(type) : null));
        }

        foreach (var answer in route.Answers.Where(answer => operation.Responses?.ContainsKey($"{answer.Status}") == true))
        {
            foreach (var (type, content) in operation.Responses![$"{answer.Status}"].Content ?? new Dictionary<string, OpenApiMediaType>())
            {
                content.Example ??= route.Find<TextSample>() is { } text ? JsonValue.Create(text.Text) : Samples.Answer(answer.Type);
            }
        }
    }

    private static void Refuse(OpenApiOperation operation, DescribedRoute route, OpenApiDocument document)
    {
        operation.Responses ??= [];
        foreach (var (status, codes) in RouteRefusals.Of(route))
        {
            operation.Responses[status] = Refusals.Of(status, codes, document);
        }

        operation.Responses["5XX"] = Refusals.Of("5XX", [], document);
        var sorted = operation.Responses.OrderBy(answer => answer.Key, StringComparer.Ordinal).ToList();
        operation.Responses.Clear();
        foreach (var (status, answer) in sorted)
        {
            operation.Responses[status] = answer;
        }
    }
}
