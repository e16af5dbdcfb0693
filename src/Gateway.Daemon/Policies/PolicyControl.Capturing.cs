using Gateway.Daemon.Services;
using Gateway.Policy;
using Gateway.Rpc;

namespace Gateway.Daemon.Policies;

/// <summary>Capturing packets beside the running policy: it is compiled with the capture's terms, its chains and counters stay.</summary>
internal sealed partial class PolicyControl
{
    private Selector? _capture;

    /// <summary>Begins to capture packets of the running policy and of those that follow it.</summary>
    /// <exception cref="RpcException">
    /// FAILED_PRECONDITION: a capture runs already, or no policy does. RESOURCE_EXHAUSTED: with the policy it is too large.
    /// </exception>
    public void BeginCapture(Selector select)
    {
        lock (_lock)
        {
            if (_capture is not null)
            {
                throw ServiceErrors.FailedPrecondition("Another trace or capture runs, and there can be one at a time: end it first.");
            }

            if (_document is null || _dataPlane.Applied is null)
            {
                throw ServiceErrors.FailedPrecondition("No policy runs, so every packet passes as it is: apply one first.");
            }

            if (_lastGood.Load(ActComposer.Compose(_document, _acts), out _, select) is { Compiled: null } refused)
            {
                throw new RpcException(new Status(StatusCode.ResourceExhausted, $"{refused.Errors[0].Message} {refused.Errors[0].Hint}"));
            }

            _capture = select;
            try
            {
                Refit();
            }
            catch
            {
                _capture = null;
                throw;
            }
        }
    }

    /// <summary>Ends it. When the kernel refuses, the next change of policy or ports does.</summary>
    public void EndCapture()
    {
        lock (_lock)
        {
            _capture = null;
            EndLeft();
        }
    }

    /// <summary>With a policy that has just come into force captures and acts go on; it runs in any case.</summary>
    private void KeepBeside()
    {
        if (_capture is not null || _acts.Count > 0)
        {
            TryRefit();
        }
    }

    /// <summary>Also what a daemon that was killed left in the kernel: a capture, chains of acts.</summary>
    private void EndLeft()
    {
        bool acts = _document is not null && _dataPlane.Applied is { } applied && applied.Chains.Count != ActComposer.Compose(_document, _acts).Chains.Count;
        if (acts || (_capture is null && _dataPlane.IsCapturing))
        {
            TryRefit();
        }
    }

    private void TryRefit()
    {
        try
        {
            Refit();
        }
        catch (RpcException failure)
        {
            LogCaptureUnchanged(_logger, failure.Status.Detail);
        }
    }
}
