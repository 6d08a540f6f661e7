using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using AutoBuild.Memory.Segments;
using AutoBuild.Syntax;
using AutoBuild.Workspaces;

namespace AutoBuild.Memory.Index;

/// <summary>Brings the texts of a listing into the index: only those that it does not know are read, by several workers.</summary>
/// <param name="catalogue">Where segments go.</param>
/// <param name="limits">How large chunks are.</param>
/// <param name="workers">How many read at once.</param>
internal sealed class Indexer(Catalogue catalogue, OutlineLimits limits, int workers)
{
    // A worker writes its segment when it holds this many characters.
    private const long MostHeld = 64 << 20;
    private const long WorthAWorker = 2 << 20;

    /// <summary>Reads what is unknown, and returns the files with their keys; those of the disk that are gone by now are left out.</summary>
    /// <param name="listing">What there is.</param>
    /// <param name="most">Larger files are not read from the disk.</param>
    /// <param name="progress">Is told.</param>
    /// <param name="early">Gets the files once their keys are known, before their texts are read; null where nobody waits for it.</param>
    /// <param name="cancel">Stops between two files; what is written stays.</param>
    public async Task<IReadOnlyList<ViewFile>> RunAsync(SourceListing listing, long most, IndexProgress progress, Action<IReadOnlyList<ViewFile>>? early, CancellationToken cancel)
    {
        progress.Begin(listing.Files.Count);
        var work = new Work(listing.Root, progress);
        var files = Keys(listing, most, work);
        progress.Known(listing.Files.Count - work.Count);
        if (work.Count > 0)
        {
            early?.Invoke(files);
            var size = listing.Files.Sum(file => file.Size);
            var count = (int)Math.Clamp(size / WorthAWorker + 1, 1, workers);
            await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(() => WorkAsync(work, listing.IsUsers, cancel), cancel)));
        }

        return files;
    }

    /// <summary>Reads one text that no repository holds.</summary>
    public (BlobKey Key, TextOutline Outline) Read(string path, string content) =>
        (KeyOf(DiskFiles.Id(Encoding.UTF8.GetBytes(content)), path), Outline.Of(Redaction.Of(content, path).Text, Languages.ForPath(path), limits));

    /// <summary>Names the text of a blob that is read as what its path says.</summary>
    internal static BlobKey KeyOf(string blob, string path) =>
        new(UInt128.Parse(blob.AsSpan(0, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), Languages.ForPath(path)?.Name ?? "");

    private List<ViewFile> Keys(SourceListing listing, long most, Work work)
    {
        var files = new List<ViewFile>(listing.Files.Count);
        using var snapshot = catalogue.Snapshot();
        foreach (var file in listing.Files)
        {
            var bytes = file.Blob is null ? DiskFiles.Read(listing.Root, file.Path, most) : null;
            if (file.Blob is null && bytes is null)
            {
                continue;
            }

            var blob = file.Blob ?? DiskFiles.Id(bytes);
            var key = KeyOf(blob, file.Path);
            files.Add(new ViewFile(file.Path, key, file.Marks | (bytes is not null && listing.Commit is not null ? FileMarks.Dirty : FileMarks.None)));
            if (snapshot.Find(key) is null)
            {
                work.Add(blob, new Unread(key, file.Path), bytes is not null);
            }
        }

        return files;
    }

    private async Task WorkAsync(Work work, bool isUsers, CancellationToken cancel)
    {
        while (!work.IsEmpty)
        {
            var builder = new SegmentBuilder(new TermTable());
            while (builder.SourceLength < MostHeld && work.OnDisk.TryDequeue(out var file))
            {
                cancel.ThrowIfCancellationRequested();
                // One that was changed since is the next run's.
                if (DiskFiles.Read(work.Root, file.Path, long.MaxValue) is { } bytes && DiskFiles.Id(bytes) == file.Blob)
                {
                    Add(builder, work, file.Blob, bytes);
                }
            }

            if (!work.Blobs.IsEmpty)
            {
                await BlobReader.ReadAsync(work.Root, () => builder.SourceLength < MostHeld && work.Blobs.TryDequeue(out var blob) ? blob : null,
                    (blob, bytes) => Add(builder, work, blob, bytes.Span), new GitOptions { UserConfiguration = isUsers }, cancel);
            }

            await catalogue.AddAsync(builder, cancel);
        }
    }

    private void Add(SegmentBuilder builder, Work work, string blob, ReadOnlySpan<byte> bytes)
    {
        var texts = work.Texts(blob);
        var decoded = SourceText.Decode(bytes);
        foreach (var text in texts)
        {
            // A binary file is known by its name and by nothing else.
            var (clean, redacted) = Redaction.Of(decoded ?? "", text.Path);
            builder.Add(text.Key, Outline.Of(clean, Languages.ForPath(text.Path), limits));
            work.Progress.Read(bytes.Length, redacted);
        }

        work.Progress.Known(texts.Count);
    }

    private readonly record struct Unread(BlobKey Key, string Path);

    /// <summary>Is what is left to read: blobs of git, and files of the disk.</summary>
    private sealed class Work(string root, IndexProgress progress)
    {
        private readonly Dictionary<string, List<Unread>> _texts = [];
        private readonly HashSet<BlobKey> _keys = [];

        public string Root => root;

        public IndexProgress Progress => progress;

        public ConcurrentQueue<string> Blobs { get; } = new();

        public ConcurrentQueue<(string Blob, string Path)> OnDisk { get; } = new();

        /// <summary>Texts, not files: equal files are read once.</summary>
        public int Count => _keys.Count;

        public bool IsEmpty => Blobs.IsEmpty && OnDisk.IsEmpty;

        public List<Unread> Texts(string blob) => _texts[blob];

        public void Add(string blob, Unread text, bool onDisk)
        {
            if (!_keys.Add(text.Key))
            {
                return;
            }

            if (_texts.TryGetValue(blob, out var texts))
            {
                texts.Add(text);
                return;
            }

            _texts.Add(blob, [text]);
            if (onDisk)
            {
                OnDisk.Enqueue((blob, text.Path));
            }
            else
            {
                Blobs.Enqueue(blob);
            }
        }
    }
}
