namespace AutoBuild.Core.Telemetry;

/// <summary>Bounds how many values a label takes: those that come after the first so many are one.</summary>
public sealed class FewValues(int most)
{
    /// <summary>Stands for all values that are too many.</summary>
    public const string Other = "other";

    private readonly HashSet<string> _known = [];

    public string Of(string value)
    {
        lock (_known)
        {
            return _known.Contains(value) || (_known.Count < most && _known.Add(value)) ? value : Other;
        }
    }
}
