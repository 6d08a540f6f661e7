using System.Text;
using AutoBuild.Core.Telemetry;
using AutoBuild.Telemetry;
using AutoBuild.Tests.Api;
using AutoBuild.Tests.Codebase;
using Microsoft.Extensions.DependencyInjection;

namespace AutoBuild.Tests.Telemetry;

/// <summary>Holds <c>docs/metrics.md</c> against the instruments there are; <c>UPDATE_DOCS=1</c> writes its table anew.</summary>
public sealed class MetricsDocumentTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Begin = "<!-- Metrics: generated from the instruments -->\n";
    private const string End = "<!-- end of Metrics -->";

    [Fact]
    public void The_table_is_what_the_instruments_are()
    {
        var text = Repository.Read("docs/metrics.md");
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        var written = Write();
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(Path.Combine(Repository.Root, "docs", "metrics.md"), text[..from] + written + text[to..]);
            return;
        }

        Assert.Equal(written, text[from..to]);
    }

    [Fact]
    public async Task Every_sample_has_the_labels_that_are_declared()
    {
        var figures = Exposition.Read((await server.Calls.GetAsync("metrics")).Did(200).Text);
        var declared = server.Server.Services.GetRequiredService<PrometheusText>().Instruments.ToDictionary(instrument => MetricName.Of(instrument).Name, instrument => instrument.Name);
        var labels = server.Server.Services.GetRequiredService<Instruments>().Labels;
        foreach (var sample in figures.Samples.Where(sample => sample.Name.StartsWith("autobuild_", StringComparison.Ordinal)))
        {
            Assert.Equal(labels[declared[figures.FamilyOf(sample)]].Order(), sample.Labels.Keys.Where(label => label != "le").Order());
        }
    }

    private string Write()
    {
        var labels = server.Server.Services.GetRequiredService<Instruments>().Labels;
        var text = new StringBuilder("| metric | type | labels | what it says |\n|---|---|---|---|\n");
        foreach (var instrument in server.Server.Services.GetRequiredService<PrometheusText>().Instruments.OrderBy(instrument => MetricName.Of(instrument).Name, StringComparer.Ordinal))
        {
            var shown = MetricName.Of(instrument);
            var told = labels.TryGetValue(instrument.Name, out var names) ? string.Join(", ", names.Select(name => $"`{name}`")) : "of .NET";
            text.Append($"| `{shown.Name}` | {shown.Type} | {(told.Length > 0 ? told : "-")} | {shown.Help} |\n");
        }

        return text.ToString();
    }
}
