namespace AutoBuild.Workspaces;

/// <summary>The user's own checkout, which is never written save by this fast-forward they asked for.</summary>
public static class UserCheckout
{
    /// <summary>Fast-forwards the checkout's branch to the integration tip.</summary>
    /// <remarks>Refuses, as a value, whatever would touch uncommitted, untracked or ignored files. A branch that is not checked out is only moved.</remarks>
    public static Task<SyncOutcome> SyncAsync(string checkout, BareClone clone, string target, CancellationToken cancellation = default) => throw new NotSupportedException();
}
