namespace AutoBuild.Runner.Scripted;

/// <summary>Does the steps that change files.</summary>
internal static class FileSteps
{
    public static void Write(ScriptStep step, ScriptScene scene) => Put(step, scene, (_, content) => content);

    public static void Append(ScriptStep step, ScriptScene scene) => Put(step, scene, (old, content) => old + content);

    public static void Replace(ScriptStep step, ScriptScene scene)
    {
        var (path, from, to) = Pair(step, scene);
        var text = Read(step, scene, path);
        Expect(step, text.Contains(from, StringComparison.Ordinal), $"'{from}' does not occur in {path}");
        Save(scene, path, text.Replace(from, to, StringComparison.Ordinal));
    }

    public static void InsertAfter(ScriptStep step, ScriptScene scene)
    {
        var (path, needle, added) = Pair(step, scene);
        var text = Read(step, scene, path);
        var found = text.IndexOf(needle, StringComparison.Ordinal);
        Expect(step, found >= 0, $"'{needle}' does not occur in {path}");
        var end = text.IndexOf('\n', found);
        var line = added.EndsWith('\n') ? added : added + "\n";
        Save(scene, path, end < 0 ? $"{text}\n{line}" : text.Insert(end + 1, line));
    }

    public static void Delete(ScriptStep step, ScriptScene scene)
    {
        var path = scene.PathOf(scene.Fill(step.Rest));
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            Expect(step, File.Exists(path), $"there is no {step.Rest}");
            File.Delete(path);
        }
        scene.Say("file", ("name", step.Rest), ("text", "deleted"));
    }

    public static void Rename(ScriptStep step, ScriptScene scene)
    {
        var (from, to) = Arrow(step, scene.Fill(step.Rest));
        Expect(step, Path.Exists(scene.PathOf(from)), $"there is no {from}");
        Directory.CreateDirectory(Path.GetDirectoryName(scene.PathOf(to))!);
        Directory.Move(scene.PathOf(from), scene.PathOf(to));
        scene.Say("file", ("name", to), ("text", $"renamed from {from}"));
    }

    /// <summary>Writes the prompt as it came, byte for byte.</summary>
    public static void SavePrompt(ScriptStep step, ScriptScene scene) => Save(scene, scene.Fill(step.Rest), scene.Prompt);

    private static void Put(ScriptStep step, ScriptScene scene, Func<string, string, string> combine)
    {
        var (path, inline) = Inline(step, scene);
        var content = step.Block is { } block ? scene.Fill(block) : inline is { } line ? Unescape(line) + "\n" : "";
        var old = File.Exists(scene.PathOf(path)) ? File.ReadAllText(scene.PathOf(path)) : "";
        Save(scene, path, combine(old, content));
    }

    private static void Save(ScriptScene scene, string path, string content)
    {
        var full = scene.PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        scene.Say("file", ("name", path), ("text", "written"));
    }

    private static string Read(ScriptStep step, ScriptScene scene, string path)
    {
        Expect(step, File.Exists(scene.PathOf(path)), $"there is no {path}");
        return File.ReadAllText(scene.PathOf(path));
    }

    // Either "path: old => new" in one line, or a block with a line --- between old and new.
    private static (string Path, string From, string To) Pair(ScriptStep step, ScriptScene scene)
    {
        var (path, inline) = Inline(step, scene);
        if (step.Block is { } block)
        {
            var parts = $"\n{scene.Fill(block)}".Split("\n---\n");
            Expect(step, parts.Length == 2, "expected a line --- between the old text and the new one");
            return (path, parts[0].TrimStart('\n'), parts[1].TrimEnd('\n'));
        }
        var (from, to) = Arrow(step, inline ?? "");
        Expect(step, from.Length > 0, "expected 'path: old => new'");
        return (path, Unescape(from), Unescape(to));
    }

    private static (string Path, string? Inline) Inline(ScriptStep step, ScriptScene scene)
    {
        var at = step.Block is null ? step.Rest.IndexOf(": ", StringComparison.Ordinal) : -1;
        return at < 0
            ? (scene.Fill(step.Rest.TrimEnd(':')), null)
            : (scene.Fill(step.Rest[..at]), scene.Fill(step.Rest[(at + 2)..]));
    }

    private static (string From, string To) Arrow(ScriptStep step, string text)
    {
        var at = text.IndexOf("=>", StringComparison.Ordinal);
        Expect(step, at >= 0, "expected 'old => new'");
        return (text[..at].Trim(), text[(at + 2)..].Trim());
    }

    private static string Unescape(string text) =>
        text.Replace(@"\\", "\0", StringComparison.Ordinal).Replace(@"\n", "\n", StringComparison.Ordinal).Replace(@"\t", "\t", StringComparison.Ordinal).Replace('\0', '\\');

    private static void Expect(ScriptStep step, bool holds, string sentence)
    {
        if (!holds)
        {
            throw new ScriptException(step.Line, $"{step.Verb}: {sentence}");
        }
    }
}
