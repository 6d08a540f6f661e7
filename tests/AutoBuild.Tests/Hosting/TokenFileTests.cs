using AutoBuild.Core;
using AutoBuild.Hosting;

namespace AutoBuild.Tests.Hosting;

public sealed class TokenFileTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempFolder _folder = new();
    private readonly StringWriter _said = new();

    private string Token => _folder["token"];

    [Fact]
    public void A_new_token_is_its_owners_alone_and_stays()
    {
        var made = TokenFile.OpenOrCreate(Token, _said);

        Assert.Equal(64, made.Length);
        Assert.Equal(Owner, File.GetUnixFileMode(Token));
        Assert.Equal(made, TokenFile.OpenOrCreate(Token, _said));
        Assert.Empty(_said.ToString());
    }

    [Fact]
    public void Two_tokens_are_never_the_same()
    {
        var first = TokenFile.OpenOrCreate(Token, _said);
        Assert.NotEqual(first, TokenFile.OpenOrCreate(_folder["other"], _said));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead | UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void A_token_that_others_could_read_is_closed_and_that_is_said(UnixFileMode wider)
    {
        _folder.Write("token", "known\n");
        File.SetUnixFileMode(Token, Owner | wider);

        Assert.Equal("known", TokenFile.OpenOrCreate(Token, _said));
        Assert.Equal(Owner, File.GetUnixFileMode(Token));
        Assert.Contains(Token, _said.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("known", _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_in_its_place_is_refused_and_not_followed()
    {
        var target = _folder.Write("elsewhere", "planted\n");
        File.SetUnixFileMode(target, Owner | UnixFileMode.OtherRead);
        File.CreateSymbolicLink(Token, target);

        Assert.Equal("token_unsafe", Assert.Throws<AutoBuildException>(() => TokenFile.OpenOrCreate(Token, _said)).Code);
        Assert.Equal("planted\n", File.ReadAllText(target));
        Assert.Equal(Owner | UnixFileMode.OtherRead, File.GetUnixFileMode(target));
    }

    [Fact]
    public void A_link_to_nowhere_is_refused_and_makes_no_file()
    {
        File.CreateSymbolicLink(Token, _folder["nowhere"]);

        Assert.Equal("token_unsafe", Assert.Throws<AutoBuildException>(() => TokenFile.OpenOrCreate(Token, _said)).Code);
        Assert.False(File.Exists(_folder["nowhere"]));
    }

    [Fact]
    public void A_draft_that_somebody_left_is_neither_followed_nor_kept()
    {
        var target = _folder.Write("elsewhere", "mine\n");
        File.CreateSymbolicLink($"{Token}.{Environment.ProcessId}.new", target);

        TokenFile.OpenOrCreate(Token, _said);

        Assert.Equal("mine\n", File.ReadAllText(target));
        Assert.Null(new FileInfo(Token).LinkTarget);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _said.Dispose();
    }
}
