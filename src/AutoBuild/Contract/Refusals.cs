using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace AutoBuild.Contract;

/// <summary>Describes the answers to requests that are not done; those that every route gives alike are written once.</summary>
internal static class Refusals
{
    private static readonly Dictionary<string, string> Shared = new()
    {
        ["401"] = "TokenMissing",
        ["408"] = "TooSlow",
        ["413"] = "TooLarge",
        ["415"] = "NotJson",
        ["429"] = "TooMany",
        ["5XX"] = "Fault",
    };

    public static IOpenApiResponse Of(string status, IReadOnlyCollection<string> codes, OpenApiDocument document)
    {
        if (codes.Count > 1 || !Shared.TryGetValue(status, out var name))
        {
            return Describe(codes, document);
        }

        if (document.Components?.Responses?.ContainsKey(name) != true)
        {
            document.AddComponent<IOpenApiResponse>(name, Describe(codes, document));
        }

        return new OpenApiResponseReference(name, document);
    }

    private static OpenApiResponse Describe(IReadOnlyCollection<string> codes, OpenApiDocument document)
    {
        var problem = new OpenApiSchemaReference(OperationFacts.Problem, document);
        return new OpenApiResponse
        {
            Description = codes.Count == 0 ? "A fault of the server, or no space on its disk; its log has the cause." : $"Refused: {string.Join(", ", codes.Select(code => $"`{code}`"))}.",
            Headers = codes.Contains("rate_limited") ? Headers.RetryAfter : codes.Contains("token_missing") ? Headers.WhatIsMissing : null,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new() { Schema = codes.Count == 0 ? problem : new OpenApiSchema { AllOf = [problem, Coded(codes)] } },
            },
        };
    }

    private static OpenApiSchema Coded(IEnumerable<string> codes) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. codes.Select(code => JsonValue.Create(code))] },
        },
    };
}
