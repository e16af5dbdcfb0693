using System.Runtime.InteropServices;
using Gateway.Bpf.Native;

namespace Gateway.Bpf.Tests;

public sealed unsafe class PrivilegeTests
{
    [Fact]
    public void Without_privileges_every_entry_point_says_which_ones_are_needed()
    {
        // libbpf asks the kernel once for each feature and remembers: a refusal would count for the whole process.
        using (TestPrograms.Load("emit"))
        {
        }

        Action[] attempts =
        [
            () => TestPrograms.Open().Load(),
            () => BpfMap.Create(BpfMapType.Hash, "hash", 4, 4, 1),
            () => _ = FeatureProbe.HasTcx,
            () => _ = FeatureProbe.HasXdpFrags,
            () => FeatureProbe.HasMapType(BpfMapType.RingBuffer),
        ];

        foreach (Action attempt in attempts)
        {
            BpfException refused = Assert.IsType<BpfException>(RunUnprivileged(attempt));
            Assert.Equal(Errno.EPERM, refused.Errno);
            Assert.Contains("CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON", refused.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Capabilities belong to threads: one of its own gives them up and ends.</summary>
    private static Exception? RunUnprivileged(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                // setresuid(-1, 65534, -1), for this thread only: losing effective root drops the effective capabilities.
                long number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 117 : 147;
                Assert.Equal(0, Libc.syscall(number, -1, (void*)65534, ulong.MaxValue));
                action();
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }
        });
        thread.Start();
        thread.Join();
        return failure;
    }
}
