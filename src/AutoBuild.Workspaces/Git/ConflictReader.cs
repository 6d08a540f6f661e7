using System.Globalization;
using System.Text;

namespace AutoBuild.Workspaces;

/// <summary>Reads what <c>git merge-tree -z --messages</c> tells of a merge that it could not finish.</summary>
internal sealed class ConflictReader(string repository)
{
    private const int SizeLimit = 4 << 20;
    private const int ReadLimit = 512 << 20;
    private const string Contents = "CONFLICT (contents)";

    // After the tree come "<mode> <object> <stage>\t<path>", one per side that has the file, then an empty field, then the messages.
    public async Task<IReadOnlyList<ConflictedFile>> ReadAsync(IReadOnlyList<string> fields, CancellationToken cancellation)
    {
        var entries = fields.Skip(1).TakeWhile(field => field.Length > 0).Select(Entry.Parse).ToList();
        var messages = Messages([.. fields.Skip(entries.Count + 2)]).Where(message => message.IsConflict).ToList();
        var bytes = await ReadAsync([.. entries.Where(entry => entry.IsFile).Select(entry => entry.Object).Distinct()], cancellation);
        // What stands in the base alone is the old name of something: neither side has it, nor the merged tree.
        return [.. entries.GroupBy(entry => entry.Path).Where(group => group.Any(entry => entry.Stage > 1)).Select(group => File([.. group], [.. messages.Where(message => message.Paths.Contains(group.Key))], bytes))];
    }

    private static ConflictedFile File(IReadOnlyList<Entry> entries, IReadOnlyList<Message> messages, Dictionary<string, byte[]> bytes)
    {
        var sides = new ConflictSide?[4];
        foreach (var entry in entries)
        {
            sides[entry.Stage] = new ConflictSide(entry.Mode, entry.Object, bytes.GetValueOrDefault(entry.Object));
        }
        var kind = Kind(sides, messages);
        var telling = messages.FirstOrDefault(message => message.Type != Contents) ?? (messages.Count > 0 ? messages[0] : null);
        return new ConflictedFile(entries[0].Path, kind, Word(kind, sides, telling), sides[1], sides[2], sides[3], telling?.Text.Trim());
    }

    private static ConflictKind Kind(ConflictSide?[] sides, IReadOnlyList<Message> messages)
    {
        var there = sides.OfType<ConflictSide>().ToList();
        if (!there.All(side => side.IsFile) || messages.Any(message => message.IsBeyondContents))
        {
            return ConflictKind.Other;
        }
        if (there.Any(side => side.Text is null))
        {
            return ConflictKind.Binary;
        }
        return (sides[1] is not null, sides[2] is not null, sides[3] is not null) switch
        {
            (true, true, true) => ConflictKind.Content,
            (false, true, true) => ConflictKind.BothAdded,
            (true, false, true) => ConflictKind.DeletedByOurs,
            (true, true, false) => ConflictKind.DeletedByTheirs,
            _ => ConflictKind.Other,
        };
    }

    private static string Word(ConflictKind kind, ConflictSide?[] sides, Message? telling) => kind switch
    {
        ConflictKind.Content => "content",
        ConflictKind.BothAdded => "add/add",
        ConflictKind.DeletedByOurs => "delete/modify",
        ConflictKind.DeletedByTheirs => "modify/delete",
        ConflictKind.Binary => "binary",
        ConflictKind.Other when sides.Any(side => side?.Mode == "160000") => "submodule",
        ConflictKind.Other when sides.Any(side => side?.Mode == "120000") => "link",
        ConflictKind.Other => telling?.Type is { } type && type != Contents ? type["CONFLICT (".Length..].TrimEnd(')') : "other",
    };

    // Answered with "<object> blob <size>\n<bytes>\n" for each.
    internal async Task<Dictionary<string, byte[]>> ReadAsync(string[] objects, CancellationToken cancellation)
    {
        var read = new Dictionary<string, byte[]>();
        if (objects.Length == 0)
        {
            return read;
        }
        var options = new GitOptions { Input = Encoding.ASCII.GetBytes(string.Join('\n', objects) + "\n"), MaxOutput = ReadLimit };
        var said = (await Git.ExpectAsync(repository, ["cat-file", "--batch"], options, cancellation)).Bytes.AsMemory();
        foreach (var id in objects)
        {
            var head = said.Span.IndexOf((byte)'\n');
            if (head < 0 || Encoding.ASCII.GetString(said.Span[..head]).Split(' ') is not [_, "blob", var size])
            {
                break;
            }
            var length = int.Parse(size, CultureInfo.InvariantCulture);
            if (said.Length <= head + 1 + length)
            {
                break;
            }
            if (length <= SizeLimit)
            {
                read[id] = said.Slice(head + 1, length).ToArray();
            }
            said = said[(head + 1 + length + 1)..];
        }
        return read;
    }

    // "<number of paths>", the paths, the type, the sentence; again and again.
    private static IEnumerable<Message> Messages(string[] fields)
    {
        for (var at = 0; at < fields.Length && int.TryParse(fields[at], CultureInfo.InvariantCulture, out var count) && at + count + 2 < fields.Length; at += count + 3)
        {
            yield return new Message(fields[(at + 1)..(at + 1 + count)], fields[at + 1 + count], fields[at + 2 + count]);
        }
    }

    private sealed record Entry(string Mode, string Object, int Stage, string Path)
    {
        public bool IsFile => Mode is "100644" or "100755";

        public static Entry Parse(string field)
        {
            var tab = field.IndexOf('\t', StringComparison.Ordinal);
            var parts = field[..tab].Split(' ');
            return new(parts[0], parts[1], parts[2][0] - '0', field[(tab + 1)..]);
        }
    }

    private sealed record Message(string[] Paths, string Type, string Text)
    {
        public bool IsConflict => Type.StartsWith("CONFLICT", StringComparison.Ordinal);

        public bool IsBeyondContents => Type is not (Contents or "CONFLICT (binary)" or "CONFLICT (modify/delete)");
    }
}
