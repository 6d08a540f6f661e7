using AutoBuild.Configuration;

namespace AutoBuild.Tests.Configuration;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("500MB", 500_000_000)]
    [InlineData("2GB", 2_000_000_000)]
    [InlineData("1.5gb", 1_500_000_000)]
    [InlineData("2 GB", 2_000_000_000)]
    [InlineData("1TB", 1_000_000_000_000)]
    public void Reads_what_people_write(string text, long bytes)
    {
        Assert.Equal(bytes, ByteSize.Parse(text));
        Assert.Equal(bytes, ByteSize.Parse(ByteSize.Format(bytes)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("GB")]
    [InlineData("-2GB")]
    [InlineData("2GiB")]
    [InlineData("99999999TB")]
    public void Refuses_what_is_unclear(string text) => Assert.Null(ByteSize.Parse(text));
}
