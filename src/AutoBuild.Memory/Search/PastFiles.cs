using AutoBuild.Memory.History;

namespace AutoBuild.Memory.Search;

/// <summary>Joins the past of a repository with the files of a view.</summary>
internal sealed class PastFiles
{
    private readonly int[] _files;
    private readonly float[] _norms;

    public PastFiles(PastWork work, FileTable files)
    {
        Work = work;
        _files = [.. work.Paths.Select(files.Find)];
        _norms = new float[files.Count];
        Priors = new float[files.Count];
        foreach (var commit in work.Commits)
        {
            foreach (var name in commit.Recent)
            {
                if (_files[name] >= 0)
                {
                    _norms[_files[name]] += commit.Length;
                }
            }
        }

        FileTable.Norm(_norms, new Ranking.Field(1, Ranking.PastLength));
        for (var name = 0; name < _files.Length; name++)
        {
            if (_files[name] >= 0)
            {
                Priors[_files[name]] = work.Priors[name];
            }
        }
    }

    public PastWork Work { get; }

    /// <summary>By file.</summary>
    public float[] Priors { get; }

    /// <summary>The file that a path of the past is in the view; -1 where it is gone.</summary>
    public int FileOf(int name) => _files[name];

    /// <summary>What a count in a file's messages is multiplied with, by their length.</summary>
    public float Norm(int file) => _norms[file];
}
