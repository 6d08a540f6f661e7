using AutoBuild.Mcp;

namespace AutoBuild.Commands;

/// <summary>Is <c>autobuild mcp</c>: the memory of a repository for an agent, as an MCP server on standard input and output.</summary>
internal static class McpCommand
{
    public static Verb Create() => new Verb("mcp", "Serves the memory of the repository around the current directory to an agent: MCP on standard input and output.",
        "autobuild mcp --repo .", async call =>
        {
            using var api = await call.ConnectAsync();
            var project = await new Lookup(api, call).ProjectOrNewAsync();
            // What was indexed before is only looked over; nobody waits for it.
            await api.IndexAsync(new Api.IndexBody { ProjectId = $"{project.Id}" }, call.Cancel);
            await MemoryServer.RunAsync(new MemoryTools(api, project), call.Terminal.Error, call.Cancel);
            return ExitCode.Done;
        }).With(ProjectOptions.Repository, ProjectOptions.Project);
}
