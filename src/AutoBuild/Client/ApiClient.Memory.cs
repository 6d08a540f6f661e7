using AutoBuild.Api;
using AutoBuild.Core.Memory;
using AutoBuild.Core.Store;

namespace AutoBuild.Client;

/// <summary>Calls the routes of the memory, which a server serves beside its others.</summary>
internal sealed partial class ApiClient
{
    public Task<Reply<IndexShown>> IndexAsync(IndexBody body, CancellationToken cancel) => PostAsync<IndexBody, IndexShown>("index/repository", body, cancel);

    public Task<Reply<IndexPlanned>> PlanIndexAsync(IndexBody body, CancellationToken cancel) => PostAsync<IndexBody, IndexPlanned>("index/repository", body with { DryRun = true }, cancel);

    public Task<Reply<FilesIndexed>> IndexFilesAsync(FilesBody body, CancellationToken cancel) => PostAsync<FilesBody, FilesIndexed>("index/files", body, cancel);

    public Task<Reply<IndexShown>> GetIndexAsync(Guid project, CancellationToken cancel) => GetAsync<IndexShown>($"index/{project}", cancel);

    public Task<Reply<Message>> DropIndexAsync(Guid project, CancellationToken cancel) => DeleteAsync<Message>($"index/{project}", cancel);

    public Task<Reply<SearchShown>> SearchAsync(SearchBody body, CancellationToken cancel) => PostAsync<SearchBody, SearchShown>("search", body, cancel);

    public Task<Reply<ChangelogShown>> GenerateChangelogAsync(ChangelogBody body, CancellationToken cancel) => PostAsync<ChangelogBody, ChangelogShown>("changelog/generate", body, cancel);

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
