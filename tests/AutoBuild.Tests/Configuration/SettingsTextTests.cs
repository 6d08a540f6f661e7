using AutoBuild.Configuration;

namespace AutoBuild.Tests.Configuration;

public sealed class SettingsTextTests
{
    [Fact]
    public void Shows_each_value_with_its_source_and_no_secret()
    {
        var settings = SettingsFile.Parse("queue:\n  lease: 2m\nauth:\n  - {token: topsecret1, role: admin}\ngithub:\n  app_id: ${GITHUB_APP_ID}\n", "autobuild.yaml", new Dictionary<string, string>
        {
            ["PORT"] = "81",
            ["DATABASE_URL"] = "postgresql://u:topsecret2@db/x",
            ["ANTHROPIC_API_KEY"] = "topsecret3",
            ["GITHUB_PRIVATE_KEY"] = "topsecret4",
            ["MEMORY_SERVICE_URL"] = "http://reader:topsecret5@memory:8000/?token=topsecret6",
        });

        var rows = SettingsText.Rows(settings).ToDictionary(row => row.Key);

        Assert.Equal(new SettingRow("queue.lease", "2m", "autobuild.yaml:2"), rows["queue.lease"]);
        Assert.Equal(new SettingRow("server.port", "81", "environment PORT"), rows["server.port"]);
        Assert.Equal(new SettingRow("queue.job_timeout", "30m", "default"), rows["queue.job_timeout"]);
        Assert.Equal(new SettingRow("github.app_id", null, "autobuild.yaml:6, GITHUB_APP_ID is not set"), rows["github.app_id"]);
        Assert.Equal(new SettingRow("database.url", "postgresql://u:***@db/x", "environment DATABASE_URL"), rows["database.url"]);
        Assert.Equal("http://reader:***@memory:8000/?token=***", rows["memory_service.url"].Value);
        Assert.Equal("(set)", rows["models.anthropic_api_key"].Value);
        Assert.DoesNotContain("topsecret", SettingsText.Render(settings), StringComparison.Ordinal);
        Assert.Contains("queue.lease", SettingsText.Render(settings), StringComparison.Ordinal);
    }

    [Fact]
    public void Tells_which_settings_have_no_effect_yet()
    {
        Assert.Null(SettingsText.Notice(SettingsFile.Parse("queue:\n  lease: 2m\n", "autobuild.yaml", new Dictionary<string, string>())));
        Assert.Equal(
            "Set, but without effect in this version: github.app_id (autobuild.yaml:2), database.url (environment DATABASE_URL). Everything is kept in SQLite in the data directory.",
            SettingsText.Notice(SettingsFile.Parse("github:\n  app_id: 5\n", "autobuild.yaml", new Dictionary<string, string> { ["DATABASE_URL"] = "postgresql://db/x" })));
    }
}
