namespace Gateway.DataPlane;

/// <summary>Packets that the policy in force captures.</summary>
public sealed partial class KernelDataPlane
{
    private CaptureReader? _captures;

    /// <summary>Whether the policy in force captures packets.</summary>
    public bool IsCapturing => Locked(() => _generations.IsCapturing);

    /// <summary>Starts reading the packets that the policy in force captures, on a thread of its own; one reader at a time.</summary>
    /// <param name="handler">Receives them.</param>
    /// <returns>The reader; dispose it to stop.</returns>
    /// <exception cref="DataPlaneException">FailedPrecondition: there is a reader already.</exception>
    public CaptureReader ReadCaptures(Action<CapturedPacket> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Locked(() =>
        {
            if (_captures is { IsStopped: false })
            {
                throw new DataPlaneException(DataPlaneErrorKind.FailedPrecondition, "Captured packets are being read already: dispose that reader first.");
            }

            return _captures = new CaptureReader(_maps.Captures, handler, NicOf, _logger, _time);
        });
    }
}
