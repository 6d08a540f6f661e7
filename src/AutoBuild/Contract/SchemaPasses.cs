using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;

namespace AutoBuild.Contract;

/// <summary>Mends the schemas once all are known: bodies ask for no more than the server needs, and no comment speaks of our own code.</summary>
internal static partial class SchemaPasses
{
    /// <summary>Where a schema keeps the names of the members that a sender has to give.</summary>
    public const string Needed = "needed";

    public static void Run(OpenApiDocument document)
    {
        var (asked, all) = (new HashSet<OpenApiSchema>(), new HashSet<IOpenApiSchema>());
        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations ?? []).Select(operation => operation.Value))
        {
            foreach (var content in operation.RequestBody?.Content?.Values ?? [])
            {
                Reach(content.Schema, schema => schema is not OpenApiSchema own || asked.Add(own));
            }
        }

        foreach (var schema in document.Components?.Schemas?.Values ?? [])
        {
            Reach(schema, all.Add);
        }

        foreach (var schema in asked.Where(schema => schema.Metadata?.ContainsKey(Needed) == true))
        {
            Loosen(schema, (string[])schema.Metadata![Needed]);
        }

        foreach (var schema in all.Where(schema => schema.Description is not null))
        {
            schema.Description = Member().Replace(schema.Description!, match => $"`{JsonNamingPolicy.SnakeCaseLower.ConvertName(match.Groups[1].Value)}`");
        }
    }

    private static void Loosen(OpenApiSchema schema, string[] needed)
    {
        schema.Required = needed.Length == 0 ? null : new HashSet<string>(needed);
        foreach (var (_, member) in (schema.Properties ?? new Dictionary<string, IOpenApiSchema>()).Where(member => needed.Contains(member.Key)))
        {
            if (member is OpenApiSchema own)
            {
                (own.Type, own.Enum) = (own.Type & ~JsonSchemaType.Null, own.Enum?.Where(word => word is not null).ToList());
            }
        }
    }

    private static void Reach(IOpenApiSchema? schema, Func<IOpenApiSchema, bool> isNew)
    {
        if (schema is null || !isNew(schema))
        {
            return;
        }

        IEnumerable<IOpenApiSchema?> inner = schema is OpenApiSchemaReference reference ? [reference.RecursiveTarget]
            : [.. schema.Properties?.Values ?? [], .. schema.OneOf ?? [], .. schema.AllOf ?? [], .. schema.AnyOf ?? [], schema.Items, schema.AdditionalProperties];
        foreach (var next in inner)
        {
            Reach(next, isNew);
        }
    }

    // The framework writes a reference to a member with its type and its class: "long RunUsage.InputTokens".
    [GeneratedRegex(@"(?:[\w?]+(?:&lt;[^&]*&gt;)?\??\s)?\b[A-Z]\w+\.([A-Z]\w+)")]
    private static partial Regex Member();
}
