using AutoBuild.Configuration;
using AutoBuild.Contract;
using AutoBuild.Core;
using AutoBuild.Core.Telemetry;
using AutoBuild.Hosting;
using AutoBuild.Memory.Index;
using AutoBuild.Memory.Search;
using AutoBuild.Memory.Segments;
using AutoBuild.Orchestrator;
using AutoBuild.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoBuild.Api;

/// <summary>Puts the HTTP contract together: what a request passes through, then the routes of each resource.</summary>
internal static class ApiRoutes
{
    private const string Root = "/api/v1";

    public static IServiceCollection AddApi(this IServiceCollection services, Settings settings, string token)
    {
        services.AddRoutingCore();
        services.ConfigureHttpJsonOptions(json => ApiJson.Apply(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddSingleton(settings)
            .AddSingleton(AccessOptions.From(settings, token))
            .AddSingleton<Faults>()
            .AddSingleton<OriginCheck>()
            .AddSingleton(new RateOptions(Waiting: 5000))
            .AddSingleton<RateCheck>()
            .AddSingleton<TokenCheck>()
            .AddSingleton<TurnCheck>()
            .AddSingleton<Idempotency>()
            .AddSingleton<MatcherPolicy, PortPolicy>()
            .AddSingleton<HttpMetrics>()
            .AddSingleton<ProcessFigures>()
            .AddSingleton<PrometheusText>()
            .AddSingleton<Uptime>();
        return ApiDocument.Add(services);
    }

    /// <summary>Adds what the routes of the orchestrator need of their own.</summary>
    public static IServiceCollection AddOrchestratorApi(this IServiceCollection services) => services
        .AddSingleton<StoreTail>()
        .AddHostedService(provider => provider.GetRequiredService<StoreTail>())
        .AddSingleton<JobTails>()
        .AddSingleton<StreamSeats>()
        .AddSingleton<EventFeed>()
        .AddSingleton<TicketMoves>()
        .AddSingleton<Agents.AgentSurvey>();

    /// <summary>Adds what the routes of the memory need of their own.</summary>
    public static IServiceCollection AddMemoryApi(this IServiceCollection services) => services.AddSingleton<KnownProjects>().AddSingleton<ProjectRepositories>();

    /// <summary>Serves the routes of the modules that run here.</summary>
    public static void MapApi(this WebApplication app, IReadOnlyList<string> modules)
    {
        var services = app.Services;
        services.GetRequiredService<Uptime>();
        services.GetRequiredService<PrometheusText>();
        services.GetRequiredService<ProcessFigures>();
        services.GetRequiredService<HttpMetrics>().Begin();
        app.Use(next => http => AnswerHeaders.RunAsync(http, next));
        app.Use(next => http => services.GetRequiredService<HttpMetrics>().RunAsync(http, next));
        app.Use(next => http => services.GetRequiredService<Faults>().RunAsync(http, next));
        app.Use(next => http => services.GetRequiredService<OriginCheck>().RunAsync(http, next));
        app.Use(next => http => services.GetRequiredService<RateCheck>().RunAsync(http, next));
        app.Use(next => http => BodyLimit.RunAsync(http, next));
        app.Use(next => http => PlainBody.RunAsync(http, next));
        app.UseRouting();
        app.Use(next => http => services.GetRequiredService<TokenCheck>().RunAsync(http, next));
        app.Use(next => http => services.GetRequiredService<TurnCheck>().RunAsync(http, next));
        app.Use(next => http => IdCheck.RunAsync(http, next));
        app.Use(next => http => services.GetRequiredService<Idempotency>().RunAsync(http, next));

        var api = app.MapGroup(Root);
        if (modules.Contains(ServerModules.Orchestrator))
        {
            services.ShowFigures();
            api.MapOrchestrator();
        }

        if (modules.Contains(ServerModules.Memory))
        {
            app.MapMemoryHealth();
            services.GetRequiredService<SearchFigures>();
            IndexFigures.Show(services.GetRequiredService<Instruments>(), services.GetRequiredService<Catalogue>(), services.GetRequiredService<MemoryIndex>());
            api.MapIndex();
            api.MapSearch();
            api.MapContext();
            api.MapMemories();
            api.MapPatterns();
            api.MapChangelog();
        }

        api.MapMetrics();
        api.MapServer();
        ApiDocument.Map(app);
    }

    private static void MapOrchestrator(this IEndpointRouteBuilder api)
    {
        api.MapProjects();
        api.MapTickets();
        api.MapJobs();
        api.MapJobOutput();
        api.MapCallbacks();
        api.MapLandings();
        api.MapResolutions();
        api.MapRadar();
        api.MapWorktrees();
        api.MapAgents();
        api.MapQueue();
        api.MapUsage();
        api.MapEvents();
        api.MapHealth();
    }

    /// <summary>Answers with what a call gave, or with why it gave nothing.</summary>
    public static IResult Answer<T>(this Result<T> result) => result.Done ? TypedResults.Ok(result.Value) : Problem.Of(result.Refusal);

    /// <summary>Answers a deletion or the like with a sentence.</summary>
    public static IResult Answer<T>(this Result<T> result, string sentence) =>
        result.Done ? TypedResults.Ok(new Message(sentence)) : Problem.Of(result.Refusal);

    /// <summary>Answers with a thing that was asked for by its id.</summary>
    public static IResult Answer<T>(this T? found, string noun, Guid id)
        where T : class => found is null ? Problem.NotFound(noun, id) : TypedResults.Ok(found);
}
