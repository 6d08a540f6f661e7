namespace AutoBuild.Memory.History;

/// <summary>Numbers the files of the past by the names they bear now, following those that were moved as they were.</summary>
internal sealed class PastPaths
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly int[][] _files;

    /// <param name="commits">Newest first.</param>
    public PastPaths(IReadOnlyList<PastCommit> commits)
    {
        // What a path of that time is called now.
        var now = new Dictionary<string, string>(StringComparer.Ordinal);
        _files = new int[commits.Count][];
        for (var at = 0; at < commits.Count; at++)
        {
            _files[at] = [.. commits[at].Files.Select(path => Number(now.GetValueOrDefault(path, path))).Distinct()];
            // All at once: two files may have changed places.
            foreach (var (from, to) in commits[at].Renames.Select(rename => (rename.From, now.GetValueOrDefault(rename.To, rename.To))).ToList())
            {
                now[from] = to;
            }
        }
    }

    public IReadOnlyList<string> Names => _names;

    public int[] Of(int commit) => _files[commit];

    private int Number(string path)
    {
        if (!_numbers.TryGetValue(path, out var number))
        {
            number = _names.Count;
            _numbers.Add(path, number);
            _names.Add(path);
        }

        return number;
    }
}
