using Gateway.Policy;

namespace Gateway.DataPlane;

/// <summary>Candidate policies tried beside the traffic.</summary>
public sealed partial class KernelDataPlane
{
    private bool _trying;

    /// <summary>Prepares to try a policy on frames, without touching traffic; one at a time. It costs memory of the kernel until disposed.</summary>
    /// <param name="policy">Compiled for <see cref="Environment"/> and with every packet captured.</param>
    /// <param name="text">What it is called.</param>
    /// <param name="withState">Whether it begins with the flows and connections the gateway knows now.</param>
    /// <exception cref="DataPlaneException">
    /// FailedPrecondition: another one is under way. Unsupported: the policy has an actor or selector that cannot be tried.
    /// </exception>
    public WhatIfRun TryPolicy(CompiledPolicy policy, PolicyText text, bool withState)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(text);
        if (policy.Chains.Any(chain => chain.Actors.OfType<MirrorActor>().Any()))
        {
            throw new DataPlaneException(DataPlaneErrorKind.Unsupported, "A policy with mirror cannot be tried: the kernel would send the copy. Leave the actor out.");
        }

        if (!policy.Operators.IsEmpty)
        {
            throw new DataPlaneException(
                DataPlaneErrorKind.Unsupported, "A policy with custom operators cannot be tried: their maps are those of the traffic. Leave them out.");
        }

        return Locked(() =>
        {
            if (_trying)
            {
                throw new DataPlaneException(DataPlaneErrorKind.FailedPrecondition, "Another policy is being tried, and there can be one at a time: end it first.");
            }

            var run = new WhatIfRun(_layout.WhatIf, _ports.Ports.Select(p => p.Record), _maps, () => _trying = false, _logger, _time);
            try
            {
                run.Apply(policy, text, PortIndexes());
                if (withState)
                {
                    run.CopyState(_maps);
                }

                _trying = true;
                return run;
            }
            catch
            {
                run.Dispose();
                throw;
            }
        });
    }
}
