using AutoBuild.Configuration;
using AutoBuild.Core;

namespace AutoBuild.Tests.Configuration;

public sealed class ListenRuleTests
{
    private static Settings Parse(string yaml) => SettingsFile.Parse(yaml, "config.yaml", new Dictionary<string, string>());

    [Theory]
    [InlineData("")]
    [InlineData("auth: none")]
    [InlineData("server: {host: localhost}")]
    [InlineData("server: {host: '::1'}")]
    [InlineData("server: {host: 127.0.0.2}")]
    [InlineData("server: {host: 0.0.0.0}\nauth: token")]
    [InlineData("server: {host: 0.0.0.0}\nauth:\n- {token: a, role: admin}")]
    public void Allows(string yaml) => ListenRule.Check(Parse(yaml));

    [Theory]
    [InlineData("server: {host: 0.0.0.0}", "(config.yaml:1), which others can reach. Add 'auth: token'")]
    [InlineData("server: {host: '::'}", "Add 'auth: token'")]
    [InlineData("server: {host: example.test}", "Add 'auth: token'")]
    [InlineData("server: {host: 0.0.0.0}\nauth: none", "'auth: none' is for loopback only")]
    public void Refuses(string yaml, string sentence)
    {
        var fault = Assert.Throws<AutoBuildException>(() => ListenRule.Check(Parse(yaml)));

        Assert.Equal("auth_required", fault.Code);
        Assert.Contains(sentence, fault.Message, StringComparison.Ordinal);
    }
}
