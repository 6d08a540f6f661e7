using FolderNames = System.Collections.Frozen.FrozenSet<string>.AlternateLookup<System.ReadOnlySpan<char>>;
using System.Collections.Frozen;
using AutoBuild.Memory.Segments;

namespace AutoBuild.Memory.Index;

/// <summary>Reads from a path who wrote the file.</summary>
internal static class PathFlags
{
    private static readonly FolderNames Vendored = Names("vendor", "node_modules", "third_party", "third-party", "thirdparty", "bundled", "bower_components");
    private static readonly FolderNames Generated = Names("dist", "generated", "__generated__");
    private static readonly FolderNames Locks = Names("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "packages.lock.json", "go.sum", "gradle.lockfile");

    private static readonly string[] GeneratedEndings =
        [".lock", ".lockb", ".snap", ".map", ".min.js", ".min.css", ".pb.go", ".pb.cc", ".pb.h", "_pb2.py", "_pb2.pyi", "_pb2_grpc.py", ".designer.cs", ".g.cs", ".g.i.cs"];

    public static FileMarks Of(string path)
    {
        var flags = FileMarks.None;
        var name = path.AsSpan();
        for (var slash = name.IndexOf('/'); slash >= 0; slash = name.IndexOf('/'))
        {
            flags |= OfFolder(name[..slash]);
            name = name[(slash + 1)..];
        }

        var isGenerated = Locks.Contains(name) || Ends(name, GeneratedEndings) || name.Contains(".generated.", StringComparison.OrdinalIgnoreCase);
        return flags | (isGenerated ? FileMarks.Generated : 0);
    }

    private static FileMarks OfFolder(ReadOnlySpan<char> folder) =>
        Vendored.Contains(folder) ? FileMarks.Vendored
        : Generated.Contains(folder) ? FileMarks.Generated
        : FileMarks.None;

    private static bool Ends(ReadOnlySpan<char> name, string[] endings)
    {
        foreach (var ending in endings)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static FolderNames Names(params string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
}
