using AutoBuild.Configuration;
using AutoBuild.Core;

namespace AutoBuild.Tests.Configuration;

public sealed class SettingsPlaceTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("autobuild-settings-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_directory, name), text);

    private Settings Load(string? path = null) => SettingsFile.Load(path, new Dictionary<string, string>(), _directory);

    [Theory]
    [InlineData("autobuild.yaml")]
    [InlineData("config.yaml")]
    public void A_file_in_the_directory_is_found(string name)
    {
        Write(name, "server:\n  port: 81\n");

        Assert.Equal(81, Load().Server.OrchestratorPort);
        Assert.Equal($"{name}:2", Load().Sources["server.port"]);
    }

    [Fact]
    public void None_is_fine() => Assert.Null(Load().File);

    [Fact]
    public void Both_are_an_error()
    {
        Write("autobuild.yaml", "");
        Write("config.yaml", "");

        Assert.Equal("config_ambiguous", Assert.Throws<AutoBuildException>(() => Load()).Code);
    }

    [Theory]
    [InlineData("site: blog\ntheme: dark\n")]
    [InlineData("{{ a template }}: {")]
    public void Another_programs_config_is_left_alone(string text)
    {
        Write("config.yaml", text);

        Assert.Null(Load().File);
    }

    [Fact]
    public void A_named_file_must_exist() =>
        Assert.Equal("config_missing", Assert.Throws<AutoBuildException>(() => Load(Path.Combine(_directory, "other.yaml"))).Code);
}
