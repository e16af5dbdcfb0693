using Gateway.Daemon.Services;
using Gateway.DataPlane;
using Gateway.Policy;
using Gateway.Rpc;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Policies;

/// <summary>
/// Everything that changes the running policy or the ports it is compiled for, one at a time. Refusals are
/// <see cref="RpcException"/>s and leave what runs as it was.
/// </summary>
internal sealed partial class PolicyControl
{
    private readonly Lock _lock = new();
    private readonly KernelDataPlane _dataPlane;
    private readonly RevisionFile _revisions;
    private readonly ILogger _logger;
    private PolicyDocument? _document;
    private volatile CompiledPolicy? _compiled;

    /// <summary>Takes over the policy that runs, when there is one.</summary>
    public PolicyControl(KernelDataPlane dataPlane, RevisionFile revisions, ILogger<PolicyControl> logger)
    {
        _dataPlane = dataPlane;
        _revisions = revisions;
        _logger = logger;
        if (dataPlane.Applied is not { } applied)
        {
            return;
        }

        _revisions.AtLeast(applied.Text.Revision);
        PolicyReadResult read = PolicyReader.Read(applied.Text.Yaml);
        _document = read.Document;
        if (_document is null)
        {
            LogUnreadable(logger, applied.Text.Name, applied.Text.Revision, read.Errors[0].ToString());
            return;
        }

        _compiled = PolicyLoader.Load(_document, dataPlane.Environment, CompilerLimits.Default).Compiled;
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

    /// <summary>What runs, as the kernel has it; null when nothing does or its stored text could not be read.</summary>
    public CompiledPolicy? Compiled => _compiled;

    /// <summary>Checks and compiles a policy for the present ports.</summary>
    public PolicyLoadResult Validate(V1.PolicySource? source) => PolicySources.Load(source, _dataPlane.Environment);

    /// <summary>Replaces the running policy.</summary>
    /// <param name="source">The new policy.</param>
    /// <param name="expectedRevision">Only when this one runs; 0 = whatever runs.</param>
    public AppliedPolicy Apply(V1.PolicySource? source, ulong expectedRevision)
    {
        lock (_lock)
        {
            CheckRevision(expectedRevision);
            PolicyLoadResult loaded = Validate(source);
            if (loaded.Document is not { } document || loaded.Compiled is not { } compiled)
            {
                throw ServiceErrors.InvalidPolicy(loaded.Errors);
            }

            var text = new PolicyText(document.Name, PolicyWriter.Write(document), NextRevision());
            AppliedPolicy applied = ServiceErrors.Run(() => _dataPlane.Apply(compiled, text));
            _document = document;
            _compiled = compiled;
            LogApplied(_logger, applied.Text.Name, applied.Text.Revision, applied.Generation, applied.Size.Chains);
            return applied;
        }
    }

    /// <summary>Removes the running policy.</summary>
    /// <returns>What ran; null when nothing did.</returns>
    public AppliedPolicy? Clear(ulong expectedRevision)
    {
        lock (_lock)
        {
            CheckRevision(expectedRevision);
            AppliedPolicy? cleared = ServiceErrors.Run(_dataPlane.Clear);
            _document = null;
            _compiled = null;
            if (cleared is not null)
            {
                LogCleared(_logger, cleared.Text.Name, cleared.Text.Revision);
            }

            return cleared;
        }
    }

    /// <summary>Attaches a NIC and fits the running policy to it; detaches it again when that fails.</summary>
    public IReadOnlyList<PortInfo> Attach(PortRequest request)
    {
        lock (_lock)
        {
            HashSet<string> before = [.. _dataPlane.Ports.Select(p => p.Nic)];
            IReadOnlyList<PortInfo> attached = ServiceErrors.Run(() => _dataPlane.Attach(request));
            if (attached.All(p => before.Contains(p.Nic)))
            {
                return attached;
            }

            try
            {
                Refit();
            }
            catch (RpcException)
            {
                _dataPlane.Detach(request.Nic);
                throw;
            }

            LogAttached(_logger, string.Join(", ", attached.Select(p => p.Nic)));
            return attached;
        }
    }

    /// <summary>Attaches a port anew that came back as another NIC, or that is wanted otherwise; the running policy may name it.</summary>
    public IReadOnlyList<PortInfo> Reattach(PortRequest request)
    {
        lock (_lock)
        {
            ServiceErrors.Run(() => _dataPlane.Detach(request.Nic));
            return Attach(request);
        }
    }

    /// <summary>Detaches a NIC the running policy does not name.</summary>
    public IReadOnlyList<string> Detach(string nic)
    {
        lock (_lock)
        {
            PortInfo? port = _dataPlane.Ports.FirstOrDefault(p => p.Nic == nic);
            string[] leaving = port?.Peer is { } peer ? [nic, peer] : [nic];
            if (port is not null && _document is not null && PolicyNics.ChainsNaming(_document, leaving) is { Count: > 0 } chains)
            {
                throw ServiceErrors.FailedPrecondition(
                    $"The running policy names {string.Join(" or ", leaving)} in {(chains.Count == 1 ? "chain" : "chains")} "
                    + $"{string.Join(", ", chains)}: apply a policy without it first.");
            }

            IReadOnlyList<string> detached = ServiceErrors.Run(() => _dataPlane.Detach(nic));
            LogDetached(_logger, string.Join(", ", detached));
            Refit();
            return detached;
        }
    }

    /// <summary>Removes everything of the gateway from the kernel.</summary>
    /// <returns>What was removed.</returns>
    public IReadOnlyList<string> CleanUp()
    {
        lock (_lock)
        {
            IReadOnlyList<string> removed = ServiceErrors.Run(_dataPlane.CleanUp);
            _document = null;
            _compiled = null;
            LogCleanedUp(_logger, removed.Count);
            return removed;
        }
    }

    private void CheckRevision(ulong expected)
    {
        ulong running = _dataPlane.Applied?.Text.Revision ?? 0;
        if (expected != 0 && expected != running)
        {
            throw ServiceErrors.FailedPrecondition(
                $"{(running == 0 ? "No policy" : $"Revision {running}")} runs, not revision {expected}: get the running policy and decide again.");
        }
    }

    private ulong NextRevision()
    {
        try
        {
            return _revisions.Next();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw ServiceErrors.FailedPrecondition(
                $"The revision could not be stored ({failure.Message}): make room in the state directory, or make it writable.");
        }
    }

    /// <summary>Compiles the running policy for the present ports. Its revision stays: it did not change.</summary>
    private void Refit()
    {
        if (_document is null || _dataPlane.Applied is not { } applied)
        {
            return;
        }

        PolicyLoadResult loaded = PolicyLoader.Load(_document, _dataPlane.Environment, CompilerLimits.Default);
        if (loaded.Compiled is not { } compiled)
        {
            throw ServiceErrors.FailedPrecondition($"The running policy does not fit the ports any more: {loaded.Errors[0].Message}");
        }

        ServiceErrors.Run(() => _dataPlane.Apply(compiled, applied.Text));
        _compiled = compiled;
    }

    [LoggerMessage(1101, LogLevel.Information, "Policy {Name} revision {Revision} runs as generation {Generation}, {Chains} chains.")]
    private static partial void LogApplied(ILogger logger, string name, ulong revision, uint generation, int chains);

    [LoggerMessage(1102, LogLevel.Information, "Policy {Name} revision {Revision} was cleared.")]
    private static partial void LogCleared(ILogger logger, string name, ulong revision);

    [LoggerMessage(1103, LogLevel.Information, "Attached {Nics}.")]
    private static partial void LogAttached(ILogger logger, string nics);

    [LoggerMessage(1104, LogLevel.Information, "Detached {Nics}.")]
    private static partial void LogDetached(ILogger logger, string nics);

    [LoggerMessage(1105, LogLevel.Information, "Cleaned up: {Count} objects removed.")]
    private static partial void LogCleanedUp(ILogger logger, int count);

    [LoggerMessage(1106, LogLevel.Error, "Policy {Name} revision {Revision} runs, but its stored text cannot be read: {Error}")]
    private static partial void LogUnreadable(ILogger logger, string name, ulong revision, string error);
}
