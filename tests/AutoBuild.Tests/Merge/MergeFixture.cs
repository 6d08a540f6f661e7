using System.Text;
using AutoBuild.Merge;
using AutoBuild.Tests.Codebase;

namespace AutoBuild.Tests.Merge;

/// <summary>Is one folder below <c>tests/fixtures/merge</c>: base, left, right and what a person would make of them.</summary>
internal sealed record MergeFixture(string Folder)
{
    private static readonly Dictionary<string, string> FileNames = new()
    {
        ["c"] = "file.c", ["cpp"] = "file.cpp", ["csharp"] = "File.cs", ["css"] = "file.css", ["go"] = "file.go", ["html"] = "file.html", ["java"] = "File.java",
        ["javascript"] = "file.js", ["json"] = "file.json", ["jsx"] = "File.jsx", ["kotlin"] = "File.kt", ["markdown"] = "file.md", ["php"] = "file.php",
        ["python"] = "file.py", ["ruby"] = "file.rb", ["rust"] = "file.rs", ["scala"] = "File.scala", ["shell"] = "file.sh", ["sql"] = "file.sql",
        ["swift"] = "File.swift", ["text"] = "file.txt", ["toml"] = "file.toml", ["typescript"] = "file.ts", ["xml"] = "file.xml", ["yaml"] = "file.yaml",
    };

    public static IReadOnlyList<string> Folders { get; } =
        [.. Repository.Files("tests/fixtures/merge", "base").Select(file => file["tests/fixtures/merge/".Length..^"/base".Length])];

    public string Language => Folder.Split('/')[0];

    public bool IsWorking => Folder.Split('/')[1] == "working";

    public string Path => FileNames[Language];

    public MergeInput Input => new(Bytes("base"), Bytes("left"), Bytes("right"), Path);

    public MergeInput Swapped => new(Bytes("base"), Bytes("right"), Bytes("left"), Path);

    /// <summary>Reads one of the folder's files as text, each byte a character of UTF-8.</summary>
    public string Text(string name) => Encoding.UTF8.GetString(Bytes(name));

    public byte[] Bytes(string name) => File.ReadAllBytes(At(Folder, name));

    /// <summary>Stores what the engine makes of a failing case today; one that improved moves to the working ones.</summary>
    public void Update(string merged)
    {
        if (merged != Text("expected"))
        {
            File.WriteAllText(At(Folder, "today"), merged);
            return;
        }

        var working = At(Folder.Replace("/failing/", "/working/", StringComparison.Ordinal));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(working)!);
        File.Delete(At(Folder, "today"));
        Directory.Move(At(Folder), working);
    }

    private static string At(params string[] parts) => System.IO.Path.Combine([Repository.Root, "tests/fixtures/merge", .. parts]);
}
