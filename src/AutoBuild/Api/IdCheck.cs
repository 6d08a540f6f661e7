using Microsoft.AspNetCore.Http;

namespace AutoBuild.Api;

/// <summary>Refuses a malformed id in a path before the route is run; every route value but <c>name</c> is an id.</summary>
internal static class IdCheck
{
    public static Task RunAsync(HttpContext http, RequestDelegate next)
    {
        foreach (var (name, value) in http.Request.RouteValues)
        {
            if (name is "id" or "other" or "delivery" or "resolution" && !Guid.TryParse(value as string, out _))
            {
                return new Problem(StatusCodes.Status400BadRequest, "id_invalid", $"'{value}' is not an id; ids are UUIDs such as 0197c0de-0000-7000-8000-000000000000.").ExecuteAsync(http);
            }
        }

        return next(http);
    }
}
