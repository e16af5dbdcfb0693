using System.Runtime.InteropServices;
using Gateway.Bpf.Native;

namespace Gateway.Bpf;

/// <summary>
/// An attachment of a program to a network interface, held by an owned descriptor. Closing the last
/// descriptor detaches, unless the link is pinned. Attach in the interface's network namespace.
/// </summary>
public sealed unsafe class BpfLink : IDisposable
{
    private const long LinkCreateCommand = 28;
    private const uint ReplaceFlag = 1 << 2;

    private readonly BpfFd _handle;

    private BpfLink(BpfFd handle) => _handle = handle;

    /// <summary>The kernel's current knowledge of the link.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public BpfLinkInfo Info
    {
        get
        {
            KernelLinkInfo info = default;
            uint size = (uint)sizeof(KernelLinkInfo);
            int error = Libbpf.bpf_obj_get_info_by_fd(_handle, &info, &size);
            if (error < 0)
            {
                throw BpfException.From(error, "Reading information of a link");
            }

            var type = (BpfLinkType)info.Type;
            return new BpfLinkInfo(
                info.Id,
                type,
                info.ProgramId,
                type is BpfLinkType.Xdp or BpfLinkType.Tcx ? (int)info.Ifindex : null,
                type switch
                {
                    BpfLinkType.Xdp => BpfAttachType.Xdp,
                    BpfLinkType.Tcx => (BpfAttachType)info.AttachType,
                    _ => null,
                });
        }
    }

    /// <summary>Attaches an XDP program.</summary>
    /// <param name="program">A program of type <see cref="BpfProgramType.Xdp"/>.</param>
    /// <param name="ifindex">The interface, in the calling thread's network namespace.</param>
    /// <param name="mode">Where it runs; never changed silently.</param>
    /// <returns>The link, owned by the caller.</returns>
    /// <exception cref="BpfException">
    /// EOPNOTSUPP: no native XDP in the driver. EBUSY or EEXIST: another XDP program is there. ENODEV: no such
    /// interface. EINVAL, ERANGE: the MTU or offloads of the interface do not suit the program.
    /// </exception>
    public static BpfLink AttachXdp(BpfProgram program, int ifindex, XdpMode mode)
    {
        ArgumentNullException.ThrowIfNull(program);
        var options = new BpfLinkCreateOpts { Size = (nuint)sizeof(BpfLinkCreateOpts), Flags = (uint)mode };
        int fd = Libbpf.bpf_link_create(program.Handle, ifindex, (int)BpfAttachType.Xdp, &options);
        if (fd == -(int)Errno.EINVAL && NetDevice.NameOf(ifindex) is null)
        {
            // The kernel answers EINVAL for an unknown interface here, and ENODEV everywhere else.
            fd = -(int)Errno.ENODEV;
        }

        return fd >= 0
            ? new BpfLink(new BpfFd(fd))
            : throw BpfException.From(
                fd,
                $"Attaching XDP program '{program.Name}' to {NetDevice.Describe(ifindex)} in {mode} mode",
                XdpHint((Errno)(-fd), ifindex, mode));
    }

    /// <summary>Attaches a program to TCX, behind those already there (Linux 6.6).</summary>
    /// <param name="program">A program of type <see cref="BpfProgramType.SchedCls"/>; it returns TC_ACT_UNSPEC (-1) to go on with the next.</param>
    /// <param name="ifindex">The interface, in the calling thread's network namespace.</param>
    /// <param name="direction">Ingress or egress.</param>
    /// <returns>The link, owned by the caller.</returns>
    /// <exception cref="BpfException">EINVAL: the kernel has no TCX. ENODEV: no such interface.</exception>
    public static BpfLink AttachTcx(BpfProgram program, int ifindex, TcDirection direction)
    {
        ArgumentNullException.ThrowIfNull(program);
        BpfAttachType attachType = direction == TcDirection.Ingress ? BpfAttachType.TcxIngress : BpfAttachType.TcxEgress;
        int fd = CreateTcx(program.Handle, ifindex, attachType);
        return fd >= 0
            ? new BpfLink(new BpfFd(fd))
            : throw BpfException.From(
                fd,
                $"Attaching program '{program.Name}' to TCX {direction} of {NetDevice.Describe(ifindex)}",
                (Errno)(-fd) == Errno.EINVAL
                    ? "This kernel has no TCX (Linux 6.6): attach with TcFilter (clsact), or the program is no SchedCls program."
                    : null);
    }

    /// <summary>Opens a pinned link.</summary>
    /// <param name="path">A path in a bpf file system.</param>
    /// <returns>The link, owned by the caller.</returns>
    /// <exception cref="BpfException">Nothing is pinned there, or it is not a link.</exception>
    public static BpfLink OpenPinned(string path) => new(BpfFs.OpenPin(path, BpfPinKind.Link));

    /// <summary>Opens a link by its kernel-wide id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The link, owned by the caller.</returns>
    /// <exception cref="BpfException">No such link.</exception>
    public static BpfLink OpenById(uint id) => new(BpfFd.FromResult(Libbpf.bpf_link_get_fd_by_id(id), $"Opening link {id}"));

    /// <summary>Replaces the program in one step: every packet meets the old or the new one.</summary>
    /// <param name="program">A program of the same type.</param>
    /// <param name="expected">The program that must be running now; null when it does not matter.</param>
    /// <exception cref="BpfException">
    /// EPERM: another program than <paramref name="expected"/> runs. ENOLINK or EINVAL: the link was detached or the type differs.
    /// </exception>
    public void Update(BpfProgram program, BpfProgram? expected = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        var options = new BpfLinkUpdateOpts { Size = (nuint)sizeof(BpfLinkUpdateOpts) };
        if (expected is not null)
        {
            options.Flags = ReplaceFlag;
            options.OldProgramFd = (uint)expected.Handle.Number;
        }

        int error = Libbpf.bpf_link_update(_handle, program.Handle, &options);
        GC.KeepAlive(expected);
        if (error < 0)
        {
            throw BpfException.From(error, $"Replacing a link's program by '{program.Name}'", UpdateHint((Errno)(-error), expected));
        }
    }

    /// <summary>Detaches now, even when the link is pinned or held elsewhere.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public void Detach()
    {
        int error = Libbpf.bpf_link_detach(_handle);
        if (error < 0)
        {
            throw BpfException.From(error, "Detaching a link");
        }
    }

    /// <summary>Pins the link, so that the attachment outlives the process.</summary>
    /// <param name="path">A new path in a bpf file system.</param>
    /// <exception cref="BpfException">The path exists or is not in a bpf file system.</exception>
    public void Pin(string path) => BpfFs.Pin(_handle, path, "link");

    /// <summary>Closes the descriptor; detaches when it was the last and the link is not pinned.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>BPF_LINK_CREATE for TCX, which libbpf 1.1 does not know: a descriptor or negative errno.</summary>
    internal static int CreateTcx(BpfFd program, int ifindex, BpfAttachType attachType)
    {
        var attribute = new LinkCreateAttribute
        {
            ProgramFd = (uint)program.Number,
            TargetIfindex = (uint)ifindex,
            AttachType = (uint)attachType,
        };
        long result = Libc.syscall(Libc.BpfSystemCall, LinkCreateCommand, &attribute, (ulong)sizeof(LinkCreateAttribute));
        int error = Marshal.GetLastPInvokeError();
        GC.KeepAlive(program);
        return result >= 0 ? (int)result : -error;
    }

    private static string? XdpHint(Errno errno, int ifindex, XdpMode mode) => errno switch
    {
        Errno.EOPNOTSUPP when mode != XdpMode.Generic =>
            $"NIC {NetDevice.Describe(ifindex)} has no {mode.ToString().ToLowerInvariant()} XDP: attach with mode generic or use another NIC.",
        Errno.EBUSY or Errno.EEXIST =>
            "Another XDP program is attached there: detach it first ('ip link set dev NIC xdp off', or remove its pinned link).",
        Errno.EINVAL or Errno.ERANGE =>
            "The driver refuses: lower the MTU, turn off LRO, or load the program with xdp.frags (BPF_F_XDP_HAS_FRAGS).",
        _ => null,
    };

    private static string? UpdateHint(Errno errno, BpfProgram? expected) => errno switch
    {
        Errno.EPERM when expected is not null => $"The link runs another program than '{expected.Name}': read its state again.",
        Errno.ENOLINK => "The link was detached or its interface is gone: attach anew.",
        Errno.EINVAL => "The program's type or attach type differs from the link's.",
        _ => null,
    };
}
