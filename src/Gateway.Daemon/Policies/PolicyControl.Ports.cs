using Gateway.Daemon.Services;
using Gateway.DataPlane;
using Gateway.Policy;
using Gateway.Rpc;

namespace Gateway.Daemon.Policies;

/// <summary>Ports: the running policy is fitted to them before packets pass.</summary>
internal sealed partial class PolicyControl
{
    /// <summary>Attaches a NIC with the running policy in force on it from its first packet on; nothing stays attached when that fails.</summary>
    public IReadOnlyList<PortInfo> Attach(PortRequest request)
    {
        lock (_lock)
        {
            bool fitted = false;
            IReadOnlyList<PortInfo> attached;
            try
            {
                attached = ServiceErrors.Run(() => _dataPlane.Attach(request, () =>
                {
                    Refit();
                    fitted = true;
                }));
            }
            catch (RpcException) when (fitted)
            {
                // It is compiled for a port that is not there: harmless, but not what it should be.
                Refit();
                throw;
            }

            if (fitted)
            {
                LogAttached(_logger, string.Join(", ", attached.Select(p => p.Nic)));
            }

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

    /// <summary>Compiles the running policy for the present ports. Its revision stays: it did not change.</summary>
    private void Refit()
    {
        if (_document is null || _dataPlane.Applied is not { } applied)
        {
            return;
        }

        PolicyLoadResult loaded = _lastGood.Load(ActComposer.Compose(_document, _acts), out PolicyEnvironment environment, _capture);
        if (loaded.Compiled is not { } compiled)
        {
            throw ServiceErrors.FailedPrecondition($"The running policy does not fit the ports any more: {loaded.Errors[0].Message}");
        }

        ServiceErrors.Run(() => _dataPlane.Apply(compiled, applied.Text, commit: null, environment));
        _compiled = compiled;
    }
}
