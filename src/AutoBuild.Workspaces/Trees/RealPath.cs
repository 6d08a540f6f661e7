namespace AutoBuild.Workspaces;

/// <summary>Follows links, so that two names of one place are seen to be one.</summary>
public static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>Returns where a path leads; what does not exist is taken as it is written.</summary>
    public static string Of(string path)
    {
        var real = Path.GetFullPath(path);
        for (var links = 0; links < MostLinks; links++)
        {
            if (FirstLink(real) is not { } link)
            {
                break;
            }

            var rest = real[link.Length..];
            var target = Path.GetFullPath(new DirectoryInfo(link).LinkTarget!, Path.GetDirectoryName(link)!);
            real = Path.TrimEndingDirectorySeparator(target) + rest;
        }

        return real;
    }

    /// <summary>Tells whether a path is a directory or lies in it, whatever names they go by.</summary>
    public static bool IsWithin(string path, string directory)
    {
        var (inner, outer) = (Path.TrimEndingDirectorySeparator(Of(path)), Path.TrimEndingDirectorySeparator(Of(directory)));
        return inner == outer || inner.StartsWith(outer + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    private static string? FirstLink(string path)
    {
        for (var end = path.IndexOf('/', 1); ; end = path.IndexOf('/', end + 1))
        {
            var part = end < 0 ? path : path[..end];
            if (new DirectoryInfo(part).LinkTarget is not null)
            {
                return part;
            }

            if (end < 0)
            {
                return null;
            }
        }
    }
}
