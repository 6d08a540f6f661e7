using AutoBuild.Memory.History;
using AutoBuild.Memory.Search;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Memory.Search;

/// <summary>Ranks the chunks of a view.</summary>
public sealed class RankerTests : IDisposable
{
    private static readonly (string, string)[] Shop =
    [
        ("src/Basket.cs", "namespace Shop;\n\npublic class Basket\n{\n    public void Put(Item item)\n    {\n        items.Add(item);\n    }\n}\n"),
        ("src/Payment.cs", "namespace Shop;\n\npublic class Payment\n{\n    // A card that was refused is not asked again.\n    public bool Charge(Card card)\n    {\n        throw new InvalidOperationException(\"the card was refused\");\n    }\n}\n"),
        ("src/Shipping.cs", "namespace Shop;\n\npublic class Shipping\n{\n    public void Send(Parcel parcel)\n    {\n        post.Take(parcel);\n        Basket basket = null;\n    }\n}\n"),
        ("tests/BasketTests.cs", "namespace Shop.Tests;\n\npublic class BasketTests\n{\n    public void A_basket_takes_an_item()\n    {\n        new Basket().Put(item);\n    }\n}\n"),
        ("vendor/Other.cs", "namespace Other;\n\npublic class Parcels\n{\n    public void Send(Parcel parcel)\n    {\n        post.Take(parcel);\n    }\n}\n"),
    ];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("where is a parcel sent?", "src/Shipping.cs")]
    [InlineData("charging a card", "src/Payment.cs")]
    [InlineData("Basket", "src/Basket.cs")]
    [InlineData("BasketTests.cs", "tests/BasketTests.cs")]
    [InlineData("why does it say \"the card was refused\" to me", "src/Payment.cs")]
    [InlineData("put an item into the basket", "src/Basket.cs")]
    public void The_place_that_is_meant_comes_first(string query, string path)
    {
        using var index = new IndexedTexts(_folder, Shop);
        Assert.Equal(path, index.Ranker().Rank(new SearchRequest(Guid.Empty, query)).Results[0].FilePath);
    }

    [Fact]
    public void It_makes_no_difference_in_how_many_segments_texts_stand()
    {
        using var one = new IndexedTexts(_folder, 1, Shop);
        using var three = new IndexedTexts(_folder, 3, Shop);
        foreach (var query in new[] { "send the parcel", "Basket item", "the card was refused" })
        {
            var (a, b) = (one.Ranker().Rank(new SearchRequest(Guid.Empty, query)), three.Ranker().Rank(new SearchRequest(Guid.Empty, query)));
            Assert.Equal(a.Results.Select(result => (result.FilePath, result.Similarity)), b.Results.Select(result => (result.FilePath, result.Similarity)));
            Assert.Equal(a.Total, b.Total);
        }
    }

    [Fact]
    public void A_result_says_where_it_stands_and_what_it_has_its_place_from()
    {
        using var index = new IndexedTexts(_folder, Shop);
        var found = index.Ranker().Rank(new SearchRequest(Guid.Empty, "charge the card"));
        var first = found.Results[0];
        Assert.Equal(("src/Payment.cs", 1, 10, "Payment", 0), (first.FilePath, first.StartLine, first.EndLine, first.Symbol, first.ChunkIndex));
        Assert.Equal(Shop[1].Item2, first.Content);
        Assert.Equal(["lexical", "chunk", "cover"], found.Legs);
        Assert.Equal(found.Legs, first.ScoreParts.Keys);
        Assert.InRange(first.Similarity, 0.9, 1);
        Assert.All(found.Results.Zip(found.Results.Skip(1)), pair => Assert.True(pair.First.Similarity >= pair.Second.Similarity));
    }

    [Fact]
    public void Only_files_that_pass_the_filter_and_are_near_enough_to_the_best_are_given()
    {
        using var index = new IndexedTexts(_folder, Shop);
        var ranker = index.Ranker();
        var request = new SearchRequest(Guid.Empty, "basket item");
        Assert.Equal(["tests/BasketTests.cs"], ranker.Rank(request, new GitPatterns(["tests/"])).Results.Select(result => result.FilePath));
        Assert.DoesNotContain(ranker.Rank(request with { MinSimilarity = 0.5 }).Results, result => result.FilePath == "src/Shipping.cs");
        Assert.Contains(ranker.Rank(request).Results, result => result.FilePath == "src/Shipping.cs");
        Assert.Single(ranker.Rank(request with { MaxResults = 1 }).Results);
    }

    [Fact]
    public void A_file_shows_its_best_chunks_and_no_more_than_three()
    {
        var methods = string.Concat(Enumerable.Range(0, 6).Select(number => $"    public void Fill{number}()\n    {{\n{string.Concat(Enumerable.Repeat("        pail.Fill();\n", 25 + number))}    }}\n\n"));
        using var index = new IndexedTexts(_folder, [.. Shop, ("src/Pail.cs", "class Pail\n{\n" + methods + "}\n")]);
        var results = index.Ranker().Rank(new SearchRequest(Guid.Empty, "fill the pail")).Results;
        Assert.Equal(ChunkPicker.PerFile, results.Count(result => result.FilePath == "src/Pail.cs"));
        Assert.Equal("Pail.Fill3", index.Ranker().Rank(new SearchRequest(Guid.Empty, "Fill3")).Results[0].Symbol);
    }

    [Fact]
    public void What_was_done_to_a_file_finds_it_by_words_that_it_does_not_hold()
    {
        using var index = new IndexedTexts(_folder, Shop);
        var past = new PastCommit("1", 1_700_000_000, "Customers abroad get their goods", ["src/Shipping.cs"], []);
        var found = index.Ranker(past).Rank(new SearchRequest(Guid.Empty, "goods for customers abroad"));
        Assert.Equal("src/Shipping.cs", found.Results[0].FilePath);
        Assert.Equal(["messages", "commits", "prior"], found.Legs);
        Assert.Empty(index.Ranker().Rank(new SearchRequest(Guid.Empty, "goods for customers abroad")).Results);
    }

    [Fact]
    public void A_query_of_a_hundred_kilobytes_is_answered_by_its_rarest_words()
    {
        using var index = new IndexedTexts(_folder, Shop);
        var query = string.Join(' ', Enumerable.Range(0, 12_000).Select(number => $"word{number}")) + " parcel";
        Assert.Equal("src/Shipping.cs", index.Ranker().Rank(new SearchRequest(Guid.Empty, "parcel " + query)).Results[0].FilePath);
    }

    [Fact]
    public void Nothing_is_found_in_nothing()
    {
        using var index = new IndexedTexts(_folder, ("empty.cs", ""));
        Assert.Empty(index.Ranker().Rank(new SearchRequest(Guid.Empty, "anything")).Results);
        Assert.Empty(index.Ranker().Rank(new SearchRequest(Guid.Empty, "?")).Results);
    }
}
