namespace AutoBuild.Workspaces;

/// <summary>Knows where command line tools keep what lets them act as the user.</summary>
public static class UserCredentials
{
    private static readonly string[] Places =
    [
        ".ssh", ".gnupg", ".netrc", ".git-credentials", ".gitconfig", ".config/git", ".config/gh", ".config/hub", ".config/glab-cli",
        ".aws", ".azure", ".config/gcloud", ".kube", ".docker", ".npmrc", ".yarnrc.yml", ".pypirc", ".cargo/credentials", ".cargo/credentials.toml", ".gem/credentials",
        ".m2/settings.xml", ".nuget/NuGet/NuGet.Config", ".terraform.d", ".vault-token", ".password-store", ".local/share/keyrings",
        ".claude", ".claude.json", ".codex", ".gemini", ".qwen", ".local/share/opencode", ".config/opencode",
    ];

    /// <summary>The places in a home, whether they are there or not.</summary>
    public static IEnumerable<string> In(string home) => Places.Select(place => Path.Combine(home, place));
}
