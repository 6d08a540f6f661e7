namespace AutoBuild.Workspaces;

public sealed partial class BareClone
{
    private const int MostLoose = 2_000;
    private const int MostPacks = 20;

    /// <summary>Packs the loose objects, and small packs together, where there are many; nothing is ever dropped.</summary>
    /// <remarks>
    /// Jobs borrow objects from here that no ref of ours may reach any more, so git's own tidying stays off. A geometric repack takes all
    /// objects, reachable or not, and deletes a file only once its objects stand in a pack; readers under way find the new one by themselves.
    /// </remarks>
    /// <param name="loose">From so many loose objects on; 2,000.</param>
    /// <returns>False where there was nothing to do.</returns>
    public async Task<bool> PackAsync(int loose = MostLoose, CancellationToken cancellation = default)
    {
        if (!IsUntidy(loose))
        {
            return false;
        }
        using var held = await LockAsync(cancellation);
        await Git.ExpectAsync(Path, ["-c", "pack.threads=1", "-c", "pack.windowMemory=64m", "repack", "--geometric=2", "-d", "-l", "-q"], null, cancellation);
        return true;
    }

    private bool IsUntidy(int loose)
    {
        var objects = new DirectoryInfo(System.IO.Path.Combine(Path, "objects"));
        return objects.Exists && (objects.EnumerateDirectories("??").SelectMany(folder => folder.EnumerateFiles()).Take(loose).Count() >= loose
            || objects.EnumerateFiles("pack/*.pack").Take(MostPacks).Count() >= MostPacks);
    }
}
