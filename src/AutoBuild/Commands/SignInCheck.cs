using AutoBuild.Agents;
using AutoBuild.Client;
using AutoBuild.Hosting;

namespace AutoBuild.Commands;

/// <summary>Notices that the running server signs its agents in by another environment than this terminal's.</summary>
/// <remarks>A server keeps the environment of the command that started it, so a key exported later would not reach its agents.</remarks>
internal static class SignInCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Starts a temporary server anew with this environment; of another one it only says so.</summary>
    /// <param name="asked">The agent that is to work; null is the server's default.</param>
    public static async Task RunAsync(ApiClient api, Call call, string? asked)
    {
        if (call.NamesServer || EndpointsFile.Read(call.Data.Endpoints) is not { } server)
        {
            return;
        }
        var list = (await api.ListAgentsAsync(versions: false, call.Cancel)).Value;
        if (list.Agents.FirstOrDefault(agent => agent.Name == (asked ?? list.Default)) is not { } found || Unknown(found, list.Salt, call.Terminal.Environment) is not [_, ..] unknown)
        {
            return;
        }
        var names = string.Join(", ", unknown);
        if (!server.Temporary)
        {
            call.Say($"The server that runs has not this terminal's {names}: {found.Name} signs in with what the server has. To change that, end the server and start it here.");
            return;
        }
        call.Say($"The server that runs has not this terminal's {names}; it is started anew. Running jobs go on.");
        await api.ShutDownAsync(call.Cancel);
        var began = call.Terminal.Time.GetTimestamp();
        while (server.IsAlive() && call.Terminal.Time.GetElapsedTime(began) < Patience)
        {
            await Task.Delay(Look, call.Terminal.Time, call.Cancel);
        }
    }

    private static string[] Unknown(AgentBody agent, string? salt, IReadOnlyDictionary<string, string> own) => salt is null ? [] :
    [
        .. agent.Variables.Where(variable => own.GetValueOrDefault(variable.Name) is { Length: > 0 } value && variable.Fingerprint != AgentSurvey.Print(salt, variable.Name, value))
            .Select(variable => variable.Name),
    ];
}
