using AutoBuild.Api;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Store;

namespace AutoBuild.Client;

/// <summary>Calls the routes of the memory, which a server serves beside its others.</summary>
internal sealed partial class ApiClient
{
    public Task<Reply<TaskContext>> GetContextAsync(ContextBody body, CancellationToken cancel) => PostAsync<ContextBody, TaskContext>("context", body, cancel);

    public Task<Reply<ShownMemory>> RememberAsync(MemoryBody body, CancellationToken cancel) => PostAsync<MemoryBody, ShownMemory>("memory", body, cancel);

    public Task<Reply<ShownMemories>> ListMemoriesAsync(MemoryFilter filter, PageRequest page, CancellationToken cancel) =>
        GetAsync<ShownMemories>($"memory/{filter.ProjectId}{Queries.Of(filter, page)}", cancel);

    public Task<Reply<ShownMemory>> EditMemoryAsync(Guid id, MemoryChange body, CancellationToken cancel) =>
        SendAsync<ShownMemory>(HttpMethod.Patch, $"memory/{id}", ClientJson.Write(body), cancel);

    public Task<Reply<Message>> ForgetMemoryAsync(Guid id, CancellationToken cancel) => DeleteAsync<Message>($"memory/{id}", cancel);

    public Task<Reply<PatternEndpoints.PatternList>> ListPatternsAsync(PatternFilter filter, PageRequest page, CancellationToken cancel) =>
        GetAsync<PatternEndpoints.PatternList>($"insights/patterns/{filter.ProjectId}{Queries.Of(filter, page)}", cancel);

    public Task<Reply<LearnedPattern>> EditPatternAsync(Guid id, PatternEndpoints.PatternChange body, CancellationToken cancel) =>
        SendAsync<LearnedPattern>(HttpMethod.Patch, $"insights/patterns/{id}", ClientJson.Write(body), cancel);

    public Task<Reply<Message>> ForgetPatternAsync(Guid id, CancellationToken cancel) => DeleteAsync<Message>($"insights/patterns/{id}", cancel);
}
