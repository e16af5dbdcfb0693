using Gateway.DataPlane;

namespace Gateway.Benchmarks.Results;

/// <summary>
/// Instructions the verifier may walk in each program. The kernel gives up at one million; compilers and kernels differ, so
/// the distance is kept.
/// </summary>
internal static class VerifierBudget
{
    internal static uint Of(string program) => program switch
    {
        PacketPrograms.Ingress => 800_000,
        PacketPrograms.Egress => 800_000,
        _ => 800_000,
    };
}
