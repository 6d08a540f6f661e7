using AutoBuild.Agents;
using AutoBuild.Configuration;
using AutoBuild.Contract;
using AutoBuild.Orchestrator.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoBuild.Api;

internal static class AgentEndpoints
{
    public static void MapAgents(this IEndpointRouteBuilder api)
    {
        var agents = api.MapGroup("/agents").WithTags("agents");
        agents.MapGet("", List).Produces<AgentList>();
        agents.MapPost("/{name}/check", Check).Produces<AgentChecked>().Refuses(404, "agent_not_found").WithMetadata(new Needs(Role.Admin));
    }

    /// <summary>Lists the agents: what is installed, which version, and by what it is signed in; names only, never a value.</summary>
    /// <param name="versions">Whether each is asked for its version, which takes seconds the first time.</param>
    internal static async Task<IResult> List(HttpContext http, AgentSurvey survey, bool versions = true) =>
        TypedResults.Ok(await survey.ListAsync(versions, prints: Caller.Of(http).Role == Role.Admin));

    /// <summary>Lets an agent answer one word in an empty repository, within a minute. It may cost a little, which no cap holds and no usage counts.</summary>
    /// <param name="name">Such as <c>claude</c>.</param>
    internal static async Task<IResult> Check(string name, AgentCheckBody body, AgentSurvey survey, AgentTrial trial, CancellationToken cancel)
    {
        if (await survey.FindAsync(name) is not { } agent)
        {
            return new Problem(StatusCodes.Status404NotFound, "agent_not_found", $"There is no agent '{name}' that could be tried. List them: autobuild agent list");
        }
        var fields = new Fields();
        var model = fields.Text("model", body.Model, 200);
        if (fields.Problem is { } wrong)
        {
            return wrong;
        }
        return TypedResults.Ok(agent.Path is null
            ? new AgentChecked(name, false, "agent_missing", $"'{agent.Program}' is not on the PATH of the server.{(agent.Install is null ? "" : $" Install it: {agent.Install}")}", null, null, 0, new())
            : AgentChecked.Of(agent, await trial.RunAsync(name, model, cancel)));
    }
}
