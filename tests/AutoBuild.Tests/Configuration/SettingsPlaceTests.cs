using AutoBuild.Configuration;
using AutoBuild.Core;

namespace AutoBuild.Tests.Configuration;

public sealed class SettingsPlaceTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("autobuild-settings-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_directory, name), text);

    private Settings Load(string? path = null, TrustedFiles? trusted = null) => SettingsFile.Load(path, Environment, trusted, _directory);

    private Dictionary<string, string> Environment { get; } = [];

    private TrustedFiles Trusted => new(Path.Combine(_directory, "trusted"));

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

    [Fact]
    public void The_environment_names_a_file_and_the_command_line_another()
    {
        Write("autobuild.yaml", "server:\n  port: 81\n");
        Write("environment.yaml", "server:\n  port: 82\n");
        Write("typed.yaml", "server:\n  port: 83\n");

        Environment["AUTOBUILD_CONFIG"] = Path.Combine(_directory, "environment.yaml");
        Assert.Equal(82, Load().Server.OrchestratorPort);
        Assert.Equal(83, Load(Path.Combine(_directory, "typed.yaml")).Server.OrchestratorPort);
        Environment["AUTOBUILD_CONFIG"] = Path.Combine(_directory, "nowhere.yaml");
        Assert.Contains("AUTOBUILD_CONFIG", Refused("config_missing"), StringComparison.Ordinal);
        Environment["AUTOBUILD_CONFIG"] = "";
        Assert.Equal(81, Load().Server.OrchestratorPort);
    }

    [Theory]
    [InlineData("autobuild.yaml", ".git")]
    [InlineData("config.yaml", ".git")]
    [InlineData("autobuild.yaml", "../.git")]
    public void One_that_lies_in_a_repository_is_refused_until_it_is_taken(string name, string git)
    {
        using var outer = new TempFolder();
        var folder = Directory.CreateDirectory(outer["repository/deep"]).FullName;
        Directory.CreateDirectory(Path.Combine(folder, git));
        var file = Path.Combine(folder, name);
        File.WriteAllText(file, "auth: none\n");
        Settings LoadThere() => SettingsFile.Load(null, Environment, Trusted, folder);

        var refused = Assert.Throws<AutoBuildException>(LoadThere);
        Assert.Equal("config_untrusted", refused.Code);
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.Contains("autobuild config trust", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--config", refused.Message, StringComparison.Ordinal);

        Assert.Equal(AuthMode.None, SettingsFile.Trust(Environment, Trusted, folder).Auth.Mode);
        Assert.Equal(AuthMode.None, LoadThere().Auth.Mode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_directory, "trusted")));

        File.AppendAllText(file, "agents:\n  writable: [/]\n");
        Assert.Equal("config_untrusted", Assert.Throws<AutoBuildException>(LoadThere).Code);
        SettingsFile.Trust(Environment, Trusted, folder);
        Assert.Equal(["/"], LoadThere().Agents.Writable);

        File.WriteAllText(file, "auth: none\n");
        Assert.Equal("config_untrusted", Assert.Throws<AutoBuildException>(LoadThere).Code);
    }

    [Fact]
    public void What_was_taken_in_one_place_is_not_in_another()
    {
        using var other = new TempFolder();
        Directory.CreateDirectory(other["b/.git"]);
        Directory.CreateDirectory(Path.Combine(_directory, ".git"));
        Write("autobuild.yaml", "auth: none\n");
        File.WriteAllText(other["b/autobuild.yaml"], "auth: none\n");
        SettingsFile.Trust(Environment, Trusted, _directory);

        Assert.Equal("config_untrusted", Assert.Throws<AutoBuildException>(() => SettingsFile.Load(null, Environment, Trusted, other["b"])).Code);
        Assert.Equal(AuthMode.None, Load(trusted: Trusted).Auth.Mode);
    }

    /// <summary>A work tree of git's own, and a submodule, have a file of that name.</summary>
    [Fact]
    public void One_that_is_named_is_taken_wherever_it_lies()
    {
        Write(".git", "gitdir: /elsewhere\n");
        Write("autobuild.yaml", "server:\n  port: 84\n");

        Refused("config_untrusted");
        Assert.Equal(84, Load(Path.Combine(_directory, "autobuild.yaml")).Server.OrchestratorPort);
        Environment["AUTOBUILD_CONFIG"] = Path.Combine(_directory, "autobuild.yaml");
        Assert.Equal(84, Load().Server.OrchestratorPort);
    }

    [Fact]
    public void What_can_not_be_read_is_not_taken()
    {
        Directory.CreateDirectory(Path.Combine(_directory, ".git"));
        Assert.Equal("config_missing", Assert.Throws<AutoBuildException>(() => SettingsFile.Trust(Environment, Trusted, _directory)).Code);
        Write("autobuild.yaml", "auth: nobody\n");

        Assert.Equal("config_invalid", Assert.Throws<AutoBuildException>(() => SettingsFile.Trust(Environment, Trusted, _directory)).Code);
        Assert.False(File.Exists(Path.Combine(_directory, "trusted")));
    }

    private string Refused(string code)
    {
        var fault = Assert.Throws<AutoBuildException>(() => Load(trusted: Trusted));
        Assert.Equal(code, fault.Code);
        return fault.Message;
    }
}
