namespace AutoBuild.Memory.Changelogs;

/// <summary>Knows the web pages of a repository by its address.</summary>
internal sealed class RepositoryPages
{
    private readonly string? _root;
    private readonly bool _isGitLab;

    private RepositoryPages(string? root) => (_root, _isGitLab) = (root, root?.Contains("gitlab", StringComparison.OrdinalIgnoreCase) ?? false);

    /// <param name="address">As git knows it: https, ssh or <c>user@host:path</c>; null, a path or an address with a password has no pages.</param>
    public static RepositoryPages Of(string? address)
    {
        if (address is null)
        {
            return new(null);
        }

        var text = address.EndsWith(".git", StringComparison.Ordinal) ? address[..^4] : address.TrimEnd('/');
        if (!text.Contains("://", StringComparison.Ordinal) && text.IndexOf('@', StringComparison.Ordinal) is var at and > 0 && text.IndexOf(':', at) is var colon and > 0)
        {
            text = $"ssh://{text[..colon]}/{text[(colon + 1)..]}";
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" or "ssh" && uri.Host.Length > 0
            ? new($"{(uri.Scheme == "http" ? "http" : "https")}://{uri.Host}{(uri.IsDefaultPort || uri.Scheme == "ssh" ? "" : $":{uri.Port}")}{uri.AbsolutePath}")
            : new(null);
    }

    public string? Commit(string id) => _root is null ? null : $"{_root}/{(_isGitLab ? "-/" : "")}commit/{id}";

    public string? PullRequest(int number) => _root is null ? null : $"{_root}/{(_isGitLab ? "-/merge_requests" : "pull")}/{number}";

    public string? Comparison(string from, string to) => _root is null ? null : $"{_root}/{(_isGitLab ? "-/" : "")}compare/{from}...{to}";
}
