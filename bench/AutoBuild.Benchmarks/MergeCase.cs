using System.Text.Json;
using AutoBuild.Merge;

namespace AutoBuild.Benchmarks;

/// <summary>Is one line of a pack's index: a file of a real merge commit, its three versions named by blob.</summary>
internal sealed record MergeCase(string Id, string Kind, string Path, string Base, string Ours, string Theirs)
{
    private string Folder { get; init; } = "";

    public static IEnumerable<MergeCase> Read(string pack) =>
        File.ReadLines(System.IO.Path.Combine(pack, "index.jsonl")).Select(line => JsonSerializer.Deserialize<MergeCase>(line, JsonSerializerOptions.Web)! with { Folder = pack });

    public MergeInput Input() => new(Blob(Base), Blob(Ours), Blob(Theirs), Path);

    private byte[] Blob(string id) => File.ReadAllBytes(System.IO.Path.Combine(Folder, "blobs", id));
}
