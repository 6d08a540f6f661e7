using System.Reflection;
using AutoBuild.Core.Store;
using AutoBuild.Workspaces;

namespace AutoBuild.Tests.Trains;

/// <summary>Lets a server die before or after its n-th write to the store or git command; whatever it does from then on fails.</summary>
internal sealed class Death(int step, bool isAfter)
{
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private int _left = step;

    public Task Died => _died.Task;

    /// <summary>What died, for the message of a test that fails.</summary>
    public string Where { get; private set; } = "nowhere";

    public IStore Around(IStore store)
    {
        var mortal = DispatchProxy.Create<IStore, MortalStore>();
        ((MortalStore)(object)mortal).Begin(store, this);
        return mortal;
    }

    public async Task<ChildResult> AroundAsync(ChildCommand command, Func<ChildCommand, Task<ChildResult>> run)
    {
        var isLast = Reached($"git {string.Join(' ', command.Arguments.SkipWhile(argument => argument is "-c" || argument.Contains('=', StringComparison.Ordinal)).Take(2))}");
        if (isLast && !isAfter)
        {
            throw new CrashedException();
        }

        var result = await run(command);
        return isLast ? throw new CrashedException() : result;
    }

    private bool Reached(string what)
    {
        lock (_lock)
        {
            if (_died.Task.IsCompleted)
            {
                throw new CrashedException();
            }

            if (--_left > 0)
            {
                return false;
            }

            Where = $"{(isAfter ? "after" : "before")} {what}";
            _died.SetResult();
            return true;
        }
    }

    internal sealed class CrashedException() : Exception("The process died here.");

    /// <summary>Is a store that its server may lose.</summary>
#pragma warning disable CA1852 // A proxy derives from it.
    public class MortalStore : DispatchProxy
#pragma warning restore CA1852
    {
        private static readonly string[] Reads = ["Get", "List", "Find", "Read", "Wait", "Now", "Check"];

        private IStore _store = null!;
        private Death _death = null!;

        internal void Begin(IStore store, Death death) => (_store, _death) = (store, death);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (Reads.Any(read => targetMethod!.Name.StartsWith(read, StringComparison.Ordinal)) || targetMethod!.ReturnType == typeof(ValueTask))
            {
                return _death.Died.IsCompleted ? throw new CrashedException() : targetMethod!.Invoke(_store, args);
            }

            var isLast = _death.Reached(targetMethod.Name);
            if (isLast && !_death.IsAfter)
            {
                throw new CrashedException();
            }

            var task = (Task)targetMethod.Invoke(_store, args)!;
            if (isLast)
            {
                task.Wait();
                throw new CrashedException();
            }

            return task;
        }
    }

    private bool IsAfter => isAfter;
}
