using System.Collections.Frozen;

namespace AutoBuild.Memory.Index;

/// <summary>Knows the names of files that hold no text, so that nobody reads them; others are found out on reading.</summary>
internal static class BinaryFiles
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Extensions = FrozenSet.Create(StringComparer.OrdinalIgnoreCase,
        ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".ico", ".icns", ".webp", ".tif", ".tiff", ".psd", ".avif", ".hdr", ".exr", ".ktx2", ".dds",
        ".mp3", ".mp4", ".m4a", ".wav", ".ogg", ".flac", ".mov", ".avi", ".mkv", ".webm", ".ttf", ".otf", ".woff", ".woff2", ".eot",
        ".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".jar", ".war", ".nupkg", ".whl", ".deb", ".rpm", ".dmg", ".iso",
        ".exe", ".dll", ".so", ".dylib", ".a", ".lib", ".o", ".obj", ".class", ".pyc", ".pdb", ".wasm", ".bin", ".dat", ".db", ".sqlite",
        ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".glb", ".fbx", ".blend", ".onnx", ".npy", ".npz", ".pkl", ".parquet").GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Is(string path) => path.LastIndexOf('.') is > 0 and var dot && Extensions.Contains(path.AsSpan(dot));
}
