using System.Reflection;
using System.Text.Json.Nodes;
using AutoBuild.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace AutoBuild.Contract;

/// <summary>Publishes the OpenAPI document at <c>/openapi/v1.json</c>; it is made when it is first asked for.</summary>
internal sealed class ApiDocument
{
    public const string Bearer = "bearer";

    private const string Version = "v1";

    /// <summary>Names the document of the memory's port; the other one has everything that the orchestrator's port serves.</summary>
    private const string OfMemory = "memory";

    /// <summary>The resources, in the order in which one meets them.</summary>
    private static readonly (string Name, string Description)[] Tags =
    [
        ("projects", "Repositories that AutoBuild works on."),
        ("tickets", "Pieces of work that somebody wants done: the cards of a board."),
        ("jobs", "Submissions of a ticket to the queue, with what came of them."),
        ("callbacks", "What is told to others of a job's end, and what others tell of it."),
        ("landings", "The way of a job's branch onto its target: one train for each target branch."),
        ("worktrees", "Working trees, and the work that was saved before one was dropped."),
        ("agents", "The coding agents that this server can start."),
        ("queue", "What waits and what runs."),
        ("usage", "What agents used and cost."),
        ("events", "Everything that changes, as it changes."),
        ("index", "What of a project's files can be searched."),
        ("search", "Finding places in the code, and what a task should start with."),
        ("memory", "What was learnt from earlier work, and what people wrote down."),
        ("insights", "What the code and its history say of a project."),
        ("health", "Whether the server works."),
        ("server", "The server itself."),
    ];

    private readonly Lazy<Task<byte[]>> _text;

    private ApiDocument(IOpenApiDocumentProvider provider) => _text = new(() => WriteAsync(provider));

    public static IServiceCollection Add(IServiceCollection services) => Add(Add(services, Version, Ports.Orchestrator), OfMemory, Ports.Memory);

    private static IServiceCollection Add(IServiceCollection services, string name, Ports port)
    {
        services.AddOpenApi(name, options =>
        {
            options.ShouldInclude = route => ServedAt.Of(route.ActionDescriptor.EndpointMetadata).HasFlag(port);
            options.AddSchemaTransformer<SchemaMending>();
            options.AddOperationTransformer<OperationFacts>();
            options.AddDocumentTransformer((document, _, _) => Describe(document));
            options.CreateSchemaReferenceId = SchemaMending.NameOf;
        });
        return services.AddKeyedSingleton(name, (provider, _) => new ApiDocument(provider.GetRequiredKeyedService<IOpenApiDocumentProvider>(name)));
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet($"/openapi/{Version}.json", SendAsync).At(Ports.Both).ExcludeFromDescription();

    private static async Task SendAsync(HttpContext http)
    {
        var name = http.RequestServices.GetRequiredService<ModulePorts>().IsMemory(http) ? OfMemory : Version;
        var text = await http.RequestServices.GetRequiredKeyedService<ApiDocument>(name)._text.Value;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = text.Length;
        await http.Response.Body.WriteAsync(text, http.RequestAborted);
    }

    private static async Task<byte[]> WriteAsync(IOpenApiDocumentProvider provider)
    {
        var document = await provider.GetOpenApiDocumentAsync();
        using var text = new MemoryStream();
        await document.SerializeAsJsonAsync(text, OpenApiSpecVersion.OpenApi3_1);
        return text.ToArray();
    }

    private static Task Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "AutoBuild",
            Version = Version,
            Description = "Tickets, jobs, landings and what happens to them. Paths and members of this version stay; new ones come, so readers should ignore what they don't know.",
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
            Extensions = new Dictionary<string, IOpenApiExtension>
            {
                ["x-product-version"] = new JsonNodeExtension(JsonValue.Create(Assembly.GetExecutingAssembly().GetName().Version!.ToString(3))),
            },
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "The server that this document comes from." }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer, Description = "A token of the configuration, or the server's own: the one in the file that endpoints.json names as token_file." },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
        Order(document);
        SchemaPasses.Run(document);
        return Task.CompletedTask;
    }

    private static void Order(OpenApiDocument document)
    {
        var used = document.Tags ?? new HashSet<OpenApiTag>();
        var known = Tags.Where(tag => used.Any(other => other.Name == tag.Name)).Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description });
        document.Tags = new HashSet<OpenApiTag>([.. known, .. used.Where(tag => Tags.All(other => other.Name != tag.Name))]);
    }
}
