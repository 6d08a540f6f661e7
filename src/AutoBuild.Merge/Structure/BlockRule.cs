using AutoBuild.Merge.Lines;
using AutoBuild.Syntax;

namespace AutoBuild.Merge.Structure;

/// <summary>Answers chunks by the items that they are made of: those of the innermost block that holds the chunk in all three versions.</summary>
internal static class BlockRule
{
    public static void Run(MergeDraft draft)
    {
        if (draft.Open.Count == 0 || draft.Path is null || Languages.ForPath(draft.Path) is not { } language)
        {
            return;
        }

        SourceText[] texts = [draft.Base, draft.Ours, draft.Theirs];
        var trees = new Block[3];
        for (var version = 0; version < 3; version++)
        {
            if (BlockTree.Of(texts[version].Text, language) is not { } tree)
            {
                return;
            }

            trees[version] = tree;
        }

        var cut = new Dictionary<Block, Container?>();
        foreach (var chunk in draft.Open)
        {
            if (!draft.IsLate && draft.Pieces.Contains(chunk))
            {
                Answer(draft, chunk, Around(chunk, texts, trees, cut), language);
            }
        }
    }

    private static void Answer(MergeDraft draft, Piece chunk, List<Container[]> around, Language language)
    {
        foreach (var containers in around)
        {
            if (Region.Around(draft, chunk, containers) is { } region && new UnitMerge(containers, region, language).Merged() is { } answer
                && draft.Replace(region.Of(0), region.Of(1), region.Of(2), answer))
            {
                return;
            }
        }
    }

    /// <summary>The blocks that hold a chunk in base, ours and theirs, the innermost first.</summary>
    private static List<Container[]> Around(Piece chunk, SourceText[] texts, Block[] trees, Dictionary<Block, Container?> cut)
    {
        LineSpan[] spans = [chunk.Base, chunk.Ours, chunk.Theirs];
        var found = new List<Container[]>();
        for (var blocks = trees; blocks is not null; blocks = Inner(blocks, spans, texts))
        {
            var containers = blocks.Select((block, version) => cut.TryGetValue(block, out var known) ? known : cut[block] = Container.Of(block, texts[version])).OfType<Container>().ToArray();
            if (containers.Length == 3)
            {
                found.Insert(0, containers);
            }
        }

        return found;
    }

    private static Block[]? Inner(Block[] blocks, LineSpan[] spans, SourceText[] texts)
    {
        var inner = new Block[3];
        for (var version = 0; version < 3; version++)
        {
            var child = blocks[version].Children.FirstOrDefault(child =>
                Container.Body(child, texts[version]) is { } body && body.First <= spans[version].First && spans[version].End <= body.End);
            if (child is null || (version > 0 && Header(child, texts[version]) != Header(inner[0], texts[0])))
            {
                return null;
            }

            inner[version] = child;
        }

        return inner;
    }

    private static string Header(Block block, SourceText text) =>
        block.Key is { } key ? $"{block.Kind} {key}" : text.Text[block.CodeStart..block.BodyStart].Trim();
}
