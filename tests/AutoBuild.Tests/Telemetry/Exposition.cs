using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AutoBuild.Tests.Telemetry;

/// <summary>Is one line of figures.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>Reads the text format of Prometheus as its specification has it, and refuses whatever that does not allow.</summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, string> _types = [];
    private readonly HashSet<string> _helped = [];
    private readonly HashSet<string> _closed = [];
    private readonly HashSet<string> _series = [];
    private string _family = "";

    public List<Sample> Samples { get; } = [];

    /// <summary>The type of each family, by its name.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    public static Exposition Read(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        var read = new Exposition();
        foreach (var line in text[..^1].Split('\n'))
        {
            read.Line(line);
        }

        read.CheckHistograms();
        return read;
    }

    /// <summary>Returns the value of the one series with these labels, and no others.</summary>
    public double Value(string name, params (string Name, string Value)[] labels)
    {
        var found = Samples.Where(sample => sample.Name == name && sample.Labels.Count == labels.Length && Has(sample, labels)).ToList();
        Assert.True(found.Count == 1, $"{found.Count} series of {name} with {string.Join(", ", labels)} among: {string.Join("; ", Samples.Where(sample => sample.Name == name).Select(Key))}");
        return found[0].Value;
    }

    /// <summary>Returns the sum of all series that have these labels among others; 0 for none.</summary>
    public double Sum(string name, params (string Name, string Value)[] labels) =>
        Samples.Where(sample => sample.Name == name && Has(sample, labels)).Sum(sample => sample.Value);

    /// <summary>Returns the family that a sample is part of.</summary>
    public string FamilyOf(Sample sample) => FamilyOf(sample.Name);

    private static string Key(Sample sample) => $"{sample.Name} {string.Join(',', sample.Labels.OrderBy(label => label.Key, StringComparer.Ordinal))}";

    private static bool Has(Sample sample, (string Name, string Value)[] labels) => labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value);

    private void Line(string line)
    {
        if (Comment().Match(line) is { Success: true } comment)
        {
            var name = comment.Groups["name"].Value;
            Open(name);
            if (comment.Groups["what"].Value == "HELP")
            {
                Assert.True(_helped.Add(name), $"{name} has HELP twice.");
                Assert.DoesNotMatch(@"\\[^\\n]", comment.Groups["text"].Value);
            }
            else
            {
                Assert.Contains(comment.Groups["text"].Value, new[] { "counter", "gauge", "histogram" });
                Assert.True(_types.TryAdd(name, comment.Groups["text"].Value), $"{name} has TYPE twice.");
            }

            return;
        }

        Take(Parse(line));
    }

    // All lines of a family stand together.
    private void Open(string name)
    {
        if (name != _family)
        {
            Assert.True(_closed.Add(name), $"The lines of {name} don't stand together.");
            _family = name;
        }
    }

    private void Take(Sample sample)
    {
        var family = FamilyOf(sample.Name);
        Assert.Equal(_family, family);
        Assert.True(_helped.Contains(family) && _types.ContainsKey(family), $"{family} has no HELP or TYPE before its first sample.");
        Assert.True(_series.Add(Key(sample)), $"Twice: {Key(sample)}");
        Assert.False(_types[family] == "counter" && (sample.Value < 0 || !family.EndsWith("_total", StringComparison.Ordinal)), $"{sample} is no counter.");
        Samples.Add(sample);
    }

    private string FamilyOf(string sample)
    {
        var cut = HistogramPart().Replace(sample, "");
        return _types.GetValueOrDefault(cut) == "histogram" ? cut : sample;
    }

    private static Sample Parse(string line)
    {
        var match = SampleLine().Match(line);
        Assert.True(match.Success, $"No sample: {line}");
        var labels = new Dictionary<string, string>();
        foreach (Match label in Label().Matches(match.Groups["labels"].Value))
        {
            Assert.True(labels.TryAdd(label.Groups["name"].Value, Unescaped(label.Groups["value"].Value)), $"A label twice: {line}");
        }

        return new Sample(match.Groups["name"].Value, labels, Number(match.Groups["value"].Value));
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static string Unescaped(string text)
    {
        var plain = new StringBuilder();
        for (var index = 0; index < text.Length; index++)
        {
            plain.Append(text[index] != '\\' ? text[index] : text[++index] == 'n' ? '\n' : text[index]);
        }

        return plain.ToString();
    }

    private void CheckHistograms()
    {
        foreach (var name in _types.Where(family => family.Value == "histogram").Select(family => family.Key))
        {
            foreach (var series in Samples.Where(sample => sample.Name == name + "_bucket").GroupBy(Rest))
            {
                var edges = series.Select(sample => Number(sample.Labels["le"])).ToList();
                Assert.Equal(edges.Order().Distinct(), edges);
                Assert.Equal(double.PositiveInfinity, edges[^1]);
                Assert.Equal(series.Select(sample => sample.Value).Order(), series.Select(sample => sample.Value));
                Assert.Equal(series.Last().Value, Samples.Single(sample => sample.Name == name + "_count" && Rest(sample) == series.Key).Value);
                Assert.Single(Samples, sample => sample.Name == name + "_sum" && Rest(sample) == series.Key);
            }
        }
    }

    private static string Rest(Sample sample) => string.Join(',', sample.Labels.Where(label => label.Key != "le").OrderBy(label => label.Key, StringComparer.Ordinal));

    [GeneratedRegex(@"^# (?<what>HELP|TYPE) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>\S.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Comment();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*"(,(?=[a-zA-Z_]))?)*)\})? (?<value>[+-]?(Inf|[0-9][0-9.eE+-]*))$""", RegexOptions.ExplicitCapture)]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\]|\\["\\n])*)"(,|$)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Label();

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.ExplicitCapture)]
    private static partial Regex HistogramPart();
}
