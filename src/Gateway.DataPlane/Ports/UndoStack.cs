using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane;

/// <summary>How to take back what was done so far, last step first.</summary>
internal sealed class UndoStack(ILogger logger)
{
    private readonly Stack<(string Step, Action Undo)> _steps = new();

    internal void Push(string step, Action undo) => _steps.Push((step, undo));

    /// <summary>Takes everything back. A step that cannot be undone is logged and does not keep the others.</summary>
    /// <returns>The first failure; null when there was none.</returns>
    internal Exception? Run()
    {
        Exception? first = null;
        while (_steps.TryPop(out (string Step, Action Undo) step))
        {
            try
            {
                step.Undo();
            }
#pragma warning disable CA1031 // The remaining steps must be undone too.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                DataPlaneLog.UndoFailed(logger, step.Step, failure);
                first ??= failure;
            }
        }

        return first;
    }

    /// <summary>Everything worked: nothing is to be taken back.</summary>
    internal void Commit() => _steps.Clear();
}
