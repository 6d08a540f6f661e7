using AutoBuild.Memory.Index;

namespace AutoBuild.Tests.Memory;

/// <summary>Takes secrets out of texts. The tokens here are put together, so that nobody's scanner takes them for real ones.</summary>
public sealed class RedactionTests
{
    private const string Letters = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3hJ5kL7nP9rS1tV3xZ5";

    [Theory]
    [InlineData("AKIA", 16)]
    [InlineData("ghp_", 36)]
    [InlineData("github_pat_", 40)]
    [InlineData("xoxb-", 30)]
    [InlineData("AIza", 35)]
    [InlineData("sk_live_", 24)]
    [InlineData("sk-ant-", 40)]
    [InlineData("npm_", 36)]
    [InlineData("glpat-", 20)]
    [InlineData("hf_", 34)]
    public void A_token_is_known_by_its_beginning(string beginning, int length)
    {
        var token = beginning + (beginning == "AKIA" ? Letters.ToUpperInvariant() : Letters)[..length];
        Assert.Equal("use [redacted] here", Redact($"use {token} here"));
        Assert.Equal("  x: [redacted]\n", Redact($"  x: {token}\n"));
        Assert.Equal("x=[redacted]", Redact($"x={token}"));
        Assert.DoesNotContain(token, Redact($"git clone https://{token}@github.com/a/b"), StringComparison.Ordinal);
        Assert.Equal($"use {beginning}here", Redact($"use {beginning}here"));
    }

    [Fact]
    public void A_signed_token_is_one_and_its_first_part_alone_is_none()
    {
        var head = "eyJ" + Letters[..30];
        Assert.Equal("Bearer [redacted]", Redact($"Bearer {head}.{Letters[..40]}.{Letters[..20]}"));
        Assert.Equal($"Bearer {head}", Redact($"Bearer {head}"));
    }

    [Theory]
    [InlineData("a.cs", "var password = \"hunter2!\";", "var password = \"[redacted]\";")]
    [InlineData("a.js", "{ \"db_password\": 'correct-horse' }", "{ \"db_password\": '[redacted]' }")]
    [InlineData("a.py", "API_KEY = 'a8f5f167f44f4964e6c998dee827110c'", "API_KEY = '[redacted]'")]
    [InlineData("a.yml", "client_secret: 8fj3kd92kfls03", "client_secret: [redacted]")]
    [InlineData("a.json", "\"Server=x;User=sa;Password=Pa55word;Encrypt=true\"", "\"Server=x;User=sa;Password=[redacted];Encrypt=true\"")]
    [InlineData("a.md", "postgres://app:s3cret@db/x", "postgres://app:[redacted]@db/x")]
    public void A_value_behind_a_telling_name_is_taken_out(string path, string text, string expected) => Assert.Equal(expected, Redact(text, path));

    [Theory]
    [InlineData("a.cs", "var token = lexer.NextToken();")]
    [InlineData("a.cs", "const string TokenType = \"identifier_token_type\";")]
    [InlineData("a.cs", "throw new ArgumentException(\"password: must be longer\");")]
    [InlineData("a.ts", "passwordLabel: 'login.password.label',")]
    [InlineData("a.ts", "password: process.env.DB_PASSWORD,")]
    [InlineData("a.yml", "password: ${{ secrets.DB_PASSWORD }}")]
    [InlineData("a.yml", "secretName: my-tls-secret")]
    [InlineData("a.yml", "token_url: https://example.com/oauth/token")]
    [InlineData("yarn.lock", "  integrity sha512-q6XJn0qpWwvcIF1yzpjqyQ0vVGRbEDgTyfTfGgxu4nUKyyrR1Bbb0HB9fK0oyHNdpC8kKmWq4nUKyyrR1Bbb0Q==")]
    [InlineData("go.sum", "h1:aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789aBcDeFg=")]
    [InlineData("a.cs", "var commit = \"0aabd24c8f1e9d3b7a6c5e4f3d2b1a0f9e8d7c6b\";")]
    [InlineData("a.cs", "Guid.Parse(\"6f9619ff-8b86-d011-b42d-00cf4fc964ff\")")]
    [InlineData("a.js", "\"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/\"")]
    [InlineData("a.cs", "\"A_very_long_name_of_a_test_that_says_what_2_things_do\"")]
    [InlineData("a.md", "see https://example.com:8080/path@2x.png")]
    public void Ordinary_code_stays(string path, string text) => Assert.Same(text, Redaction.Of(text, path).Text);

    [Fact]
    public void A_literal_drawn_by_lot_is_taken_out_and_not_from_a_lock_file()
    {
        var text = $"var x = \"{Letters[..40]}\";";
        Assert.Equal("var x = \"[redacted]\";", Redact(text));
        Assert.Same(text, Redaction.Of(text, "package-lock.json").Text);
    }

    [Fact]
    public void Of_a_private_key_nothing_is_left_and_the_lines_stay()
    {
        var line = (Letters + Letters)[..64];
        var key = $"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{line}\n{line}\nab==\n-----END RSA PRIVATE KEY-----\nafter\n";
        Assert.Equal("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n[redacted]\n[redacted]\n[redacted]\n-----END RSA PRIVATE KEY-----\nafter\n", Redact(key));
        Assert.DoesNotContain(line[..20], Redact($"var k = \"-----BEGIN PRIVATE KEY-----\\n\" +\n    \"{line}\\n\" +\n    \"{line}\\n\";\nNext();\n"), StringComparison.Ordinal);
        Assert.DoesNotContain(line[..20], Redact($"\"key\": \"-----BEGIN PRIVATE KEY-----\\n{line}\\n{line}\\n-----END PRIVATE KEY-----\\n\""), StringComparison.Ordinal);
        Assert.DoesNotContain(line[..20], Redact($"-----BEGIN EC PRIVATE KEY-----\r\n{line}\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Code_that_speaks_of_keys_stays()
    {
        const string Text = "sb.append(\"-----BEGIN PRIVATE KEY-----\\r\\n\");\nsb.append(encode(key));\nsb.append(\"-----END PRIVATE KEY-----\");\n";
        Assert.Same(Text, Redaction.Of(Text, "a.java").Text);
    }

    [Fact]
    public void All_places_are_counted_and_lines_stay_the_same()
    {
        var (text, places) = Redaction.Of($"a\npassword = \"one_1two\"\r\nb ghp_{Letters[..36]} c\n", "a.cs");
        Assert.Equal("a\npassword = \"[redacted]\"\r\nb [redacted] c\n", text);
        Assert.Equal(2, places);
    }

    [Theory]
    [InlineData(".env")]
    [InlineData("a/.env.local")]
    [InlineData("certs/server.PEM")]
    [InlineData("id_rsa")]
    [InlineData("k/id_ed25519")]
    [InlineData("x.pfx")]
    [InlineData(".npmrc")]
    [InlineData("home/.docker/config.json")]
    [InlineData("infra/prod.tfvars")]
    public void Some_files_are_never_opened(string path) => Assert.True(SecretFiles.Is(path));

    [Theory]
    [InlineData("src/environment.ts")]
    [InlineData("id_rsa.pub")]
    [InlineData("id_generator.py")]
    [InlineData("keys.cs")]
    [InlineData("secrets.py")]
    [InlineData("docker/config.json")]
    public void Files_with_like_names_are(string path) => Assert.False(SecretFiles.Is(path));

    private static string Redact(string text, string path = "a.cs") => Redaction.Of(text, path).Text;
}
