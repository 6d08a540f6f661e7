using System.Text;
using AutoBuild.Configuration;
using AutoBuild.Core;
using AutoBuild.Runner.Qa;

namespace AutoBuild.Tests.Configuration;

/// <summary>Gives what is no configuration to the reader of configurations, and to that of recipes.</summary>
public sealed class HostileFileTests : IDisposable
{
    private static readonly Dictionary<string, string> Nothing = [];

    private readonly TempFolder _folder = new();

    public static TheoryData<string, string> Texts => new()
    {
        { "a tab", "server:\n\tport: 1\n" },
        { "a key twice", "server:\n  port: 1\n  port: 2\n" },
        { "a section twice", "server:\n  port: 1\nserver:\n  host: x\n" },
        { "laughter", "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n" },
        { "itself", "server: &s\n  port: *s\n" },
        { "an abyss of lists", new string('[', 200_000) },
        { "an abyss of keys", string.Concat(Enumerable.Repeat("{a: ", 50_000)) },
        { "an abyss of dashes", string.Concat(Enumerable.Repeat("- ", 50_000)) },
        { "an unknown key of some length", new string('k', 100_000) + ": 1" },
        { "a value of some length", $"server:\n  port: {new string('9', 100_000)}\n" },
        { "50,000 keys", string.Concat(Enumerable.Range(0, 50_000).Select(i => $"k{i}: 1\n")) },
        { "a key that is a list", "? [a, b]\n: c\n" },
        { "a tag", "!!python/object/apply:os.system ['touch owned']\n" },
        { "two documents", "server:\n  port: 1\n---\nserver:\n  port: 2\n" },
        { "no end", "server: {port: 1" },
        { "no end of a text", "server: \"x" },
        { "control characters", "server:\n  host: \"\u0001\u0002\n" },
        { "NUL", "server:\n  port: 1\0\n" },
        { "a merge key", "a: &a {port: 1}\nserver:\n  <<: *a\n" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void It_is_told_in_a_sentence(string what, string yaml)
    {
        var fault = Assert.Throws<AutoBuildException>(() => SettingsFile.Parse(yaml, "autobuild.yaml", Nothing));
        Assert.Equal("config_invalid", fault.Code);
        Assert.StartsWith("autobuild.yaml:", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", fault.Message, StringComparison.Ordinal);
        Assert.True(what == "50,000 keys" || fault.Message.Length < 4000, $"{what}: {fault.Message.Length} characters");
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_recipe_of_that_kind_is_refused_too(string what, string yaml) =>
        Assert.True(Recipe.Parse(yaml, ".autobuild.yaml").Refusal is { Code: "recipe_invalid" }, what);

    [Fact]
    public void Any_broken_text_is_read_or_refused()
    {
        const string Whole = "server:\n  port: 8080\n  host: \"127.0.0.1\"\nauth:\n  - {token: abc, role: admin}\nqueue:\n  priority_levels: [critical, high, normal, low]\n  lease: 1m # so\n";
        const string Odd = "\t:-[]{}&*!|>'\"%@`#?,\n\0 \u2028\ufeff";
        var random = new Random(7);
        for (var i = 0; i < 3000; i++)
        {
            var text = new StringBuilder(Whole);
            for (var edits = random.Next(1, 5); edits > 0; edits--)
            {
                var at = random.Next(text.Length);
                _ = random.Next(3) switch
                {
                    0 => text.Remove(at, Math.Min(random.Next(1, 10), text.Length - at)),
                    1 => text.Insert(at, Odd[random.Next(Odd.Length)]),
                    _ => text.Insert(at, Whole[random.Next(Whole.Length)..]),
                };
            }

            try
            {
                SettingsFile.Parse(text.ToString(), "autobuild.yaml", Nothing);
            }
            catch (AutoBuildException fault)
            {
                Assert.Equal("config_invalid", fault.Code);
            }

            Recipe.Parse(text.ToString(), ".autobuild.yaml");
        }
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', 0xff, 0xfe, (byte)':' })]
    [InlineData(new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 0xf0, 0x80 })]
    [InlineData(new byte[] { (byte)'#', 0xe4, (byte)'\n' })]
    public void A_file_that_is_no_UTF_8_is_told(byte[] bytes)
    {
        File.WriteAllBytes(_folder["autobuild.yaml"], bytes);
        var fault = Assert.Throws<AutoBuildException>(() => SettingsFile.Load(null, Nothing, directory: _folder.Path));
        Assert.Equal("config_invalid", fault.Code);
        Assert.Contains("UTF-8", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_says_how_it_is_written_is_read()
    {
        File.WriteAllText(_folder["autobuild.yaml"], "server:\n  port: 81\n", Encoding.Unicode);
        Assert.Equal(81, SettingsFile.Load(null, Nothing, directory: _folder.Path).Server.OrchestratorPort);
    }

    [Theory]
    [InlineData("autobuild.yaml")]
    [InlineData("/dev/zero")]
    public void A_file_without_end_is_not_read_to_its_end(string file)
    {
        Assert.SkipUnless(File.Exists(file) || !Path.IsPathRooted(file), $"There is no {file} here.");
        if (!Path.IsPathRooted(file))
        {
            file = _folder.Write(file, string.Concat(Enumerable.Repeat("# ten bytes\n", 1_000_000)));
        }

        Assert.Equal("config_invalid", Assert.Throws<AutoBuildException>(() => SettingsFile.Load(file, Nothing)).Code);
    }

    [Fact]
    public void A_config_yaml_of_some_other_program_is_left_alone_whatever_it_holds()
    {
        File.WriteAllBytes(_folder["config.yaml"], [0xff, 0x00, 0xff]);
        Assert.Null(SettingsFile.Load(null, Nothing, directory: _folder.Path).File);
    }

    public void Dispose() => _folder.Dispose();
}
