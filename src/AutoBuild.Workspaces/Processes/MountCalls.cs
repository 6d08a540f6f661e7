using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AutoBuild.Workspaces;

/// <summary>The system calls that change what a thread sees of the file system. Paths are bytes, held one in a char, as the mount table has them.</summary>
/// <remarks>None starts a process or a thread, since what a thread starts sees what it sees.</remarks>
internal static partial class MountCalls
{
    public const nuint ReadOnly = 1;
    public const nuint NoSetUser = 2;
    public const nuint NoDevices = 4;
    public const nuint NoPrograms = 8;
    public const nuint Remount = 32;
    public const nuint NoLinks = 256;
    public const nuint NoAccessTimes = 1024;
    public const nuint NoFolderTimes = 2048;
    public const nuint Bind = 4096;
    public const nuint Recursive = 16384;
    public const nuint RelativeTimes = 1 << 21;

    private const int OwnFileSystemView = 0x200;
    private const int NewMounts = 0x20000;
    private const int CurrentFolder = -100;
    private const int OpenPath = 0x200000;
    private const int CloseOnExec = 0x80000;
    private const int CanWrite = 2;
    private const uint TypeOnly = 1;
    private const int TypeMask = 0xF000;

    /// <summary>What a path leads to.</summary>
    public enum Kind
    {
        Nothing = 0,
        Folder = 0x4000,
        Disk = 0x6000,
        Other = 1,
    }

    /// <summary>A path as these calls take it.</summary>
    public static string Raw(string path) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(path));

    /// <summary>Takes this thread, and it alone, into a mount namespace.</summary>
    public static bool Enter(SafeHandle space) => NativeUnshare(OwnFileSystemView) == 0 && NativeSetNamespace(space, NewMounts) == 0;

    public static bool Mount(string source, string target, string? type, nuint flags, string? options = null) =>
        NativeMount(Zeroed(source), Zeroed(target), type is null ? null : Zeroed(type), flags, options is null ? null : Zeroed(options)) == 0;

    public static bool IsWritable(string path) => NativeAccess(Zeroed(path), CanWrite) == 0;

    public static unsafe Kind KindOf(string path)
    {
        // The same on every processor, unlike what stat writes: 256 bytes, the type of the file among the 16 bits at 28.
        var buffer = stackalloc byte[256];
        if (NativeStat(CurrentFolder, Zeroed(path), 0, TypeOnly, buffer) != 0)
        {
            return Kind.Nothing;
        }
        var kind = (Kind)(*(ushort*)(buffer + 28) & TypeMask);
        return kind is Kind.Folder or Kind.Disk ? kind : Kind.Other;
    }

    /// <summary>Keeps hold of a folder whatever will be mounted over it; invalid where it can't.</summary>
    public static SafeFileHandle Hold(string path) => NativeOpen(CurrentFolder, Zeroed(path), OpenPath | CloseOnExec);

    /// <summary>Makes a held folder the current one of this thread.</summary>
    public static bool StandIn(SafeHandle held) => NativeChangeFolder(held) == 0;

    /// <summary>Makes a folder and those above it.</summary>
    public static void MakeFolders(string path)
    {
        for (var end = path.IndexOf('/', 1); end > 0; end = path.IndexOf('/', end + 1))
        {
            NativeMakeFolder(Zeroed(path[..end]), 0x1ED);
        }
        NativeMakeFolder(Zeroed(path), 0x1ED);
    }

    private static byte[] Zeroed(string raw) => Encoding.Latin1.GetBytes(raw + '\0');

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeUnshare(int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeSetNamespace(SafeHandle space, int type);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeMount(byte[] source, byte[] target, byte[]? type, nuint flags, byte[]? options);

    [LibraryImport("libc", EntryPoint = "access")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeAccess(byte[] path, int mode);

    [LibraryImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int NativeStat(int folder, byte[] path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle NativeOpen(int folder, byte[] path, int flags);

    [LibraryImport("libc", EntryPoint = "fchdir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeChangeFolder(SafeHandle folder);

    [LibraryImport("libc", EntryPoint = "mkdir")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeMakeFolder(byte[] path, uint mode);
}
