using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace AutoBuild.Workspaces;

/// <summary>Reads what an ended child has left in a pipe, without waiting for anybody who may still hold the other end.</summary>
internal static partial class PipeRemains
{
    // A pipe holds 64 KiB, and at most a mebibyte where somebody asked for more.
    private const int Most = 1 << 20;
    private const short Readable = 1;

    /// <summary>Hands out what stands in the pipe, in its order; nothing else may read from it at the same time.</summary>
    public static void Read(Stream pipe, Action<ReadOnlyMemory<byte>> take)
    {
        if (pipe is not PipeStream { SafePipeHandle: { IsClosed: false } handle } || OperatingSystem.IsWindows())
        {
            return;
        }

        var buffer = new byte[64 * 1024];
        for (var total = 0; total < Most && HasBytes(handle);)
        {
            var count = (int)NativeRead(handle, ref buffer[0], buffer.Length);
            if (count <= 0)
            {
                return;
            }

            take(buffer.AsMemory(0, count));
            total += count;
        }
    }

    private static bool HasBytes(SafeHandle handle)
    {
        var one = new Poll { Descriptor = (int)handle.DangerousGetHandle(), Asked = Readable };
        return NativePoll(ref one, 1, 0) > 0 && (one.Found & Readable) != 0;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativePoll(ref Poll descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint NativeRead(SafeHandle handle, ref byte buffer, nint count);

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Asked;
        public short Found;
    }
}
