using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AutoBuild.Configuration;

/// <summary>Is where something stands in a file, counted from 1.</summary>
internal readonly record struct Place(int Line, int Column)
{
    public override string ToString() => $"{Line}:{Column}";
}

/// <summary>Is a piece of YAML that remembers where it stands.</summary>
internal abstract record YamlTree(Place At)
{
    private const int Deepest = 20;

    internal sealed record Text(Place At, string Value) : YamlTree(At);

    internal sealed record Items(Place At, IReadOnlyList<YamlTree> Values) : YamlTree(At);

    internal sealed record Map(Place At, IReadOnlyList<(string Key, Place At, YamlTree Value)> Entries) : YamlTree(At);

    /// <summary>Reads one document; an empty file is an empty map. Throws <see cref="YamlException"/> where it is no YAML.</summary>
    internal static YamlTree Parse(string yaml)
    {
        if (yaml.Contains('\0', StringComparison.Ordinal))
        {
            throw new YamlException("it holds the character NUL, where the parser would take the file to end");
        }

        try
        {
            return ParseDocument(yaml);
        }
        catch (Exception fault) when (fault is not (YamlException or OutOfMemoryException))
        {
            // Some broken texts break the parser itself.
            throw new YamlException("the parser can't make sense of it", fault);
        }
    }

    private static YamlTree ParseDocument(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
        {
            return new Map(new Place(1, 1), []);
        }

        var tree = Read(parser, 1);
        parser.Consume<DocumentEnd>();
        return parser.TryConsume<DocumentStart>(out var second)
            ? throw new YamlException(second.Start, second.End, "one document is expected, this begins another")
            : tree;
    }

    private static YamlTree Read(Parser parser, int depth)
    {
        var at = Of(parser.Current!.Start);
        if (depth > Deepest)
        {
            throw new YamlException(parser.Current.Start, parser.Current.End, "this is nested deeper than any setting");
        }

        if (parser.TryConsume<Scalar>(out var scalar))
        {
            var isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null";
            return new Text(at, isNull ? "" : scalar.Value);
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var values = new List<YamlTree>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                values.Add(Read(parser, depth + 1));
            }

            return new Items(at, values);
        }

        return parser.TryConsume<MappingStart>(out _) ? new Map(at, ReadEntries(parser, depth + 1))
            : throw new YamlException(parser.Current.Start, parser.Current.End, "anchors and aliases are not read here; write the value out");
    }

    private static List<(string, Place, YamlTree)> ReadEntries(Parser parser, int depth)
    {
        var entries = new List<(string Key, Place, YamlTree)>();
        var names = new HashSet<string>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>();
            if (!names.Add(key.Value))
            {
                throw new YamlException(key.Start, key.End, $"the key '{key.Value}' stands here a second time");
            }

            entries.Add((key.Value, Of(key.Start), Read(parser, depth)));
        }

        return entries;
    }

    private static Place Of(Mark mark) => new((int)mark.Line, (int)mark.Column);
}
