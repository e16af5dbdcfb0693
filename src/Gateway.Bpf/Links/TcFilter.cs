using Gateway.Bpf.Native;

namespace Gateway.Bpf;

/// <summary>
/// A program on the clsact hook, for kernels before 6.6. The kernel owns the filter: it stays until
/// <see cref="Detach"/>, whatever becomes of the process.
/// </summary>
/// <param name="Ifindex">The interface.</param>
/// <param name="Direction">Ingress or egress.</param>
/// <param name="Priority">Filter priority, 1 to 65535; the lowest runs first.</param>
/// <param name="Handle">Filter handle within the priority, not 0.</param>
public sealed unsafe record TcFilter(int Ifindex, TcDirection Direction, uint Priority, uint Handle)
{
    private const uint ReplaceFlag = 1;

    /// <summary>Id of the program this filter runs, or null when there is no such filter.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public uint? ProgramId
    {
        get
        {
            using LibbpfOutput output = LibbpfOutput.Capture();
            BpfTcHook hook = Hook(Ifindex, (int)Direction);
            BpfTcOpts options = Options();
            int error = Libbpf.bpf_tc_query(&hook, &options);
            return error switch
            {
                0 => options.ProgramId,
                // Without the clsact qdisc the kernel answers EINVAL.
                -(int)Errno.ENOENT or -(int)Errno.EINVAL => null,
                _ => throw BpfException.From(error, $"Asking for {this}"),
            };
        }
    }

    /// <summary>Attaches a program in direct-action mode, creating the clsact qdisc when it is missing.</summary>
    /// <param name="program">A program of type <see cref="BpfProgramType.SchedCls"/>.</param>
    /// <param name="ifindex">The interface, in the calling thread's network namespace.</param>
    /// <param name="direction">Ingress or egress.</param>
    /// <param name="priority">Filter priority, 1 to 65535.</param>
    /// <param name="handle">Filter handle within the priority, not 0.</param>
    /// <returns>The filter.</returns>
    /// <exception cref="BpfException">EEXIST: priority and handle are taken. ENODEV: no such interface.</exception>
    public static TcFilter Attach(BpfProgram program, int ifindex, TcDirection direction, uint priority, uint handle)
    {
        var filter = new TcFilter(ifindex, direction, priority, handle);
        CreateHook(ifindex);
        filter.Write(program, 0);
        return filter;
    }

    /// <summary>Removes the clsact qdisc with all filters on it, also those of others.</summary>
    /// <param name="ifindex">The interface.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static bool DestroyHook(int ifindex)
    {
        using LibbpfOutput output = LibbpfOutput.Capture();
        BpfTcHook hook = Hook(ifindex, (int)(TcDirection.Ingress | TcDirection.Egress));
        int error = Libbpf.bpf_tc_hook_destroy(&hook);
        return error switch
        {
            0 => true,
            -(int)Errno.ENOENT or -(int)Errno.EINVAL => false,
            _ => throw BpfException.From(error, $"Removing the clsact qdisc of {NetDevice.Describe(ifindex)}"),
        };
    }

    /// <summary>Replaces the program in one step.</summary>
    /// <param name="program">A program of type <see cref="BpfProgramType.SchedCls"/>.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public void Replace(BpfProgram program) => Write(program, ReplaceFlag);

    /// <summary>Removes the filter; the qdisc stays.</summary>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool Detach()
    {
        using LibbpfOutput output = LibbpfOutput.Capture();
        BpfTcHook hook = Hook(Ifindex, (int)Direction);
        BpfTcOpts options = Options();
        int error = Libbpf.bpf_tc_detach(&hook, &options);
        return error switch
        {
            0 => true,
            -(int)Errno.ENOENT or -(int)Errno.EINVAL => false,
            _ => throw BpfException.From(error, $"Detaching {this}"),
        };
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"the clsact {Direction} filter of {NetDevice.Describe(Ifindex)}, priority {Priority}, handle {Handle}";

    private static void CreateHook(int ifindex)
    {
        using LibbpfOutput output = LibbpfOutput.Capture();
        BpfTcHook hook = Hook(ifindex, (int)(TcDirection.Ingress | TcDirection.Egress));
        int error = Libbpf.bpf_tc_hook_create(&hook);
        if (error < 0 && error != -(int)Errno.EEXIST)
        {
            throw BpfException.From(error, $"Creating the clsact qdisc of {NetDevice.Describe(ifindex)}");
        }
    }

    private static BpfTcHook Hook(int ifindex, int attachPoint) =>
        new() { Size = (nuint)sizeof(BpfTcHook), Ifindex = ifindex, AttachPoint = attachPoint };

    private BpfTcOpts Options() => new() { Size = (nuint)sizeof(BpfTcOpts), Priority = Priority, Handle = Handle };

    private void Write(BpfProgram program, uint flags)
    {
        ArgumentNullException.ThrowIfNull(program);
        using LibbpfOutput output = LibbpfOutput.Capture();
        BpfTcHook hook = Hook(Ifindex, (int)Direction);
        BpfTcOpts options = Options();
        options.ProgramFd = program.Handle.Number;
        options.Flags = flags;
        int error = Libbpf.bpf_tc_attach(&hook, &options);
        GC.KeepAlive(program);
        if (error < 0)
        {
            throw BpfException.From(
                error,
                $"Attaching program '{program.Name}' as {this}",
                (Errno)(-error) == Errno.EEXIST ? "Another filter has this priority and handle: replace it or choose others." : null);
        }
    }
}
