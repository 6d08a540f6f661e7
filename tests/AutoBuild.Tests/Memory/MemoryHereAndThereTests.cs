using AutoBuild.Client;
using AutoBuild.Configuration;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Store;
using AutoBuild.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace AutoBuild.Tests.Memory;

/// <summary>The memory of the process that asks.</summary>
public sealed class MemoryHereTests(ApiServer server) : MemoryConformance, IClassFixture<ApiServer>
{
    protected override IMemory Memory => server.Server.Services.GetRequiredService<IMemory>();

    protected override IStore Store => server.Server.Services.GetRequiredService<IStore>();

    protected override Guid Project => server.Project;
}

/// <summary>A memory behind HTTP.</summary>
public sealed class MemoryThereTests : MemoryConformance, IClassFixture<ApiServer>, IDisposable
{
    private readonly ApiServer _server;
    private readonly RemoteMemory _memory;

    public MemoryThereTests(ApiServer server)
    {
        _server = server;
        _memory = new RemoteMemory(new Settings { MemoryService = new MemoryServiceSettings { Url = server.Server.Memory!.ToString(), Token = server.Server.Token } }, TimeProvider.System);
    }

    protected override IMemory Memory => _memory;

    protected override IStore Store => _server.Server.Services.GetRequiredService<IStore>();

    protected override Guid Project => _server.Project;

    public void Dispose() => _memory.Dispose();
}
