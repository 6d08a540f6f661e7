using AutoBuild.Core;
using AutoBuild.Workspaces;

namespace AutoBuild.Client;

/// <summary>Is what the server on a data directory says about itself (<c>endpoints.json</c>).</summary>
internal sealed record Endpoints(string? Orchestrator, string? Memory, string? Web, string? TokenFile, int Pid)
{
    /// <summary>Reads the file; null where there is none, or where its server is dead.</summary>
    public static Endpoints? Read(DataDirectory data)
    {
        try
        {
            var endpoints = ClientJson.Read<Endpoints>(File.ReadAllText(data.Endpoints));
            return endpoints.Orchestrator is not null && ProcessIdentity.Of(endpoints.Pid) is not null ? endpoints : null;
        }
        catch (Exception fault) when (fault is IOException or ApiFault or AutoBuildException)
        {
            // Not written yet, or just being replaced: as good as none.
            return null;
        }
    }
}
