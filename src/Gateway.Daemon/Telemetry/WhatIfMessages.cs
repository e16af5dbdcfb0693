using Gateway.Daemon.Services;
using Gateway.DataPlane;
using Gateway.Rpc;
using Gateway.V1;
using AppliedPolicy = Gateway.DataPlane.AppliedPolicy;
using Reason = Gateway.V1.Reason;

namespace Gateway.Daemon.Telemetry;

/// <summary>Frames of a what-if and what came of them.</summary>
internal static class WhatIfMessages
{
    private const int MostFrames = 10_000;

    /// <summary>Runs every frame.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT or NOT_FOUND: a frame cannot be tried; its place is told.</exception>
    public static IEnumerable<TracedPacket> Run(WhatIfRun run, WhatIfRequest request, CancellationToken cancellationToken)
    {
        for (int i = 0; i < request.Frames.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            V1.WhatIfFrame message = request.Frames[i];
            var frame = new DataPlane.WhatIfFrame(
                message.Nic, message.Hook == V1.Hook.Egress ? DataPlane.Abi.Hook.Egress : DataPlane.Abi.Hook.Ingress,
                message.Data.Memory, (int)Math.Min(message.FrameLength, int.MaxValue));
            WhatIfOutcome outcome;
            try
            {
                outcome = run.Run(frame);
            }
            catch (DataPlaneException refusal) when (refusal.Kind is DataPlaneErrorKind.InvalidArgument)
            {
                throw ServiceErrors.InvalidArgument($"frames[{i}]", refusal.Message);
            }

            yield return Of(frame, outcome, request.Headers, run.Applied);
        }
    }

    /// <exception cref="RpcException">INVALID_ARGUMENT: there are too many frames.</exception>
    public static void CheckCount(WhatIfRequest request)
    {
        if (request.Frames.Count > MostFrames)
        {
            throw ServiceErrors.InvalidArgument("frames", $"There are {request.Frames.Count} frames, and {MostFrames} can be tried at once: send fewer.");
        }
    }

    public static TracedPacket Of(DataPlane.WhatIfFrame frame, WhatIfOutcome outcome, bool headers, AppliedPolicy policy)
    {
        TracedPacket message = outcome.Packet is { } packet
            ? TraceMessages.Of(packet, headers, _ => policy)
            : new TracedPacket
            {
                Nic = frame.Nic,
                Hook = frame.Hook == DataPlane.Abi.Hook.Ingress ? "ingress" : "egress",
                Fate = TracedPacket.Types.Fate.Passed,
            };
        message.Reason = (Reason)outcome.Reason;
        return message;
    }
}
