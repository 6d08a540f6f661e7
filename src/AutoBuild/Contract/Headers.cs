using Microsoft.OpenApi;

namespace AutoBuild.Contract;

/// <summary>Tells which headers an answer carries.</summary>
internal static class Headers
{
    public static Dictionary<string, IOpenApiHeader> RetryAfter => new()
    {
        ["Retry-After"] = Number("Seconds to wait; missing where waiting alone does not help.", "1"),
    };

    public static Dictionary<string, IOpenApiHeader> WhatIsMissing => new()
    {
        ["WWW-Authenticate"] = new OpenApiHeader { Description = "What to show.", Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["Bearer"] } },
    };

    public static void Complete(OpenApiOperation operation, DescribedRoute route)
    {
        foreach (var (status, answer) in (operation.Responses ?? []).Where(answer => answer.Key.StartsWith('2')))
        {
            if (answer is not OpenApiResponse told)
            {
                continue;
            }

            foreach (var sent in route.All<HeaderSent>().Where(_ => status == "200"))
            {
                (told.Headers ??= new Dictionary<string, IOpenApiHeader>())[sent.Name] = Number(sent.Description, "0");
            }

            if (status == "201")
            {
                (told.Headers ??= new Dictionary<string, IOpenApiHeader>())["Location"] = Text("The path of what was made.", "uri-reference");
            }

            if (route.TakesKey)
            {
                (told.Headers ??= new Dictionary<string, IOpenApiHeader>())["Idempotency-Replayed"] =
                    new OpenApiHeader { Description = "Stands where this is the first answer of the key again.", Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["true"] } };
            }
        }
    }

    private static OpenApiHeader Number(string description, string least) =>
        new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = least } };

    private static OpenApiHeader Text(string description, string format) =>
        new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = format } };
}
