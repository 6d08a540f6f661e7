using System.Text.RegularExpressions;

namespace AutoBuild.Api;

/// <summary>Checks where a project says its repository is, before git sees any of it.</summary>
internal static partial class ProjectSource
{
    /// <summary>Ways to fetch that git has itself; others start a program.</summary>
    private static readonly string[] Schemes = ["https", "http", "ssh", "git", "file"];

    /// <summary>Tells whether an address is a place on the server's own machine.</summary>
    public static bool IsLocal(string? url) => url?.StartsWith("file:", StringComparison.OrdinalIgnoreCase) == true;

    public static void Check(Fields fields, string? path, string? url, string? fullName)
    {
        if (new[] { path, url, fullName }.Count(source => !string.IsNullOrWhiteSpace(source)) != 1)
        {
            fields.Add("repo_path", "expected exactly one of repo_path, repo_url, github_repo_full_name.");
        }

        if (fields.Text("repo_path", path, 4000) is { Length: > 0 } && !Path.IsPathFullyQualified(path!))
        {
            fields.Add("repo_path", $"expected an absolute path on the server's machine, got '{Fields.Shown(path!)}'.");
        }

        CheckUrl(fields, url);
        CheckName(fields, "github_repo_full_name", fullName);
    }

    public static void CheckName(Fields fields, string field, string? fullName)
    {
        if (!string.IsNullOrEmpty(fullName) && !FullName().IsMatch(fullName))
        {
            fields.Add(field, $"expected owner/name, got '{Fields.Shown(fullName)}'.");
        }
    }

    private static void CheckUrl(Fields fields, string? url)
    {
        if (string.IsNullOrEmpty(fields.Text("repo_url", url, 2000)) || Short().IsMatch(url!))
        {
            return;
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || !url!.Contains("://", StringComparison.Ordinal) || !Schemes.Contains(address.Scheme)
            || address.Host.StartsWith('-') || address.UserInfo.StartsWith('-') || url.Any(char.IsControl))
        {
            fields.Add("repo_url", $"expected an address that git can clone, such as https://host/name.git, got '{Fields.Shown(url!)}'.");
        }
        else if (address.UserInfo.Contains(':', StringComparison.Ordinal))
        {
            fields.Add("repo_url", "a password in the address would be kept and shown; give it to git's credential helper, and leave it out here.");
        }
    }

    // Such as git@host:path; neither part may look like an option, and "::" would name a program to run.
    [GeneratedRegex(@"^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]+:(?!:)(?!//)[^\x00-\x1f\x7f-][^\x00-\x1f\x7f]*$")]
    private static partial Regex Short();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]*/[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
    private static partial Regex FullName();
}
