using AutoBuild.Configuration;

namespace AutoBuild.Tests.Configuration;

public sealed class DurationTests
{
    [Theory]
    [InlineData("30s", 30)]
    [InlineData("90s", 90)]
    [InlineData("5m", 300)]
    [InlineData("30m", 1800)]
    [InlineData("2h", 7200)]
    [InlineData("1h30m", 5400)]
    [InlineData("1d", 86400)]
    [InlineData("250ms", 0.25)]
    [InlineData("0s", 0)]
    public void Reads_what_people_write(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Duration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("m")]
    [InlineData("5 m")]
    [InlineData("-5m")]
    [InlineData("5M")]
    [InlineData("30m1h")]
    [InlineData("1.5h")]
    [InlineData("99999999999999999s")]
    public void Refuses_what_is_unclear(string text) => Assert.Null(Duration.Parse(text));

    [Theory]
    [InlineData("30s")]
    [InlineData("1m30s")]
    [InlineData("2h")]
    [InlineData("1d1h1m1s1ms")]
    public void Writes_what_reads_back(string text) => Assert.Equal(text, Duration.Format(Duration.Parse(text)!.Value));
}
