using AutoBuild.Core;

namespace AutoBuild.Configuration;

/// <summary>Collects what is wrong with a file, so that one start shows all of it.</summary>
internal sealed class SettingFaults(string file)
{
    private readonly List<string> _sentences = [];

    internal void Add(int line, string sentence) => _sentences.Add($"{file}:{line}: {sentence}");

    internal void Add(string sentence) => _sentences.Add(sentence);

    /// <summary>Throws <c>config_invalid</c> where anything was collected.</summary>
    internal void ThrowIfAny()
    {
        if (_sentences.Count > 0)
        {
            throw new AutoBuildException("config_invalid", string.Join('\n', _sentences));
        }
    }
}
