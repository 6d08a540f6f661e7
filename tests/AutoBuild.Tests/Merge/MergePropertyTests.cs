using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AutoBuild.Merge;
using AutoBuild.Syntax;
using FsCheck;
using FsCheck.Fluent;

namespace AutoBuild.Tests.Merge;

/// <summary>Holds what must be true of every merge, with sources of all languages that both sides changed at random.</summary>
public sealed partial class MergePropertyTests
{
    private static readonly Arbitrary<MergeCase> AnyCase = Gen.Choose(0, int.MaxValue - 1).Select(seed => Mutation.Case(seed)).ToArbitrary();

    private static readonly Arbitrary<MergeCase> WithoutMoves = Gen.Choose(0, int.MaxValue - 1).Select(seed => Mutation.Case(seed, moves: false)).ToArbitrary();

    /// <summary><c>PROPERTY_CASES</c> is another number.</summary>
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(int.TryParse(Environment.GetEnvironmentVariable("PROPERTY_CASES"), CultureInfo.InvariantCulture, out var cases) ? cases : 1_500);

    [Fact]
    public void What_one_side_alone_changed_is_taken() => Prop.ForAll(AnyCase, one =>
    {
        Assert.Equal(one.Ours, Clean(one with { Theirs = one.Base }));
        Assert.Equal(one.Ours, Clean(one with { Ours = one.Base, Theirs = one.Ours }));
        Assert.Equal(one.Ours, Clean(one with { Theirs = one.Ours }));
    }).Check(Often);

    [Fact]
    public void The_sides_may_be_swapped() => Prop.ForAll(AnyCase, one =>
    {
        var (there, back) = (MergeEngine.Merge(one.Input), MergeEngine.Merge(one.Swapped.Input));
        if (IsTakenBack(there, back) || IsTakenBack(back, there))
        {
            return;
        }

        Assert.Equal(there.Chunks.Select(chunk => (chunk.Base, chunk.Answer is null)), back.Chunks.Select(chunk => (chunk.Base, chunk.Answer is null)));
        if (there.IsClean)
        {
            Assert.Equal(Written(there), Written(back));
        }
    }).Check(Often);

    [Fact]
    public void Nothing_that_a_side_added_or_deleted_is_lost() => Prop.ForAll(WithoutMoves, one =>
    {
        if (MergeEngine.Merge(one.Input) is not { IsClean: true } result)
        {
            return;
        }

        var merged = Text(result);
        foreach (var (side, other) in new[] { (one.Ours, one.Theirs), (one.Theirs, one.Ours) })
        {
            foreach (var word in Novel().Matches(side).Select(match => match.Value).Distinct().Where(word => !other.Contains(word, StringComparison.Ordinal)))
            {
                Assert.Equal(Regex.Count(side, word), Regex.Count(merged, word));
            }

            // An import that the merged file uses stays, whoever deleted it.
            foreach (var line in Lines(WithoutImports(one)).CountBy(line => line).Where(line => line.Value == 1 && line.Key.Length > 0).Select(line => line.Key).Except(Lines(side)))
            {
                Assert.DoesNotContain(line, Lines(merged));
            }
        }
    }).Check(Often);

    [Fact]
    public void Every_line_of_an_open_merge_comes_from_one_of_the_texts_and_line_breaks_marks_and_the_end_stay_as_they_were() => Prop.ForAll(AnyCase, one =>
    {
        var result = MergeEngine.Merge(one.Input);
        var merged = Text(result);
        Assert.Equal(one.Base.StartsWith('\ufeff'), merged.StartsWith('\ufeff'));
        Assert.Equal(one.Base.Contains("\r\n", StringComparison.Ordinal), merged.Contains("\r\n", StringComparison.Ordinal));
        Assert.False(one.Base.Contains("\r\n", StringComparison.Ordinal) && Regex.IsMatch(merged, "(?<!\r)\n"), "A line break changed.");
        Assert.Equal(result.Chunks.Count(chunk => chunk.Answer is null), Regex.Count(merged, "^\ufeff?<<<<<<< ours\r?$", RegexOptions.Multiline));
        var texts = one.Base + one.Ours + one.Theirs;
        Assert.All(Words().Matches(merged).Select(match => match.Value), word => Assert.True(texts.Contains(word, StringComparison.Ordinal) || word is "ours" or "theirs", word));
    }).Check(Often);

    /// <summary>Whether the file as a whole is sound in one order of what both sides added, and not in the other: then all answers are taken back.</summary>
    private static bool IsTakenBack(MergeResult one, MergeResult other) =>
        one.Chunks.All(chunk => chunk.Answer is null) && other.IsClean && other.Chunks.Any(chunk => chunk.Rule is "both-added-lines" or "items-set" or "adjacent-loose");

    private static string WithoutImports(MergeCase one)
    {
        var text = one.Base;
        foreach (var import in Languages.ForPath(one.Path) is { } language ? Imports.Of(text, language).Reverse() : [])
        {
            text = text.Remove(import.Start, import.End - import.Start);
        }

        return text;
    }

    private static string Clean(MergeCase one)
    {
        var result = MergeEngine.Merge(one.Input);
        Assert.True(result.IsClean);
        return Text(result);
    }

    private static string Text(MergeResult result) => Encoding.UTF8.GetString(result.Content);

    /// <summary>
    /// The lines without their blanks, in an order of their own: where both sides changed blanks, ours are taken. Without the comma at the end of a line
    /// too: the last item of a list has none, and which of two additions is the last one depends on whose comes first.
    /// </summary>
    private static IEnumerable<string> Written(MergeResult result) =>
        Lines(Text(result).TrimStart('\ufeff')).Select(line => string.Concat(line.Where(sign => !char.IsWhiteSpace(sign))).TrimEnd(',')).Where(line => line.Length > 0).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Lines(string text) => text.Split('\n').Select(line => line.Trim());

    [GeneratedRegex("novel[0-9]+n[0-9]+")]
    private static partial Regex Novel();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();
}
