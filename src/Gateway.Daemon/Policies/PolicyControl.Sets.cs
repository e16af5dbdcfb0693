using Gateway.Daemon.Services;
using Gateway.Rpc;

namespace Gateway.Daemon.Policies;

/// <summary>Which sets of subflows there are; policies are compiled for their numbers.</summary>
internal sealed partial class PolicyControl
{
    /// <summary>Creates a set unless it is there.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: it is no name. RESOURCE_EXHAUSTED: there are as many as there can be.</exception>
    public void CreateSet(string name)
    {
        lock (_lock)
        {
            ServiceErrors.Run(() =>
            {
                _dataPlane.CreateSubflowSet(name);
                return true;
            });
        }
    }

    /// <summary>Removes a set.</summary>
    /// <returns>How many subflows it held.</returns>
    /// <exception cref="RpcException">NOT_FOUND. FAILED_PRECONDITION: the running policy names it.</exception>
    public int RemoveSet(string name)
    {
        lock (_lock)
        {
            if (IsSetInUse(name))
            {
                throw ServiceErrors.FailedPrecondition($"The running policy names the set '{name}': apply one without it first, or clear the set.");
            }

            return ServiceErrors.Run(() => _dataPlane.RemoveSubflowSet(name));
        }
    }

    /// <summary>Whether the running policy names a set; also when its stored text could not be read.</summary>
    public bool IsSetInUse(string name) => _compiled is { } compiled ? compiled.SubflowSets.ContainsKey(name) : _dataPlane.Applied is not null;
}
