using System.Threading.Channels;
using Gateway.Daemon.Services;
using Gateway.DataPlane;
using Gateway.Policy;
using Gateway.Rpc;
using Microsoft.Extensions.Logging;
using ChangeKind = Gateway.V1.PolicyChange.Types.Kind;

namespace Gateway.Daemon.Policies;

/// <summary>
/// Everything that changes the running policy or the ports it is compiled for, one at a time, in the kernel and on disk.
/// Refusals are <see cref="RpcException"/>s and leave what runs as it was.
/// </summary>
internal sealed partial class PolicyControl : IDisposable
{
    private readonly Lock _lock = new();
    private readonly KernelDataPlane _dataPlane;
    private readonly PolicyHistory _history;
    private readonly PolicyLastGood _lastGood;
    private readonly PolicyFeed _feed;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConfirmationTimer _timer;
    private readonly ApplyClock _clock = new();
    private PolicyDocument? _document;
    private volatile CompiledPolicy? _compiled;

    /// <summary>Takes over the policy that runs, or puts the last good one into the kernel when none does.</summary>
    public PolicyControl(KernelDataPlane dataPlane, PolicyHistory history, PolicyFeed feed, TimeProvider time, ILogger<PolicyControl> logger)
    {
        _dataPlane = dataPlane;
        _history = history;
        _feed = feed;
        _time = time;
        _logger = logger;
        _lastGood = new PolicyLastGood(dataPlane, history, logger);
        _timer = new ConfirmationTimer(time, RevertWhenDue);
        lock (_lock)
        {
            TakeOver(new PolicyReconciliation(dataPlane, history, time, logger).Run());
        }
    }

    /// <summary>What runs, with its document; the document is null when the stored text could not be read.</summary>
    public (AppliedPolicy? Applied, PolicyDocument? Document) Running
    {
        get
        {
            lock (_lock)
            {
                return (_dataPlane.Applied, _document);
            }
        }
    }

    /// <summary>The history.</summary>
    public PolicyState State
    {
        get
        {
            lock (_lock)
            {
                return _history.State;
            }
        }
    }

    /// <summary>What runs, as the kernel has it; null when nothing does or its stored text could not be read.</summary>
    public CompiledPolicy? Compiled => _compiled;

    /// <summary>Checks and compiles a policy for the present ports.</summary>
    public PolicyLoadResult Validate(V1.PolicySource? source) => PolicySources.Load(source, _dataPlane.Environment);

    /// <summary>A revision's text and document.</summary>
    /// <exception cref="RpcException">NOT_FOUND: it is not in the history. DATA_LOSS: its text is damaged.</exception>
    public (PolicyRevision Revision, string Yaml, PolicyDocument? Document) Read(ulong revision)
    {
        lock (_lock)
        {
            PolicyRevision found = _history.State.Find(revision) ?? throw ServiceErrors.NotFound(
                $"Revision {revision} is not in the history: 'gatewayctl policy history' shows those that are.");
            try
            {
                string yaml = _history.ReadText(found);
                return (found, yaml, PolicyReader.Read(yaml, PolicyReader.StoredMaxBytes).Document);
            }
            catch (InvalidDataException damaged)
            {
                throw ServiceErrors.DataLoss(damaged.Message);
            }
        }
    }

    /// <summary>Replaces the running policy.</summary>
    public PolicyOutcome Apply(V1.PolicySource? source, PolicyWish wish)
    {
        lock (_lock)
        {
            CheckExpectation(wish.ExpectedRevision, wish.ExpectNone);
            _clock.Begin();
            var text = new RevisionTextWriter();
            return Apply(PolicySources.Load(source, _dataPlane.Environment, wish.DryRun ? null : text.Begin), text, wish);
        }
    }

    /// <summary>Applies an older revision again.</summary>
    public PolicyOutcome Rollback(ulong revision, PolicyWish wish)
    {
        lock (_lock)
        {
            CheckExpectation(wish.ExpectedRevision, wish.ExpectNone);
            _clock.Begin();
            string yaml = Read(revision).Yaml;
            var text = new RevisionTextWriter();
            PolicyLoadResult loaded = PolicyLoader.Load(
                yaml, _dataPlane.Environment, CompilerLimits.Default, PolicyReader.StoredMaxBytes, wish.DryRun ? null : text.Begin);
            return Apply(loaded, text, wish);
        }
    }

    /// <summary>Puts a policy into the history alone.</summary>
    public PolicyRevision Import(V1.PolicySource? source, RevisionDraft draft)
    {
        lock (_lock)
        {
            (PolicyDocument document, CompiledPolicy compiled) = Accepted(Validate(source));
            var text = RevisionText.Of(document);
            PolicyRevision revision = _history.Draft(draft, document.Name, text, PolicyPlan.SizeOf(compiled), RevisionFate.Stored);
            Stored(() =>
            {
                _history.StoreText(revision, text);
                _history.Store(_history.State.With(revision).Prune(PolicyHistory.Kept));
            });
            _history.Tidy();
            LogImported(_logger, revision.Name, revision.Revision);
            Publish(ChangeKind.Imported, revision, _history.State.Running);
            return revision;
        }
    }

    /// <summary>Keeps a policy that runs on trial.</summary>
    public PolicyRevision Confirm(ulong revision)
    {
        lock (_lock)
        {
            PolicyState state = _history.State;
            if (revision == 0 || state.Running != revision || state.Find(revision) is not { } running)
            {
                throw ServiceErrors.RevisionMismatch(
                    revision, state.Running, _dataPlane.Applied?.Text.Name,
                    $"Revision {revision} does not run{(state.Find(revision)?.Fate == RevisionFate.Reverted ? " any more: it was not confirmed in time" : "")}. "
                    + $"{RunningWords(state.Running)} runs.");
            }

            if (state.Pending is not null)
            {
                Stored(() => _history.Store(state with { Pending = null }));
                _timer.Stop();
                _history.Tidy();
                LogConfirmed(_logger, running.Name, revision);
                Publish(ChangeKind.Confirmed, running, revision);
            }

            return running;
        }
    }

    /// <summary>Removes the running policy.</summary>
    /// <returns>What ran; null when nothing did.</returns>
    public AppliedPolicy? Clear(ulong expectedRevision)
    {
        lock (_lock)
        {
            CheckExpectation(expectedRevision, expectNone: false);
            if (_history.State.Running == 0 && _dataPlane.Applied is null)
            {
                return null;
            }

            Stored(() => _history.StoreIntent(_history.State.Begin(0)));
            AppliedPolicy? cleared = Committed(() => _dataPlane.Clear(_history.StoreCommit));
            _document = null;
            _compiled = null;
            _timer.Stop();
            _history.Tidy();
            if (cleared is not null)
            {
                LogCleared(_logger, cleared.Text.Name, cleared.Text.Revision);
                Publish(ChangeKind.Cleared, null, cleared.Text.Revision);
            }

            return cleared;
        }
    }

    /// <summary>Begins a watch with what runs now.</summary>
    public Channel<V1.PolicyChange> Watch()
    {
        lock (_lock)
        {
            Channel<V1.PolicyChange> watch = _feed.Subscribe();
            watch.Writer.TryWrite(PolicyMessages.ChangeOf(
                ChangeKind.Present, _history.State.Find(_history.State.Running), _history.State, 0, _time.GetUtcNow()));
            return watch;
        }
    }

    public void EndWatch(Channel<V1.PolicyChange> watch) => _feed.Unsubscribe(watch);

    /// <summary>Removes everything of the gateway from the kernel. The state on disk stays: its policy runs again after the next start.</summary>
    /// <returns>What was removed.</returns>
    public IReadOnlyList<string> CleanUp()
    {
        lock (_lock)
        {
            IReadOnlyList<string> removed = ServiceErrors.Run(_dataPlane.CleanUp);
            _document = null;
            _compiled = null;
            _timer.Stop();
            LogCleanedUp(_logger, removed.Count);
            return removed;
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _clock.Dispose();
    }

    private static (PolicyDocument Document, CompiledPolicy Compiled) Accepted(PolicyLoadResult loaded) =>
        loaded.Document is { } document && loaded.Compiled is { } compiled ? (document, compiled) : throw ServiceErrors.InvalidPolicy(loaded.Errors);

    private static string RunningWords(ulong running) => running == 0 ? "No policy" : $"Revision {running}";

    private PolicyOutcome Apply(PolicyLoadResult loaded, RevisionTextWriter written, PolicyWish wish)
    {
        (PolicyDocument document, CompiledPolicy compiled) = Accepted(loaded);
        PolicyState state = _history.State;
        PolicyPlan plan = _clock.Plan(() => PolicyPlan.Of(_dataPlane.Applied, _document, state.LastRevision + 1, document, compiled));
        if (wish.DryRun)
        {
            return new PolicyOutcome(plan, null, null, _clock.End(loaded.Times));
        }

        RevisionText text = _clock.Text(written.End);
        PolicyRevision revision = _history.Draft(wish.Draft, document.Name, text, plan.ToSize, RevisionFate.Prepared);
        PendingConfirmation? pending = wish.ConfirmWithin == default
            ? null
            : new PendingConfirmation(state.Confirmed, _time.GetUtcNow() + wish.ConfirmWithin, wish.ConfirmWithin);
        Stored(() =>
        {
            _history.StoreText(revision, text);
            _history.StoreIntent(state.With(revision).Begin(revision.Revision, pending));
        });
        AppliedPolicy applied = Committed(
            () => _dataPlane.Apply(compiled, new PolicyText(document.Name, text.Bytes, revision.Revision), _history.StoreCommit));
        _document = document;
        _compiled = compiled;
        KeepBeside();
        _timer.Start(wish.ConfirmWithin == default ? null : wish.ConfirmWithin);
        _history.Tidy();
        ApplyTimes times = _clock.End(loaded.Times);
        LogApplied(_logger, applied.Text.Name, applied.Text.Revision, applied.Generation, applied.Size.Chains);
        LogTimes(_logger, revision.Revision, (long)times.Total.TotalMilliseconds, (long)times.Swap.TotalMicroseconds);
        PolicyRevision stored = _history.State.Find(revision.Revision)!;
        Publish(ChangeKind.Applied, stored, state.Running);
        return new PolicyOutcome(plan, applied, stored, times);
    }

    private void CheckExpectation(ulong expected, bool expectNone)
    {
        ulong running = _dataPlane.Applied?.Text.Revision ?? 0;
        if (expected != 0 && expectNone)
        {
            throw ServiceErrors.InvalidArgument("expect_none", "expected_revision and expect_none exclude each other: set one of them.");
        }

        if ((expected != 0 && expected != running) || (expectNone && running != 0))
        {
            throw ServiceErrors.RevisionMismatch(
                expected, running, _dataPlane.Applied?.Text.Name,
                $"{RunningWords(running)} runs, not {(expectNone ? "none" : $"revision {expected}")}: get the running policy and decide again.");
        }
    }

    /// <summary>Writes to disk what must be there before the kernel is told.</summary>
    private void Stored(Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw ServiceErrors.NotStored(failure.Message);
        }
        catch (Exception)
        {
            Abandon();
            throw;
        }
    }

    /// <summary>Changes the kernel; what was about to run is forgotten when that fails.</summary>
    private T Committed<T>(Func<T> change)
    {
        try
        {
            return ServiceErrors.Run(change);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Abandon();
            throw ServiceErrors.NotStored(failure.Message);
        }
        catch (Exception)
        {
            Abandon();
            throw;
        }
    }

    private void Abandon()
    {
        if (_history.State.Intent is not null)
        {
            _history.TryStore(_history.State.Abandon());
        }
    }

    private void Publish(ChangeKind kind, PolicyRevision? revision, ulong before) =>
        _feed.Publish(PolicyMessages.ChangeOf(kind, revision, _history.State, before, _time.GetUtcNow()));
}
