using System.Text.Json.Nodes;

namespace AutoBuild.Tests.Contract;

/// <summary>Remembers what answers told, so that later requests go on with things that are there.</summary>
internal sealed class FuzzPool(Random random)
{
    private const int Kept = 40;

    private readonly Dictionary<string, List<string>> _seen = [];

    /// <summary>Takes a value in; many of one kind push the oldest out, but for the first few, to which most belongs.</summary>
    public void Add(string kind, string value)
    {
        var known = _seen.TryGetValue(kind, out var list) ? list : _seen[kind] = [];
        if (!known.Contains(value))
        {
            known.Add(value);
            if (known.Count > Kept)
            {
                known.RemoveAt(4);
            }
        }
    }

    /// <summary>Takes in every id, cursor, branch and commit of an answer.</summary>
    /// <param name="kind">What the answer itself is, such as <c>job</c>.</param>
    public void Learn(JsonNode? answer, string kind)
    {
        switch (answer)
        {
            case JsonArray items:
                foreach (var item in items)
                {
                    Learn(item, kind);
                }

                break;
            case JsonObject members:
                foreach (var (name, member) in members)
                {
                    Learn(member, name, kind);
                }

                break;
        }
    }

    /// <summary>Lets go of what is no longer there.</summary>
    public void Forget(string value)
    {
        foreach (var known in _seen.Values)
        {
            known.Remove(value);
        }
    }

    /// <summary>Returns something known of a kind; null where nothing is.</summary>
    public string? Pick(string kind) => !_seen.TryGetValue(kind, out var known) || known.Count == 0 ? null : known[random.Next(100) < 50 ? random.Next(Math.Min(4, known.Count)) : random.Next(known.Count)];

    /// <summary>Names what a member or a part of a path holds: <c>project_id</c> and <c>projects</c> are a project.</summary>
    public static string KindOf(string name) => name switch
    {
        "depends_on" or "blocked_by" or "other" => "ticket",
        "retry_of" or "continues" => "job",
        "cursor" or "next_cursor" => "cursor",
        "base_branch" or "branch_name" or "target_branch" or "branch" => "branch",
        "commit" or "head_commit" or "base_commit" or "onto_commit" or "merged_commit" => "commit",
        _ when name.EndsWith("_id", StringComparison.Ordinal) => name[..^3],
        _ => name.TrimEnd('s'),
    };

    private void Learn(JsonNode? member, string name, string kind)
    {
        if (member is JsonObject or JsonArray)
        {
            Learn(member, KindOf(name));
        }
        else if (member?.GetValueKind() == System.Text.Json.JsonValueKind.String)
        {
            var known = name == "id" ? kind : KindOf(name);
            if (name == "id" || name.EndsWith("_id", StringComparison.Ordinal) || known is "cursor" or "branch" or "commit")
            {
                Add(known, member.GetValue<string>());
            }
        }
    }
}
