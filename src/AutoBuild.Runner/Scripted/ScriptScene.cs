using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AutoBuild.Runner.Agents;

namespace AutoBuild.Runner.Scripted;

/// <summary>Is what the steps of a script act on: the prompt, the tree, the environment, and the way to say something.</summary>
internal sealed class ScriptScene(string prompt, TextWriter output, string tree, IReadOnlyDictionary<string, string> environment)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Prompt => prompt;

    public TextWriter Output => output;

    public string Tree => tree;

    public IReadOnlyDictionary<string, string> Environment => environment;

    /// <summary>Set by a step that ends the script.</summary>
    public int? ExitCode { get; set; }

    /// <summary>Set by <c>stubborn</c>: a polite signal is then ignored.</summary>
    public bool Stubborn { get; set; }

    public string PathOf(string path) => Path.Combine(tree, path.Trim());

    /// <summary>Replaces <c>{{NAME}}</c> by the environment and <c>{{prompt}}</c> by the prompt; what is unknown stays.</summary>
    public string Fill(string text)
    {
        if (!text.Contains("{{", StringComparison.Ordinal))
        {
            return text;
        }
        var filled = new StringBuilder(text).Replace("{{prompt}}", prompt);
        foreach (var (name, value) in environment)
        {
            filled.Replace("{{" + name + "}}", value);
        }
        return filled.ToString();
    }

    /// <summary>Writes one line of the line protocol.</summary>
    public void Say(string kind, params (string Name, object? Value)[] members)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, Plain))
        {
            json.WriteStartObject();
            json.WriteString(AgentLine.Mark, kind);
            foreach (var (name, value) in members)
            {
                WriteMember(json, name, value);
            }
            json.WriteEndObject();
        }
        output.Write(Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length) + "\n");
        output.Flush();
    }

    private static void WriteMember(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case decimal number:
                json.WriteNumber(name, number);
                break;
            case string text:
                json.WriteString(name, text);
                break;
        }
    }
}
