namespace AutoBuild.Configuration;

/// <summary>Is one reading of the settings: takes values in, remembers where each came from, collects what is wrong.</summary>
internal sealed class SettingsReading(Expansion expansion, SettingFaults faults, string fileName)
{
    private readonly Dictionary<string, string> _sources = [];
    private Settings _settings = new();

    internal Settings Settings => _settings with { Sources = _sources };

    internal void ReadFile(YamlTree tree) => ReadSection("", tree);

    /// <summary>Lets every variable of the table override what the file says.</summary>
    internal void ReadEnvironment()
    {
        foreach (var key in SettingKeys.All)
        {
            if (key.Variable is { } name && expansion.Find(name) is { } value)
            {
                Take(key, [value], $"environment {name}", sentence => faults.Add($"environment variable {name}: {sentence}"));
            }
        }
    }

    /// <summary>Checks what only two settings together can get wrong.</summary>
    internal void CheckTogether()
    {
        Require(_settings.Queue.Heartbeat < _settings.Queue.Lease, "queue.heartbeat must be shorter than queue.lease, else every running job is taken for lost.");
        Require(_settings.Queue.RetryBase <= _settings.Queue.RetryCap, "queue.retry_base must not be longer than queue.retry_cap.");
        Require(_settings.MemoryService.ChunkOverlap < _settings.MemoryService.MaxChunkSize, "memory_service.chunk_overlap must be smaller than memory_service.max_chunk_size.");
    }

    private void Require(bool holds, string sentence)
    {
        if (!holds)
        {
            faults.Add(sentence);
        }
    }

    private void ReadSection(string path, YamlTree tree)
    {
        if (tree is YamlTree.Text { Value: "" })
        {
            return;
        }

        if (tree is not YamlTree.Map map)
        {
            faults.Add(tree.At, $"{(path.Length == 0 ? "the file" : path)}: expected keys ({string.Join(", ", SettingKeys.NamesBelow(path))}), each with its value.");
            return;
        }

        foreach (var (name, at, value) in map.Entries)
        {
            ReadEntry(path.Length == 0 ? name : $"{path}.{name}", at, value);
        }
    }

    private void ReadEntry(string path, Place at, YamlTree value)
    {
        if (path == AuthReader.Path)
        {
            _settings = _settings with { Auth = new AuthReader(expansion, faults).Read(value) };
            _sources[path] = $"{fileName}:{at.Line}";
        }
        else if (path == DeclaredReader.Path)
        {
            _settings = _settings with { Agents = _settings.Agents with { Declared = new DeclaredReader(expansion, faults).Read(value) } };
            _sources[path] = $"{fileName}:{at.Line}";
        }
        else if (SettingKeys.Find(path) is { } key)
        {
            ReadValue(key, at, value);
        }
        else if (SettingKeys.IsSection(path))
        {
            ReadSection(path, value);
        }
        else
        {
            AddUnknown(path, at);
        }
    }

    private void ReadValue(SettingKey key, Place at, YamlTree value)
    {
        void Bad(string sentence) => faults.Add(at, $"{key.Path}: {sentence}");
        var texts = value switch
        {
            YamlTree.Text text => [text.Value],
            YamlTree.Items items when key.List && items.Values.All(item => item is YamlTree.Text) => items.Values.Cast<YamlTree.Text>().Select(item => item.Value).ToList(),
            _ => null,
        };
        if (texts is null)
        {
            Bad($"expected {key.Expected}.");
            return;
        }

        var words = new List<string>();
        foreach (var text in texts)
        {
            words.Add(expansion.Apply(text, out var unset));
            if (unset is null)
            {
                continue;
            }

            if (key.Optional && text == $"${{{unset}}}")
            {
                _sources[key.Path] = $"{fileName}:{at.Line}, {unset} is not set";
            }
            else
            {
                Bad($"the variable {unset} is not set.");
            }

            return;
        }

        if (key.Optional && words is [""])
        {
            _sources[key.Path] = $"{fileName}:{at.Line}";
            return;
        }

        Take(key, words, $"{fileName}:{at.Line}", Bad);
    }

    private void Take(SettingKey key, IReadOnlyList<string> words, string source, Action<string> bad)
    {
        if (key.Write(_settings, words) is { } written)
        {
            _settings = written;
            _sources[key.Path] = source;
        }
        else
        {
            bad($"expected {key.Expected}{(key.Secret ? "" : $", got '{SettingFaults.Shown(string.Join(", ", words))}'")}.");
        }
    }

    private void AddUnknown(string path, Place at)
    {
        var section = path.Contains('.', StringComparison.Ordinal) ? path[..path.LastIndexOf('.')] : "";
        var names = SettingKeys.NamesBelow(section);
        var meant = Spelling.Nearest(path[(path.LastIndexOf('.') + 1)..], names);
        faults.Add(at, $"unknown key '{SettingFaults.Shown(path)}'{(meant is null ? "." : $"; did you mean '{meant}'?")} Expected one of: {string.Join(", ", names)}.");
    }
}
