using AutoBuild.Core;
using AutoBuild.Memory.Index;
using AutoBuild.Workspaces;

namespace AutoBuild.Memory.Segments;

/// <summary>Owns the segments and views of a data directory: opens them, adds and merges, and drops what is damaged.</summary>
/// <remarks>
/// A segment counts from the moment the manifest lists it, and that is replaced by rename after the segment is on the disk: whenever the process dies, the next one opens
/// what was listed last and deletes the rest. Documents that nobody lists are unknown, and whoever indexes next adds them again.
/// </remarks>
public sealed partial class Catalogue : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder;
    private readonly string _files;
    private readonly Action<string> _say;
    private readonly FileLock _lock;
    private readonly Lock _writing = new();
    private readonly Lock _gate = new();
    private SharedSegment[] _segments = [];
    private long _version;
    private long _next;
    private bool _closed;

    private Catalogue(string folder, Action<string> say, FileLock held)
    {
        (_folder, _files, _say, _lock) = (folder, Path.Combine(folder, "segments"), say, held);
        Directory.CreateDirectory(_files, OwnerOnly);
        Views = new ViewStore(Path.Combine(folder, "views"), say);
    }

    /// <summary>The saved views.</summary>
    public ViewStore Views { get; }

    /// <summary>How many segments were dropped since it was opened, the opening included, because they were damaged.</summary>
    public int Damaged { get; private set; }

    /// <summary>Grows whenever segments come or go.</summary>
    public long Version => Interlocked.Read(ref _version);

    private string ManifestPath => Path.Combine(_folder, "manifest.json");

    /// <summary>Opens a folder, and makes it where there is none. It takes no longer for much data than for little.</summary>
    /// <param name="say">Is told, in a sentence, what was damaged and dropped.</param>
    /// <exception cref="AutoBuildException">memory_in_use: another process has it open; disk_full, memory_unwritable.</exception>
    public static Catalogue Open(string folder, Action<string>? say = null)
    {
        FileLock? held = null;
        try
        {
            Directory.CreateDirectory(folder, OwnerOnly);
            held = FileLock.TryAcquire(Path.Combine(folder, "lock"))
                ?? throw new AutoBuildException("memory_in_use", $"Another process has the memory in '{folder}' open. Use that one, or stop it.");
            var catalogue = new Catalogue(folder, say ?? (_ => { }), held);
            catalogue.Load();
            return catalogue;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw Unwritable(folder, fault);
        }
    }

    /// <summary>Returns the index as it stands now; to be given back.</summary>
    public IndexSnapshot Snapshot()
    {
        lock (_gate)
        {
            Array.ForEach(_segments, one => one.Take());
            return new IndexSnapshot(_segments, _version);
        }
    }

    /// <summary>Reads from a snapshot, and once more from a new one where a segment turned out damaged meanwhile.</summary>
    public T Read<T>(Func<IndexSnapshot, T> read)
    {
        while (true)
        {
            using var snapshot = Snapshot();
            try
            {
                return read(snapshot);
            }
            catch (InvalidDataException) when (snapshot.Version != Version)
            {
                // Without the damaged one.
            }
        }
    }

    /// <summary>Whether a text is indexed.</summary>
    public bool Knows(BlobKey key) => Read(snapshot => snapshot.Find(key) is not null);

    /// <summary>Writes what a builder holds as a segment; its documents are found as soon as this returns.</summary>
    /// <exception cref="AutoBuildException">disk_full, memory_unwritable: nothing was added.</exception>
    public Task AddAsync(SegmentBuilder builder, CancellationToken cancel) => builder.Documents == 0 ? Task.CompletedTask : Task.Run(() =>
    {
        var added = WriteSegment(builder.Write);
        Publish(segments => [.. segments, added], added);
    }, cancel);

    public void Dispose()
    {
        lock (_writing)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            lock (_gate)
            {
                Array.ForEach(_segments, one => one.Release());
                _segments = [];
            }

            _lock.Dispose();
        }
    }

    private static AutoBuildException Unwritable(string folder, Exception fault) => DiskSpace.IsExhausted(fault)
        ? new AutoBuildException("disk_full", $"No space is left for the memory in '{folder}'. Free some, and index again.", fault)
        : new AutoBuildException("memory_unwritable", $"The memory in '{folder}' can't be written: {fault.Message} Mend its rights or its disk.", fault);

    private void Load()
    {
        var files = Directory.EnumerateFiles(_files).Select(file => Path.GetFileName(file)).ToList();
        var manifest = Manifest.Read(ManifestPath);
        // Without a list all that is whole counts: at worst a document is there twice, until the next merge.
        var listed = manifest?.Segments ?? [.. files.Where(file => file.EndsWith(".seg", StringComparison.Ordinal)).Select(file => new ManifestEntry(file, -1))];
        _next = Math.Max(manifest?.Next ?? 1, files.Select(NumberOf).DefaultIfEmpty().Max() + 1);
        _segments = [.. listed.Select(TryOpen).OfType<SharedSegment>()];
        if (_segments.Length < listed.Count)
        {
            WriteManifest(_segments);
        }

        foreach (var file in files.Except(_segments.Select(one => Path.GetFileName(one.Path))))
        {
            File.Delete(Path.Combine(_files, file));
        }
    }

    private static long NumberOf(string file) => long.TryParse(Path.GetFileNameWithoutExtension(file), out var number) ? number : 0;

    private SharedSegment? TryOpen(ManifestEntry entry)
    {
        var path = Path.Combine(_files, entry.File);
        try
        {
            return OpenShared(path);
        }
        catch (Exception fault) when (fault is InvalidDataException or FileNotFoundException)
        {
            Damaged++;
            _say($"The memory's file '{entry.File}' was dropped, and what it held is to be indexed again: {fault.Message}");
            return null;
        }
    }

    private SharedSegment OpenShared(string path)
    {
        var segment = Segment.Open(path);
        var shared = new SharedSegment(segment, path);
        segment.Damaged = why => Drop(shared, why);
        return shared;
    }

    // A page was read for the first time and is not what was written.
    private void Drop(SharedSegment damaged, string why)
    {
        lock (_writing)
        {
            if (!_segments.Contains(damaged))
            {
                return;
            }

            Damaged++;
            _say($"The memory's file '{Path.GetFileName(damaged.Path)}' was dropped, and what it held is to be indexed again: {why}");
            try
            {
                Publish(segments => [.. segments.Where(one => one != damaged)], null);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // It is still listed: whoever opens next finds it missing, and says so again.
                Exchange([.. _segments.Where(one => one != damaged)]);
            }

            damaged.Drop();
        }
    }

    private SharedSegment WriteSegment(Action<string> write)
    {
        var path = Path.Combine(_files, $"{Interlocked.Increment(ref _next) - 1}.seg");
        try
        {
            write(path);
            return OpenShared(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            File.Delete(path);
            throw Unwritable(_folder, fault);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    // The manifest first: what readers see is what the next process will find.
    private void Publish(Func<SharedSegment[], SharedSegment[]> change, SharedSegment? added)
    {
        lock (_writing)
        {
            if (_closed)
            {
                // What is listed now is somebody else's to say.
                added?.Drop();
                throw new ObjectDisposedException(nameof(Catalogue));
            }

            var changed = change(_segments);
            try
            {
                WriteManifest(changed);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException && added is not null)
            {
                added.Drop();
                throw Unwritable(_folder, fault);
            }

            Exchange(changed);
        }
    }

    private void Exchange(SharedSegment[] changed)
    {
        lock (_gate)
        {
            _segments = changed;
            _version++;
        }
    }

    private void WriteManifest(SharedSegment[] segments) =>
        new Manifest(Interlocked.Read(ref _next), [.. segments.Select(one => new ManifestEntry(Path.GetFileName(one.Path), one.Segment.Length))]).Write(ManifestPath);
}
