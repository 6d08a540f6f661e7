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

    [Theory]
    [InlineData("https_proxy", true)]
    [InlineData("NO_PROXY", true)]
    [InlineData("LC_ALL", true)]
    [InlineData("OPENAI_API_KEY", false)]
    public void Proxies_are_for_all_and_keys_are_not(string name, bool may) => Assert.Equal(may, AgentEnvironment.MaySee(name));

    [Theory]
    [InlineData("http://user:s3cret-word@proxy:8080", "s3cret-word")]
    [InlineData("http://proxy:8080/a@b", null)]
    [InlineData("/usr/bin:/bin", null)]
    public void The_password_of_an_address_is_found(string value, string? password) => Assert.Equal(password, TokenTexts.PasswordIn(value));

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
    public void Secrets_are_masked_in_random_texts_cut_at_random()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            string[] secrets = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Word(random, random.Next(6, 40)))];
            var text = string.Concat(Enumerable.Range(0, 30).Select(_ => random.Next(3) == 0 ? Form(random, secrets[random.Next(secrets.Length)]) : Word(random, random.Next(1, 6))));
            var masker = new SecretMasker(secrets);
            var output = new List<byte>();
            var bytes = Encoding.UTF8.GetBytes(text).AsSpan();
            while (bytes.Length > 0)
            {
                var size = random.Next(1, Math.Min(bytes.Length, 20) + 1);
                output.AddRange(masker.Push(bytes[..size]));
                bytes = bytes[size..];
            }
            output.AddRange(masker.Flush());

            var kept = Encoding.UTF8.GetString([.. output]);
            Assert.Equal(new SecretMasker(secrets).Mask(text), kept);
            Assert.DoesNotContain(secrets, secret => kept.Contains(secret, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_server_full_of_tokens_gives_a_runner_none()
    {
        string[] tokens =
        [
            "SSH_AUTH_SOCK", "SSH_AGENT_PID", "SSH_ASKPASS", "GITHUB_TOKEN", "GH_TOKEN", "GITLAB_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE",
            "NPM_TOKEN", "NODE_AUTH_TOKEN", "NPM_CONFIG_USERCONFIG", "GIT_ASKPASS", "GIT_CONFIG_GLOBAL", "GIT_DIR", "GIT_SSH_COMMAND", "DOCKER_HOST", "DOCKER_CONFIG", "KUBECONFIG",
            "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "DATABASE_URL", "GITHUB_PRIVATE_KEY", "AUTOBUILD_TOKEN", "AUTOBUILD_SECRET_KEY", "LD_PRELOAD",
        ];
        var own = tokens.Append("PATH").Append("LC_ALL").ToDictionary(name => name, name => $"value of {name}");

        Assert.Equal(["LC_ALL", "PATH"], RunnerEnvironment.Of(own, []).Keys.Order());
        Assert.Equal(["DOCKER_HOST", "LC_ALL", "PATH"], RunnerEnvironment.Of(own, ["DOCKER_HOST"]).Keys.Order());
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

    // Few letters, so that secrets begin with one another and near misses are many.
    private static string Word(Random random, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => "ab+/é\"-"[random.Next(7)]));

    private static string Form(Random random, string secret) => random.Next(4) switch
    {
        0 => Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)),
        1 => Uri.EscapeDataString(secret),
        2 => secret[..^1],
        _ => secret,
    };
}
