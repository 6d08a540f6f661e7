using AutoBuild.Runner.Agents;

namespace AutoBuild.Tests.Runner;

public sealed class ResetTimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Claude AI usage limit reached|1795284000", "2026-11-21T18:00:00Z")]
    [InlineData("You've hit your limit · resets 3am (America/Los_Angeles)", "2026-11-22T11:00:00Z")]
    [InlineData("5-hour limit reached ∙ resets 11pm (Europe/Berlin)", "2026-11-21T22:00:00Z")]
    [InlineData("limit reached, resets at 12am (UTC)", "2026-11-22T00:00:00Z")]
    [InlineData("resets 13:30 (UTC)", "2026-11-21T13:30:00Z")]
    [InlineData("You’ve hit your usage limit. Try again in 2 days 3 hours 5 minutes.", "2026-11-23T15:05:00Z")]
    [InlineData("Rate limit reached, please try again in 1.5s", "2026-11-21T12:00:01.5Z")]
    [InlineData("bad (retry in 20 s)", "2026-11-21T12:00:20Z")]
    [InlineData("resets Nov 24, 9am (Asia/Kolkata)", "2026-11-24T03:30:00Z")]
    [InlineData("Try again at Nov 22nd, 2026 3:14 PM (UTC).", "2026-11-22T15:14:00Z")]
    public void ATimeIsRead(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), ResetTime.Read(text, Now));

    [Theory]
    [InlineData("Try again later.")]
    [InlineData("")]
    [InlineData("limit reached|1700000000")]
    [InlineData("API Error: 529")]
    public void NoTimeIsNone(string text) => Assert.Null(ResetTime.Read(text, Now));

    /// <summary>A time of the day without a zone is the machine's own, and lies ahead.</summary>
    [Fact]
    public void ATimeWithoutAZoneIsTheMachines()
    {
        var read = ResetTime.Read("Try again at 5:14 PM", Now)!.Value;

        Assert.Equal(new TimeSpan(17, 14, 0), TimeZoneInfo.ConvertTime(read, TimeZoneInfo.Local).TimeOfDay);
        Assert.InRange(read - Now, TimeSpan.FromTicks(1), TimeSpan.FromHours(25));
    }
}
