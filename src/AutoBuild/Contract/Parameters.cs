using System.Text.Json.Nodes;
using AutoBuild.Api;
using Microsoft.OpenApi;

namespace AutoBuild.Contract;

/// <summary>Completes the parameters of a route: what those say that mean the same everywhere, and the headers that are read outside of handlers.</summary>
internal static class Parameters
{
    /// <summary>Is said where the handler's own comment says nothing.</summary>
    private static readonly Dictionary<string, string> Usual = new()
    {
        ["id"] = "The id in the path.",
        ["rescue"] = "The id of a rescue, as the list of them tells it.",
        ["cursor"] = "The next_cursor of the page before.",
        ["project_id"] = "Only those of this project.",
        ["ticket_id"] = "Only those of this ticket.",
        ["job_id"] = "Only those of this job.",
        ["status"] = "Only those that stand there.",
        ["state"] = "Only those that stand there.",
        ["attempt"] = "Counted from 1; default: the newest.",
    };

    public static void Complete(OpenApiOperation operation, DescribedRoute route)
    {
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            Mend(parameter, route);
        }

        if (route.TakesKey)
        {
            Add(operation, Idempotency.Header, "For a week the same key and body give the same answer; the same key with another body is refused.",
                new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 200 }, "order-7");
        }

        if (route.Streams)
        {
            Add(operation, "Last-Event-ID", "The id of the last event that the reader has; what came after it follows.",
                new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0" }, null);
        }
    }

    private static void Mend(OpenApiParameter parameter, DescribedRoute route)
    {
        if (parameter.Schema is not OpenApiSchema schema)
        {
            return;
        }

        if (parameter.Name == "limit" && route.IsList)
        {
            (schema.Minimum, schema.Maximum, schema.Default) = ("1", "500", JsonValue.Create(50));
            parameter.Description ??= "How many at most.";
        }

        if (parameter.In == ParameterLocation.Query && parameter.Name!.EndsWith("_id", StringComparison.Ordinal))
        {
            schema.Format = "uuid";
        }

        parameter.Description ??= Usual.GetValueOrDefault(parameter.Name!);
    }

    private static void Add(OpenApiOperation operation, string name, string description, OpenApiSchema schema, string? example) =>
        (operation.Parameters ??= []).Add(new OpenApiParameter { Name = name, In = ParameterLocation.Header, Description = description, Schema = schema, Example = example });
}
