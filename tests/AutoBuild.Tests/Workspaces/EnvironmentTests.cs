using System.Net;
using System.Net.Sockets;
using System.Text;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Workspaces;

public sealed class EnvironmentTests
{
    [Fact]
    public void Only_allowed_names_come_over()
    {
        using var folder = new TempFolder();
        Environment.SetEnvironmentVariable("AUTOBUILD_TEST_TOKEN", "secret");

        var environment = AgentEnvironment.Create(folder["home"], folder["tmp"], new Dictionary<string, string> { ["PORT"] = "1" });

        Assert.False(environment.ContainsKey("AUTOBUILD_TEST_TOKEN"));
        Assert.False(environment.ContainsKey("SSH_AUTH_SOCK"));
        Assert.Equal(("1", folder["home"], folder["tmp"]), (environment["PORT"], environment["HOME"], environment["TMPDIR"]));
        Assert.All(environment.Where(pair => pair.Key.StartsWith("XDG_", StringComparison.Ordinal)), pair => Assert.StartsWith(folder.Path, pair.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void A_block_of_ports_is_the_same_for_a_key_and_avoids_what_is_in_use()
    {
        var first = PortBlock.Allocate("project/t1", new HashSet<int>());
        Assert.Equal(first, PortBlock.Allocate("project/t1", new HashSet<int>()));
        Assert.NotEqual(first, PortBlock.Allocate("project/t1", new HashSet<int> { first }));

        using var listener = new TcpListener(IPAddress.Loopback, first + 3);
        listener.Start();

        Assert.NotEqual(first, PortBlock.Allocate("project/t1", new HashSet<int>()));
    }

    [Fact]
    public void Taken_blocks_of_another_size_are_not_entered()
    {
        var taken = Enumerable.Range(0, 1199).Select(n => 20000 + (n * 10)).ToHashSet();

        Assert.Equal(31990, PortBlock.Allocate("x", taken));
        taken.Add(31990);
        Assert.Equal("ports_exhausted", Assert.Throws<WorkspaceException>(() => PortBlock.Allocate("x", taken)).Code);
    }

    [Fact]
    public void Secrets_are_masked_wherever_a_chunk_ends()
    {
        string[] secrets = ["sk-live-abcdef", "sk-live-abcdefgh", "pa\"ss\\word", "-----BEGIN KEY-----\nMIIEowIBAAKCAQEA7\n-----END KEY-----"];
        var text = $"x sk-live-abcdefgh sk-live-abcdef sk-live-abc {{\"p\":\"pa\\u0022ss\\\\word\"}} {Convert.ToBase64String("sk-live-abcdef"u8)} MIIEowIBAAKCAQEA7 ж end sk-live-";
        var whole = new SecretMasker(secrets).Mask(text);
        Assert.Equal("x *** *** sk-live-abc {\"p\":\"***\"} *** *** ж end sk-live-", whole);

        var bytes = Encoding.UTF8.GetBytes(text);
        for (var size = 1; size <= bytes.Length; size++)
        {
            var masker = new SecretMasker(secrets);
            var output = bytes.Chunk(size).SelectMany(chunk => masker.Push(chunk)).ToList();
            output.AddRange(masker.Flush());
            Assert.Equal(whole, Encoding.UTF8.GetString([.. output]));
        }
    }

    [Fact]
    public void Short_values_are_no_secrets() => Assert.Equal("a 1 true", new SecretMasker(["1", "true", ""]).Mask("a 1 true"));

    [Theory]
    [InlineData(".env", ".env", true)]
    [InlineData(".env", "apps/web/.env", true)]
    [InlineData("/.env", "apps/.env", false)]
    [InlineData("config/*.json", "config/a.json", true)]
    [InlineData("config/*.json", "config/b/a.json", false)]
    [InlineData("config/**/*.json", "config/b/c/a.json", true)]
    [InlineData("cache/", "cache/x/y", true)]
    [InlineData("cache/", "cache", false)]
    [InlineData("**/secrets", "a/b/secrets/key", true)]
    [InlineData("*.[pc]em", "a.pem", true)]
    [InlineData("*.[!p]em", "a.pem", false)]
    [InlineData("# note", "# note", false)]
    [InlineData("\\#note", "#note", true)]
    [InlineData("a?c", "a/c", false)]
    public void Patterns_match_as_in_gitignore(string pattern, string path, bool expected) => Assert.Equal(expected, new GitPatterns([pattern]).Matches(path));

    [Fact]
    public void The_last_pattern_wins()
    {
        var patterns = new GitPatterns(["*.env", "!example.env"]);
        Assert.True(patterns.Matches("a.env"));
        Assert.False(patterns.Matches("example.env"));
    }
}
