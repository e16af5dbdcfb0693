using Gateway.DataPlane;
using Gateway.Policy;
using ChangeKind = Gateway.V1.PolicyChange.Types.Kind;

namespace Gateway.Daemon.Policies;

/// <summary>What happens by itself: taking over at start, and giving way when a policy is not confirmed.</summary>
internal sealed partial class PolicyControl
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    private string? _lastFailure;

    /// <summary>Takes over what runs, or puts a revision into the kernel.</summary>
    /// <param name="restore">The revision; 0 = what runs goes on.</param>
    private void TakeOver(ulong restore)
    {
        TimeSpan? left = PolicyReconciliation.TimeLeft(_history.State, _time);
        if (_dataPlane.Applied is { } applied)
        {
            PolicyReadResult read = PolicyReader.Read(applied.Text.ToYaml(), PolicyReader.StoredMaxBytes);
            _document = read.Document;
            if (_document is null)
            {
                LogUnreadable(_logger, applied.Text.Name, applied.Text.Revision, read.Errors[0].ToString());
            }
            else
            {
                _compiled = _lastGood.Load(_document, out _).Compiled;
            }
        }

        if (left == TimeSpan.Zero)
        {
            RevertWhenDue();
        }
        else
        {
            if (restore != 0)
            {
                Restore(restore);
            }

            _timer.Start(PolicyReconciliation.TimeLeft(_history.State, _time));
        }

        _history.Tidy();
        EndLeft();
    }

    /// <summary>Puts a revision, or the last good one before it, into the kernel, whose state on disk says already that it runs.</summary>
    private void Restore(ulong revision)
    {
        try
        {
            ulong restored = PutBack(revision);
            if (restored != revision)
            {
                _history.TryStore(_history.State.Begin(restored).Complete());
            }
        }
        catch (DataPlaneException failure)
        {
            LogNotRestored(_logger, revision, failure.Message);
        }
    }

    /// <summary>Puts a revision, or the last good one before it, into the kernel.</summary>
    /// <returns>The revision that runs; 0 = none can.</returns>
    private ulong PutBack(ulong revision)
    {
        if (_lastGood.Find(revision) is not var (found, candidate))
        {
            _dataPlane.Clear();
            _document = null;
            _compiled = null;
            return 0;
        }

        var text = new PolicyText(found.Name, _history.ReadText(found), found.Revision);
        AppliedPolicy applied = _dataPlane.Apply(candidate.Compiled, text, commit: null, candidate.Environment);
        _document = candidate.Document;
        _compiled = candidate.Compiled;
        KeepBeside();
        LogApplied(_logger, applied.Text.Name, applied.Text.Revision, applied.Generation, applied.Size.Chains);
        return found.Revision;
    }

    /// <summary>
    /// The time to confirm is over: the last confirmed policy runs again. That counts more than its record: a full disk
    /// does not keep the kernel from it, and it is tried again until it succeeds.
    /// </summary>
    private void RevertWhenDue()
    {
        lock (_lock)
        {
            PolicyState state = _history.State;
            if (state.Pending is not { } pending)
            {
                return;
            }

            try
            {
                _history.TryStore(state.Begin(pending.RevertTo, reverts: true));
                ulong reverted = PutBack(pending.RevertTo);
                _history.TryStore(_history.State.Begin(reverted, reverts: true).Complete());
                _history.Tidy();
                _lastFailure = null;
                LogReverted(_logger, state.Running, reverted);
                Publish(ChangeKind.Reverted, _history.State.Find(reverted), state.Running);
            }
            catch (Exception failure) when (failure is DataPlaneException or InvalidDataException)
            {
                _history.TryStore(_history.State.Abandon());
                _timer.Start(s_retry);
                if (_lastFailure != failure.Message)
                {
                    _lastFailure = failure.Message;
                    LogNotReverted(_logger, state.Running, failure.Message);
                }
            }
            catch (ObjectDisposedException)
            {
                // The daemon ends; the next one sees that the time is over.
            }
        }
    }
}
