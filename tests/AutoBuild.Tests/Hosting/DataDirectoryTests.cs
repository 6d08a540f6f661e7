using AutoBuild.Core;
using AutoBuild.Hosting;

namespace AutoBuild.Tests.Hosting;

public sealed class DataDirectoryTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Everybody = Owner | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly TempFolder _folder = new();
    private readonly StringWriter _said = new();

    [Fact]
    public void A_new_one_is_its_owners_alone()
    {
        var data = new DataDirectory(_folder["data"]);
        data.Create(_said);

        Assert.Equal((Owner, Owner), (File.GetUnixFileMode(data.Path), File.GetUnixFileMode(data.Logs)));
        Assert.Empty(_said.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("autobuild.db")]
    public void One_of_ours_that_others_could_look_into_is_closed_and_that_is_said(string? file)
    {
        var data = Open(file);
        data.Create(_said);

        Assert.Equal(Owner, File.GetUnixFileMode(data.Path));
        Assert.Contains(data.Path, _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_others_need_keeps_its_rights()
    {
        var data = Open("of-somebody-else");
        data.Create(_said);

        Assert.Equal(Everybody, File.GetUnixFileMode(data.Path));
        Assert.Contains("Others can look into", _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_its_place_is_told()
    {
        var data = new DataDirectory(_folder.Write("file", ""));
        var fault = Assert.Throws<AutoBuildException>(() => data.Create(_said));
        Assert.Equal("store_unwritable", fault.Code);
        Assert.Contains(data.Path, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_found_without_a_HOME() =>
        Assert.EndsWith("/.local/share/autobuild", DataDirectory.Find(null, _ => null).Path, StringComparison.Ordinal);

    public void Dispose()
    {
        _folder.Dispose();
        _said.Dispose();
    }

    private DataDirectory Open(string? file)
    {
        Directory.CreateDirectory(_folder["data"]);
        File.SetUnixFileMode(_folder["data"], Everybody);
        if (file is not null)
        {
            File.WriteAllText(Path.Combine(_folder["data"], file), "");
        }

        return new DataDirectory(_folder["data"]);
    }
}
