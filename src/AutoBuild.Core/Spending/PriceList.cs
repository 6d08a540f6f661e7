using System.Text.Json;
using System.Text.RegularExpressions;
using AutoBuild.Core.Runs;

namespace AutoBuild.Core.Spending;

/// <summary>Knows what models cost: the list that comes with the program, under what an operator adds to it.</summary>
/// <remarks>A model that is not in it has no price: its cost is unknown, never nothing.</remarks>
public sealed partial class PriceList
{
    private static readonly Lazy<PriceList> BuiltInList = new(ReadBuiltIn);

    private readonly IReadOnlyDictionary<string, Price> _prices;

    private PriceList(IReadOnlyDictionary<string, Price> prices) => _prices = prices;

    public static PriceList BuiltIn => BuiltInList.Value;

    /// <summary>Returns this list with others in front of it, by model.</summary>
    public PriceList With(IReadOnlyDictionary<string, Price> others)
    {
        var all = new Dictionary<string, Price>(_prices);
        foreach (var (model, price) in others)
        {
            all[Plain(model)] = price;
        }

        return new PriceList(all);
    }

    /// <summary>Returns the price of a model; null where there is none in the list.</summary>
    public Price? Find(string? model) => model is null ? null : _prices.GetValueOrDefault(Plain(model));

    /// <summary>Adds to a count that tells no cost what it costs, or that nobody knows.</summary>
    public RunUsage Complete(RunUsage usage, string? model) => usage switch
    {
        { CostUsd: > 0 } => usage with { CostSource = usage.CostSource ?? CostSource.Agent },
        { Tokens: 0 } => usage with { CostUsd = null, CostSource = null },
        _ when Find(model) is { } price => usage with { CostUsd = price.Of(usage), CostSource = CostSource.Prices },
        _ => usage with { CostUsd = null, CostSource = null, UnpricedTokens = usage.Tokens },
    };

    /// <summary>Reads a document of the form of <c>prices.json</c>: an entry for each price with the models that have it.</summary>
    /// <exception cref="AutoBuildException">prices_invalid.</exception>
    public static IReadOnlyDictionary<string, Price> Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var prices = new Dictionary<string, Price>();
            foreach (var entry in document.RootElement.GetProperty("prices").EnumerateArray())
            {
                var price = ReadPrice(entry);
                foreach (var model in entry.GetProperty("models").EnumerateArray())
                {
                    prices[Plain(model.GetString() ?? "")] = price;
                }
            }

            return prices;
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new AutoBuildException("prices_invalid", $"Not a readable list of prices: {fault.Message} Expected {{\"prices\": [{{\"models\": [\"name\"], \"input\": 1, \"output\": 2}}]}}, in US dollars per million tokens.", fault);
        }
    }

    private static Price ReadPrice(JsonElement entry)
    {
        var input = Amount(entry, "input") ?? throw new JsonException("an entry has no input.");
        return new Price(input, Amount(entry, "cached_input") ?? input, Amount(entry, "cache_write") ?? input, Amount(entry, "output") ?? throw new JsonException("an entry has no output."));
    }

    private static decimal? Amount(JsonElement entry, string name) =>
        !entry.TryGetProperty(name, out var amount) ? null
        : amount.GetDecimal() is >= 0 and var dollars ? dollars
        : throw new JsonException($"{name} is below zero.");

    /// <summary>Takes off what names the same model otherwise: provider, context mark, date, preview.</summary>
    private static string Plain(string model) => Trimmings().Replace(model[(model.LastIndexOf('/') + 1)..].ToLowerInvariant(), "");

    private static PriceList ReadBuiltIn()
    {
        using var reader = new StreamReader(typeof(PriceList).Assembly.GetManifestResourceStream("AutoBuild.Core.Spending.prices.json")!);
        return new PriceList(Read(reader.ReadToEnd()));
    }

    [GeneratedRegex(@"(\[.*\]|-\d{4}-?\d{2}-?\d{2}|-preview|-latest)+$")]
    private static partial Regex Trimmings();
}
