using System.Collections.Frozen;

namespace AutoBuild.Memory.Index;

/// <summary>Knows the names of files that hold nothing but secrets; they are never opened.</summary>
public static class SecretFiles
{
    private static readonly FrozenSet<string> Names = FrozenSet.Create(StringComparer.OrdinalIgnoreCase,
        ".netrc", "_netrc", ".npmrc", ".pypirc", ".htpasswd", ".git-credentials", ".dockercfg", ".pgpass", ".my.cnf", ".vault-token", ".s3cfg", ".boto",
        "credentials", "credentials.json", "credentials.yml", "credentials.yaml", "client_secret.json", "client_secrets.json", "service-account.json", "serviceaccount.json",
        "secrets.json", "secrets.yml", "secrets.yaml", "secrets.toml", "secret.yml", "secret.yaml", "master.key", "kubeconfig", "auth.json",
        "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_ecdsa_sk", "id_ed25519_sk");

    private static readonly string[] Endings =
        [".pem", ".key", ".pfx", ".p12", ".p8", ".jks", ".keystore", ".kdbx", ".ppk", ".tfvars", ".tfstate", ".tfstate.backup", ".ovpn", ".agekey", ".keytab", ".publishsettings"];

    /// <summary>True for a path whose last part is such a name.</summary>
    public static bool Is(string path)
    {
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        if (name.StartsWith(".env", StringComparison.OrdinalIgnoreCase) && (name.Length == 4 || name[4] is '.' or '-' or '_'))
        {
            return true;
        }

        foreach (var ending in Endings)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return Names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name) || path.EndsWith(".docker/config.json", StringComparison.OrdinalIgnoreCase);
    }
}
