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

    /// <summary>Returns the past of a commit; an empty one where git cannot tell it. Whoever stops waiting does not stop the reading.</summary>
    /// <param name="repository">Directory of a repository, bare or not.</param>
    /// <param name="commit">Its id.</param>
    public Task<PastWork> At(string repository, string commit) => _known.GetOrAdd(repository, _ => new Known()).At(commit, () => ReadAsync(repository, commit));

    private async Task<PastWork> ReadAsync(string repository, string commit)
    {
        var file = new CommitFile(Path.Combine(folder, Name(repository)));
        try
        {
            var ids = await CommitLog.IdsAsync(repository, commit, CancellationToken.None);
            var commits = (await file.LoadAsync(CancellationToken.None)).ToDictionary(past => past.Id);
            var unknown = ids.Where(id => !commits.ContainsKey(id)).ToList();
            foreach (var read in await CommitLog.ReadAsync(repository, unknown, CancellationToken.None))
            {
                commits[read.Id] = read;
            }

            var past = ids.Where(commits.ContainsKey).Select(id => commits[id]).ToList();
            if (unknown.Count > 0)
            {
                await file.SaveAsync(past, CancellationToken.None);
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
        private readonly Lock _gate = new();
        private (string Commit, Task<PastWork> Work)[] _last = [];

        public Task<PastWork> At(string commit, Func<Task<PastWork>> read)
        {
            lock (_gate)
            {
                var found = _last.FirstOrDefault(last => last.Commit == commit).Work;
                if (found is null || (found.IsCompleted && !HasCommits(found)))
                {
                    found = After(_last.FirstOrDefault().Work, read);
                }

                _last = [(commit, found), .. _last.Where(last => last.Commit != commit).Take(Kept - 1)];
                return found;
            }
        }

        // What could not be read is asked for again.
        private static bool HasCommits(Task<PastWork> read) => read is { IsCompletedSuccessfully: true, Result.Commits.Length: > 0 };

        // One after the other: each begins with what the one before it kept.
        private static async Task<PastWork> After(Task<PastWork>? before, Func<Task<PastWork>> read)
        {
            await Task.Yield();
            if (before is not null)
            {
                await ((Task)before).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            return await read();
        }
    }
}
