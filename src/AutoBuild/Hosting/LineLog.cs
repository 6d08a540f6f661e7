using System.Globalization;
using AutoBuild.Workspaces;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Hosting;

/// <summary>Writes the server's log: all lines to <c>logs/server.log</c>, warnings and worse to stderr too.</summary>
/// <remarks>Beyond 10 MB the file becomes <c>server.log.1</c>. A line that can't be written, as on a full disk, goes to stderr alone.</remarks>
internal sealed class LineLog : ILoggerProvider
{
    private const long LargestFile = 10_000_000;

    private readonly Lock _gate = new();
    private readonly string _path;
    private StreamWriter _file;
    private readonly TextWriter _error;
    private readonly TimeProvider _time;

    public LineLog(string path, TextWriter error, TimeProvider time)
    {
        (_path, _error, _time) = (path, error, time);
        _file = Open();
    }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void Dispose()
    {
        lock (_gate)
        {
            try
            {
                _file.Dispose();
            }
            catch (IOException)
            {
                // What it still held was told to stderr.
                return;
            }
        }
    }

    private void Write(LogLevel level, string category, string message, Exception? fault)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{_time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {Word(level)} {category}: {Line(message)}");
        lock (_gate)
        {
            WriteToFile(fault is null ? line : $"{line}\n{fault}");
            if (level >= LogLevel.Warning)
            {
                _error.WriteLine(fault is null ? line : $"{line} ({fault.GetType().Name}: {Line(fault.Message)})");
            }
        }
    }

    /// <summary>Makes one line of a text that may hold what a stranger sent: it neither forges a line nor speaks to the terminal.</summary>
    private static string Line(string text) => string.Create(text.Length, text, (line, from) =>
    {
        for (var i = 0; i < from.Length; i++)
        {
            line[i] = char.IsControl(from[i]) || from[i] is '\u2028' or '\u2029' ? ' ' : from[i];
        }
    });

    private StreamWriter Open() => new(new FileStream(_path, new FileStreamOptions
    {
        Mode = FileMode.Append,
        Access = FileAccess.Write,
        Share = FileShare.ReadWrite | FileShare.Delete,
        BufferSize = 0,
        UnixCreateMode = WriteFile.OwnerOnly,
    })) { AutoFlush = true };

    // Whoever logs must not fall over the log.
    private void WriteToFile(string text)
    {
        try
        {
            if (_file.BaseStream.Position > LargestFile)
            {
                _file.Dispose();
                File.Move(_path, _path + ".1", overwrite: true);
                _file = Open();
            }

            _file.WriteLine(text);
        }
        catch (IOException fault)
        {
            _error.WriteLine($"{_path} can't be written ({fault.Message}): {text}");
        }
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information or LogLevel.None => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error or LogLevel.Critical => "error",
    };

    private sealed class Category(LineLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Write(logLevel, name, formatter(state, exception), exception);
    }
}
