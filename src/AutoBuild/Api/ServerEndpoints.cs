using AutoBuild.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace AutoBuild.Api;

internal static class ServerEndpoints
{
    public static void MapServer(this IEndpointRouteBuilder api) =>
        api.MapPost("/shutdown", Shutdown).WithTags("server").Produces<Message>(202).WithMetadata(new Needs(Role.Admin)).At(Ports.Both);

    /// <summary>Stops the server within 5 s; runners live on and are adopted by the next one.</summary>
    internal static JsonHttpResult<Message> Shutdown(HttpContext http, IHostApplicationLifetime lifetime)
    {
        http.Response.OnCompleted(() =>
        {
            lifetime.StopApplication();
            return Task.CompletedTask;
        });
        return TypedResults.Json(new Message("The server stops; running jobs go on."), ApiJson.Context.Message, statusCode: StatusCodes.Status202Accepted);
    }
}
