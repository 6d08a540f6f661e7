namespace AutoBuild.Configuration;

/// <summary>Reads <c>auth</c>, the one setting that is either a word or a list of tokens with roles.</summary>
internal sealed class AuthReader(Expansion expansion, SettingFaults faults)
{
    internal const string Path = "auth";
    internal const string Expected = "'token', 'none', or a list of {token: ${VARIABLE}, role: viewer | member | admin}";

    /// <summary>Returns what the file says; faults are collected, and the default returned with them.</summary>
    internal AuthSettings Read(YamlTree tree) => tree switch
    {
        YamlTree.Text { Value: "token" } => new() { Written = true },
        YamlTree.Text { Value: "none" } => new() { Mode = AuthMode.None, Written = true },
        YamlTree.Items { Values.Count: > 0 } items => new() { Mode = AuthMode.List, Tokens = items.Values.Select(ReadToken).OfType<AuthToken>().ToList(), Written = true },
        _ => Bad(tree.At),
    };

    private AuthSettings Bad(Place at)
    {
        faults.Add(at, $"{Path}: expected {Expected}.");
        return new();
    }

    private AuthToken? ReadToken(YamlTree tree)
    {
        if (tree is not YamlTree.Map map)
        {
            Bad(tree.At);
            return null;
        }

        string? token = null;
        Role? role = null;
        foreach (var (key, at, value) in map.Entries)
        {
            var text = (value as YamlTree.Text)?.Value ?? "";
            switch (key)
            {
                case "token":
                    token = expansion.Apply(text, out var unset);
                    if (unset is not null)
                    {
                        faults.Add(at, $"auth: the variable {unset} is not set, so this token would be empty; set it or remove the entry.");
                    }

                    break;
                case "role":
                    role = Enum.GetValues<Role>().Cast<Role?>().FirstOrDefault(known => known.ToString()!.Equals(text, StringComparison.OrdinalIgnoreCase));
                    break;
                default:
                    faults.Add(at, $"auth: unknown key '{key}'; known: token, role.");
                    break;
            }
        }

        if (string.IsNullOrEmpty(token) || role is null)
        {
            Bad(tree.At);
            return null;
        }

        return new AuthToken(token, role.Value);
    }
}
