using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AutoBuild.Configuration;

/// <summary>Is a piece of YAML that remembers its line.</summary>
internal abstract record YamlTree(int Line)
{
    internal sealed record Text(int Line, string Value) : YamlTree(Line);

    internal sealed record Items(int Line, IReadOnlyList<YamlTree> Values) : YamlTree(Line);

    internal sealed record Map(int Line, IReadOnlyList<(string Key, int Line, YamlTree Value)> Entries) : YamlTree(Line);

    /// <summary>Reads one document; an empty file is an empty map. Throws <see cref="YamlException"/> where it is no YAML.</summary>
    internal static YamlTree Parse(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
        {
            return new Map(1, []);
        }

        var tree = Read(parser);
        parser.Consume<DocumentEnd>();
        return parser.TryConsume<DocumentStart>(out var second)
            ? throw new YamlException(second.Start, second.End, "one document is expected, this begins another")
            : tree;
    }

    private static YamlTree Read(Parser parser)
    {
        var line = (int)parser.Current!.Start.Line;
        if (parser.TryConsume<Scalar>(out var scalar))
        {
            var isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null";
            return new Text(line, isNull ? "" : scalar.Value);
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var values = new List<YamlTree>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                values.Add(Read(parser));
            }

            return new Items(line, values);
        }

        return parser.TryConsume<MappingStart>(out _) ? new Map(line, ReadEntries(parser))
            : throw new YamlException(parser.Current.Start, parser.Current.End, "anchors and aliases are not read here; write the value out");
    }

    private static List<(string, int, YamlTree)> ReadEntries(Parser parser)
    {
        var entries = new List<(string Key, int, YamlTree)>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>();
            if (entries.Exists(entry => entry.Key == key.Value))
            {
                throw new YamlException(key.Start, key.End, $"the key '{key.Value}' stands here a second time");
            }

            entries.Add((key.Value, (int)key.Start.Line, Read(parser)));
        }

        return entries;
    }
}
