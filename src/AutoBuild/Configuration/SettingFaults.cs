using AutoBuild.Core;

namespace AutoBuild.Configuration;

/// <summary>Collects what is wrong with a file, so that one start shows all of it.</summary>
internal sealed class SettingFaults(string file)
{
    private const int LongestShown = 200;

    private readonly List<string> _sentences = [];

    /// <summary>Cuts what a file says to what a sentence can hold, and leaves a password out of an address.</summary>
    internal static string Shown(string text) => Addresses.WithoutPassword(text.Length <= LongestShown ? text : text[..LongestShown] + "…");

    internal void Add(Place at, string sentence) => _sentences.Add($"{file}:{at}: {sentence}");

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
