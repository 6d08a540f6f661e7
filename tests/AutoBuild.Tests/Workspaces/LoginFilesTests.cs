using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

public sealed class LoginFilesTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Login = """{"claudeAiOauth":{"accessToken":"sk-ant-oat01-abcDEF123","refreshToken":"sk-ant-ort01-xyzXYZ789","expiresAt":1760000000000,"scopes":["user:inference"],"subscriptionType":"max"}}""";

    private readonly TempFolder _folder = new();

    private string User => _folder["user"];

    private string Agent => _folder["agent"];

    public LoginFilesTests()
    {
        Directory.CreateDirectory(Path.Combine(User, ".claude"));
        Directory.CreateDirectory(Agent);
        File.WriteAllText(Path.Combine(User, ".claude", ".credentials.json"), Login);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_comes_over_for_the_owner_alone()
    {
        var logins = Take(".claude/.credentials.json");

        Assert.Empty(logins.Notes);
        var copy = Path.Combine(Agent, ".claude", ".credentials.json");
        Assert.Equal(Login, File.ReadAllText(copy));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(copy));
    }

    [Fact]
    public void A_folder_comes_with_all_in_it_but_links()
    {
        File.WriteAllText(_folder["outside"], "private");
        File.CreateSymbolicLink(Path.Combine(User, ".claude", "link"), _folder["outside"]);
        Directory.CreateDirectory(Path.Combine(User, ".claude", "deep", "er"));
        File.WriteAllText(Path.Combine(User, ".claude", "deep", "er", "x"), "1");

        Take(".claude");

        Assert.Equal([".claude/.credentials.json", ".claude/deep/er/x"], Directory.GetFiles(Agent, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Select(file => Path.GetRelativePath(Agent, file)).Order());
    }

    [Theory]
    [InlineData("../other", "within the home")]
    [InlineData("/etc/passwd", "within the home")]
    [InlineData(".", "within the home")]
    [InlineData("away/secret", "'away' is a link")]
    [InlineData("link", "'link' is a link")]
    [InlineData(".codex/auth.json", "no such file")]
    public void What_leads_elsewhere_or_nowhere_is_refused_and_said(string path, string why)
    {
        Directory.CreateDirectory(_folder["other"]);
        File.WriteAllText(Path.Combine(_folder["other"], "secret"), "private");
        Directory.CreateSymbolicLink(Path.Combine(User, "away"), _folder["other"]);
        File.CreateSymbolicLink(Path.Combine(User, "link"), Path.Combine(_folder["other"], "secret"));

        Assert.Contains(why, Assert.Single(Take(path).Notes), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Agent));
    }

    [Fact]
    public void Links_that_an_agent_left_in_its_home_lead_no_copy_astray()
    {
        Directory.CreateDirectory(_folder["victim"]);
        Directory.CreateSymbolicLink(Path.Combine(Agent, ".claude"), _folder["victim"]);

        Take(".claude/.credentials.json");

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["victim"]));
        Assert.True(File.Exists(Path.Combine(Agent, ".claude", ".credentials.json")));
    }

    [Fact]
    public void A_login_that_the_tool_renewed_is_kept_until_the_user_signs_in_anew()
    {
        Take(".claude/.credentials.json");
        var copy = Path.Combine(Agent, ".claude", ".credentials.json");
        File.WriteAllText(copy, "renewed");

        Take(".claude/.credentials.json");
        Assert.Equal("renewed", File.ReadAllText(copy));

        File.SetLastWriteTimeUtc(Path.Combine(User, ".claude", ".credentials.json"), File.GetLastWriteTimeUtc(copy).AddSeconds(1));
        Take(".claude/.credentials.json");
        Assert.Equal(Login, File.ReadAllText(copy));
    }

    [Theory]
    [InlineData(Login, "sk-ant-oat01-abcDEF123 sk-ant-ort01-xyzXYZ789")]
    [InlineData("""{"OPENAI_API_KEY":"sk-proj-1234","tokens":{"id_token":"eyJhbGciOi.JIUzI1NiIs.InR5cCI6","account_id":"0a1b2c3d-1111-2222-3333-444455556666"}}""", "sk-proj-1234 eyJhbGciOi.JIUzI1NiIs.InR5cCI6")]
    [InlineData("model = \"gpt-5-codex-2025-10-01\"\nbearer_token = \"abcd1234efgh\"\nurl = \"https://example.org/v1/responses/of/a/long/path\"\n", "abcd1234efgh")]
    [InlineData("machine example.org login me password s3cr3tpass\n", "s3cr3tpass")]
    [InlineData("x ABCDEFGHIJKLMNOPQRSTUVWXYZ012345 y", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345")]
    public void What_looks_like_a_credential_is_found(string text, string expected) =>
        Assert.Equal(expected.Split(' ').Order(), TokenTexts.Of(text).Distinct().Order());

    private LoginFiles Take(string path)
    {
        var logins = new LoginFiles();
        logins.Add(User, path);
        logins.CopyTo(Agent);
        return logins;
    }
}
