using System.Globalization;
using Microsoft.Extensions.Logging;

namespace AutoBuild.Hosting;

/// <summary>Writes the server's log: all lines to <c>logs/server.log</c>, warnings and worse to stderr too.</summary>
/// <remarks>At a start beyond 10 MB the file becomes <c>server.log.1</c>.</remarks>
internal sealed class LineLog : ILoggerProvider
{
    private const long LargestFile = 10_000_000;

    private readonly Lock _gate = new();
    private readonly StreamWriter _file;
    private readonly TextWriter _error;
    private readonly TimeProvider _time;

    public LineLog(string path, TextWriter error, TimeProvider time)
    {
        if (new FileInfo(path) is { Exists: true, Length: > LargestFile })
        {
            File.Move(path, path + ".1", overwrite: true);
        }

        _file = new StreamWriter(new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = WriteFile.OwnerOnly,
        })) { AutoFlush = true };
        (_error, _time) = (error, time);
    }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void Dispose()
    {
        lock (_gate)
        {
            _file.Dispose();
        }
    }

    private void Write(LogLevel level, string category, string message, Exception? fault)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{_time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {Word(level)} {category}: {Line(message)}");
        lock (_gate)
        {
            _file.WriteLine(fault is null ? line : $"{line}\n{fault}");
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
