namespace AutoBuild.Workspaces;

// Where the integration tips should stand, written beside the clone, so that a move by anything but us is seen and undone.
public sealed partial class BareClone
{
    /// <summary>The folder beside a clone that goes with it.</summary>
    public static string TipsFolder(string path) => path + ".tips";

    /// <summary>Puts a tip back that something else moved or deleted; returns the rescue that keeps what it was moved to.</summary>
    private async Task<string?> PutRightAsync(string target, CancellationToken cancellation)
    {
        var known = KnownTips(target);
        var name = $"refs/heads/{target}";
        var tip = await ResolveAsync(name, cancellation);
        if (known.Length == 0 || known.Contains(tip ?? Nothing) || await ResolveAsync(known[^1] + "^{commit}", cancellation) is not { } right)
        {
            // Nothing was noted yet, all is well, or this is a new clone.
            NoteTips(target, tip is null ? [] : [tip]);
            return null;
        }
        var kept = tip is null ? $"{target} was deleted" : await KeepAsync(tip, $"tip-{target}", $"Something other than a landing had moved {target} here.", cancellation);
        await UpdateRefAsync(name, right, tip ?? Nothing, cancellation);
        NoteTips(target, [right]);
        return kept;
    }

    // Noted before the move with both ends, so that a crash in between is no strange move.
    private async Task<bool> MoveKnownAsync(string target, string next, string expected, CancellationToken cancellation)
    {
        var before = KnownTips(target);
        NoteTips(target, [expected, next]);
        var moved = await UpdateRefAsync($"refs/heads/{target}", next, expected, cancellation);
        NoteTips(target, moved ? [next] : before);
        return moved;
    }

    private string TipFile(string target) => System.IO.Path.Combine(TipsFolder(Path), Uri.EscapeDataString(target));

    private string[] KnownTips(string target) =>
        File.Exists(TipFile(target)) ? File.ReadAllText(TipFile(target)).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];

    private void NoteTips(string target, string[] tips)
    {
        if (KnownTips(target).SequenceEqual(tips))
        {
            return;
        }
        Directory.CreateDirectory(TipsFolder(Path));
        File.WriteAllText(TipFile(target) + ".new", string.Join('\n', tips) + "\n");
        File.Move(TipFile(target) + ".new", TipFile(target), overwrite: true);
    }
}
