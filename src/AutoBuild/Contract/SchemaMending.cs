using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.ComponentModel.DataAnnotations;
using AutoBuild.Api;
using AutoBuild.Core.Jobs;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AutoBuild.Contract;

/// <summary>Puts right what the framework tells wrong of a type, and adds what attributes say beside a member.</summary>
internal sealed class SchemaMending : IOpenApiSchemaTransformer
{
    /// <summary>Names the schema of a type; null writes it where it is used.</summary>
    public static string? NameOf(JsonTypeInfo type) => type.Type == typeof(ProblemBody) ? OperationFacts.Problem : OpenApiOptions.CreateDefaultSchemaReferenceId(type);

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type.IsEnum)
        {
            MendEnum(schema, type);
        }

        ReadNumbersAsNumbers(schema);
        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object)
        {
            RequireAll(schema, context.JsonTypeInfo);
        }

        foreach (var attribute in Attributes(context.JsonPropertyInfo?.AttributeProvider, context.ParameterDescription))
        {
            Say(schema, attribute);
        }

        return Task.CompletedTask;
    }

    // One that may be null somewhere would be null everywhere, and untyped.
    private static void MendEnum(OpenApiSchema schema, Type type)
    {
        if (type == typeof(Priority))
        {
            (schema.Type, schema.Minimum, schema.Maximum, schema.Format) = (JsonSchemaType.Integer, "0", "3", "int32");
            return;
        }

        schema.Type = JsonSchemaType.String;
        schema.Enum = schema.Enum?.Where(word => word?.GetValueKind() == System.Text.Json.JsonValueKind.String).ToList();
    }

    // Numbers are also read from strings, for old clients; new ones should not learn that here.
    private static void ReadNumbersAsNumbers(OpenApiSchema schema)
    {
        if (schema.Type is { } type && type.HasFlag(JsonSchemaType.String) && (type.HasFlag(JsonSchemaType.Integer) || type.HasFlag(JsonSchemaType.Number)))
        {
            (schema.Type, schema.Pattern) = (type & ~JsonSchemaType.String, null);
        }
    }

    // An answer has every member, null where there is nothing to say.
    private static void RequireAll(OpenApiSchema schema, JsonTypeInfo type)
    {
        schema.Metadata ??= new Dictionary<string, object>();
        schema.Metadata[SchemaPasses.Needed] = type.Properties.Where(Has<RequiredAttribute>).Select(member => member.Name)
            .Concat(type.Type.GetCustomAttribute<AsksAttribute>()?.Members ?? []).ToArray();
        foreach (var member in type.Properties.Where(member => schema.Properties?.ContainsKey(member.Name) == true))
        {
            if (!MayBeMissing(member))
            {
                (schema.Required ??= new HashSet<string>()).Add(member.Name);
            }
            else if (schema.Properties![member.Name] is OpenApiSchema missing)
            {
                missing.Type &= ~JsonSchemaType.Null;
            }
        }
    }

    private static bool MayBeMissing(JsonPropertyInfo member) =>
        member.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), true) is [JsonIgnoreAttribute { Condition: JsonIgnoreCondition.WhenWritingNull }];

    private static bool Has<T>(JsonPropertyInfo member) => member.AttributeProvider?.IsDefined(typeof(T), true) == true;

    private static object[] Attributes(ICustomAttributeProvider? member, ApiParameterDescription? parameter) =>
        (member ?? (parameter?.ParameterDescriptor as Microsoft.AspNetCore.Mvc.Infrastructure.IParameterInfoParameterDescriptor)?.ParameterInfo)?.GetCustomAttributes(true) ?? [];

    private static void Say(OpenApiSchema schema, object attribute)
    {
        switch (attribute)
        {
            case UuidAttribute:
                schema.Format = "uuid";
                break;
            case TextOrObjectAttribute:
                schema.Type = JsonSchemaType.String | JsonSchemaType.Object;
                break;
            case UuidItemsAttribute when schema.Items is OpenApiSchema items:
                items.Format = "uuid";
                break;
            case ItemLengthAttribute length when schema.Items is OpenApiSchema items:
                (items.MinLength, items.MaxLength) = (1, length.Most);
                break;
            case NullValuesAttribute when schema.AdditionalProperties is OpenApiSchema value:
                value.Type |= JsonSchemaType.Null;
                break;
            case DayAttribute:
                schema.Format = "date";
                break;
            case WordsAttribute words:
                schema.Enum = [.. words.All.Select(word => JsonValue.Create(word))];
                if (schema.Type?.HasFlag(JsonSchemaType.Null) == true)
                {
                    schema.Enum.Add(null!);
                }

                break;
        }
    }
}
