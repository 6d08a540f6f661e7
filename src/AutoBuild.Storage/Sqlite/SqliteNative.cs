using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace AutoBuild.Storage.Sqlite;

/// <summary>Prefers the SQLite that the distribution patches over the older one that is bundled.</summary>
internal static class SqliteNative
{
    private static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>Sets the provider, once per process.</summary>
    public static void Ensure() => _ = Loaded.Value;

    private static bool Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    }

    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? paths) =>
        library == "e_sqlite3" && OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libsqlite3.so.0", out var system) ? system : nint.Zero;
}
