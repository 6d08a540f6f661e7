using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AutoBuild.Workspaces;

namespace AutoBuild.Memory.History;

/// <summary>Keeps the past of each repository, read once and then only what is new; one that was rewritten, cut off or moved is read by what it has now.</summary>
/// <param name="folder">Where it keeps them.</param>
internal sealed class Past(string folder)
{
    // A branch or two beside the main one.
    private const int Kept = 3;

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>Returns the past of a commit; an empty one where git cannot tell it.</summary>
    /// <param name="repository">Directory of a repository, bare or not.</param>
    /// <param name="commit">Its id.</param>
    public async Task<PastWork> AtAsync(string repository, string commit, CancellationToken cancel)
    {
        var known = _known.GetOrAdd(repository, _ => new Known());
        if (known.Find(commit) is { } found)
        {
            return found;
        }

        await known.Gate.WaitAsync(cancel);
        try
        {
            return known.Find(commit) ?? known.Keep(commit, await ReadAsync(repository, commit, cancel));
        }
        finally
        {
            known.Gate.Release();
        }
    }

    private async Task<PastWork> ReadAsync(string repository, string commit, CancellationToken cancel)
    {
        var file = new CommitFile(Path.Combine(folder, Name(repository)));
        try
        {
            var ids = await CommitLog.IdsAsync(repository, commit, cancel);
            var commits = (await file.LoadAsync(cancel)).ToDictionary(past => past.Id);
            var unknown = ids.Where(id => !commits.ContainsKey(id)).ToList();
            foreach (var read in await CommitLog.ReadAsync(repository, unknown, cancel))
            {
                commits[read.Id] = read;
            }

            var past = ids.Where(commits.ContainsKey).Select(id => commits[id]).ToList();
            if (unknown.Count > 0)
            {
                await file.SaveAsync(past, cancel);
            }

            return PastWork.Of(past);
        }
        catch (Exception e) when (e is WorkspaceException or IOException or UnauthorizedAccessException)
        {
            return PastWork.None;
        }
    }

    private static string Name(string repository) => $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(repository)))[..32]}.past";

    private sealed class Known
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        private (string Commit, PastWork Work)[] _last = [];

        public PastWork? Find(string commit) => _last.FirstOrDefault(last => last.Commit == commit).Work;

        public PastWork Keep(string commit, PastWork work)
        {
            _last = [(commit, work), .. _last.Take(Kept - 1)];
            return work;
        }
    }
}
