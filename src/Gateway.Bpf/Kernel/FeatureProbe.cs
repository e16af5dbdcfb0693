using System.Runtime.InteropServices;
using Gateway.Bpf.Native;

namespace Gateway.Bpf;

/// <summary>Asks the running kernel what it can do, by trying; nothing stays behind.</summary>
public static unsafe class FeatureProbe
{
    /// <summary>libbpf's version, such as "v1.1"; null when libbpf is not installed (Debian: libbpf1).</summary>
    public static string? LibbpfVersion =>
        NativeLibrary.TryLoad(Libbpf.Library, out _) ? NativeText.Read(Libbpf.libbpf_version_string()) : null;

    /// <summary>Whether the kernel carries its own BTF, which CO-RE programs need.</summary>
    public static bool HasKernelBtf => File.Exists("/sys/kernel/btf/vmlinux");

    /// <summary>Whether TCX is there (Linux 6.6).</summary>
    /// <exception cref="BpfException">Privileges are missing.</exception>
    public static bool HasTcx
    {
        get
        {
            using BpfFd program = LoadTrivial(BpfProgramType.SchedCls, BpfProgramFlags.None)
                ?? throw BpfException.From((int)Errno.EINVAL, "Loading a traffic-control program");
            int result = BpfLink.CreateTcx(program, int.MaxValue, BpfAttachType.TcxIngress);
            if (result >= 0)
            {
                new BpfFd(result).Dispose();
                return true;
            }

            // A kernel with TCX looks for the interface; one without does not know the attach type.
            return (Errno)(-result) == Errno.ENODEV;
        }
    }

    /// <summary>Whether XDP programs may handle packets in several buffers (Linux 5.18).</summary>
    /// <exception cref="BpfException">Privileges are missing.</exception>
    public static bool HasXdpFrags
    {
        get
        {
            using BpfFd? program = LoadTrivial(BpfProgramType.Xdp, BpfProgramFlags.XdpHasFrags);
            return program is not null;
        }
    }

    /// <summary>Whether a map type is there.</summary>
    /// <param name="type">The type, such as <see cref="BpfMapType.RingBuffer"/> (Linux 5.8).</param>
    /// <returns>Whether such a map can be created.</returns>
    /// <exception cref="BpfException">Privileges are missing.</exception>
    public static bool HasMapType(BpfMapType type) =>
        Answer(Libbpf.libbpf_probe_bpf_map_type((int)type, null), $"Probing map type {type}");

    /// <summary>Whether a program type is there.</summary>
    /// <param name="type">The type.</param>
    /// <returns>Whether such a program can be loaded.</returns>
    /// <exception cref="BpfException">Privileges are missing.</exception>
    public static bool HasProgramType(BpfProgramType type) =>
        Answer(Libbpf.libbpf_probe_bpf_prog_type((int)type, null), $"Probing program type {type}");

    /// <summary>Whether programs of a type may call a helper.</summary>
    /// <param name="type">The program type.</param>
    /// <param name="helper">The helper's number (enum bpf_func_id), such as 181 for bpf_loop.</param>
    /// <returns>Whether the verifier accepts the call.</returns>
    /// <exception cref="BpfException">Privileges are missing.</exception>
    public static bool HasHelper(BpfProgramType type, int helper) =>
        Answer(Libbpf.libbpf_probe_bpf_helper((int)type, helper, null), $"Probing helper {helper} of {type}");

    private static bool Answer(int result, string operation)
    {
        // EOPNOTSUPP: libbpf itself does not know the number.
        if (result < 0 && result != -(int)Errno.EOPNOTSUPP)
        {
            throw BpfException.From(result, operation);
        }

        if (result != 1)
        {
            // libbpf takes missing privileges for a missing feature; this tells them apart.
            LoadTrivial(BpfProgramType.SchedCls, BpfProgramFlags.None)?.Dispose();
        }

        return result == 1;
    }

    /// <summary>Loads "return 0"; null when the kernel does not know the type or flags.</summary>
    private static BpfFd? LoadTrivial(BpfProgramType type, BpfProgramFlags flags)
    {
        // mov64 r0, 0; exit
        ReadOnlySpan<ulong> instructions = [0xb7, 0x95];
        var options = new BpfProgLoadOpts { Size = (nuint)sizeof(BpfProgLoadOpts), ProgramFlags = (uint)flags };
        int fd;
        fixed (ulong* code = instructions)
        {
            fd = Libbpf.bpf_prog_load((int)type, "gw_probe", "GPL", code, (nuint)instructions.Length, &options);
        }

        return fd switch
        {
            >= 0 => new BpfFd(fd),
            -(int)Errno.EINVAL => null,
            _ => throw BpfException.From(fd, $"Loading a {type} program to probe the kernel"),
        };
    }
}
