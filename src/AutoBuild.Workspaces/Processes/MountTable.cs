using System.Text;
using Microsoft.Win32.SafeHandles;

namespace AutoBuild.Workspaces;

/// <summary>One mount as the kernel tells of it.</summary>
/// <param name="At">Where it is, as <see cref="MountCalls"/> takes a path.</param>
/// <param name="Flags">Its flags without the one that makes it read-only.</param>
/// <param name="IsReadOnly">Whether that one is set.</param>
/// <param name="Type">Its kind of file system.</param>
internal readonly record struct MountEntry(string At, nuint Flags, bool IsReadOnly, string Type);

/// <summary>Reads the mounts of a namespace through one open file, also from within another one.</summary>
internal sealed class MountTable(int pid) : IDisposable
{
    private readonly SafeFileHandle _file = File.OpenHandle($"/proc/{pid}/mountinfo", share: FileShare.ReadWrite);

    public List<MountEntry> Read()
    {
        using var text = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = RandomAccess.Read(_file, buffer, text.Length)) > 0)
        {
            text.Write(buffer, 0, count);
        }
        return [.. Encoding.Latin1.GetString(text.GetBuffer(), 0, (int)text.Length).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    public void Dispose() => _file.Dispose();

    // 36 35 98:0 /mnt1 /mnt/parent rw,noatime master:1 - ext3 /dev/root rw,errors=continue
    private static MountEntry Parse(string line)
    {
        var words = line.Split(' ');
        var own = words[5].Split(',');
        return new(Plain(words[4]), own.Aggregate((nuint)0, (flags, word) => flags | Flag(word)), own[0] == "ro", words[Array.IndexOf(words, "-", 6) + 1]);
    }

    private static nuint Flag(string word) => word switch
    {
        "nosuid" => MountCalls.NoSetUser,
        "nodev" => MountCalls.NoDevices,
        "noexec" => MountCalls.NoPrograms,
        "nosymfollow" => MountCalls.NoLinks,
        "noatime" => MountCalls.NoAccessTimes,
        "nodiratime" => MountCalls.NoFolderTimes,
        "relatime" => MountCalls.RelativeTimes,
        var _ => 0,
    };

    // Blanks and the backslash itself are written as three octal digits.
    private static string Plain(string word)
    {
        var text = new StringBuilder(word.Length);
        for (var at = 0; at < word.Length; at++)
        {
            if (word[at] == '\\' && at + 3 < word.Length)
            {
                text.Append((char)Convert.ToInt32(word.Substring(at + 1, 3), 8));
                at += 3;
            }
            else
            {
                text.Append(word[at]);
            }
        }
        return text.ToString();
    }
}
