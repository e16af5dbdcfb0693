using System.Buffers;
using Gateway.Bpf.Native;

namespace Gateway.Bpf;

/// <summary>A program loaded in the kernel, held by an owned descriptor.</summary>
public sealed unsafe class BpfProgram : IDisposable
{
    internal BpfProgram(BpfFd handle, string? name = null)
    {
        Handle = handle;
        BpfProgramInfo info = Info;
        Id = info.Id;
        Type = info.Type;
        Name = name ?? info.Name;
    }

    /// <summary>The C function's name; from a pin or an id the kernel's first 15 characters of it.</summary>
    public string Name { get; }

    /// <summary>Kernel-wide id.</summary>
    public uint Id { get; }

    /// <summary>The program's type.</summary>
    public BpfProgramType Type { get; }

    /// <summary>The kernel's current knowledge of the program.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public BpfProgramInfo Info
    {
        get
        {
            KernelProgramInfo info = default;
            uint size = (uint)sizeof(KernelProgramInfo);
            int error = Libbpf.bpf_obj_get_info_by_fd(Handle, &info, &size);
            if (error < 0)
            {
                throw BpfException.From(error, $"Reading information of program '{Name}'");
            }

            return new BpfProgramInfo(
                info.Id,
                (BpfProgramType)info.Type,
                NativeText.Read(info.Name, 16),
                Convert.ToHexStringLower(new ReadOnlySpan<byte>(info.Tag, 8)),
                info.VerifiedInstructions,
                info.XlatedLength,
                info.JitedLength,
                info.MapCount,
                TimeSpan.FromTicks((long)(info.RunTime / 100)),
                info.RunCount);
        }
    }

    internal BpfFd Handle { get; }

    /// <summary>Opens a pinned program.</summary>
    /// <param name="path">A path in a bpf file system.</param>
    /// <returns>The program, owned by the caller.</returns>
    /// <exception cref="BpfException">Nothing is pinned there, or it is not a program.</exception>
    public static BpfProgram OpenPinned(string path) => Owned(BpfFs.OpenPin(path, BpfPinKind.Program));

    /// <summary>Opens a program by its kernel-wide id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The program, owned by the caller.</returns>
    /// <exception cref="BpfException">No such program.</exception>
    public static BpfProgram OpenById(uint id) =>
        Owned(BpfFd.FromResult(Libbpf.bpf_prog_get_fd_by_id(id), $"Opening program {id}"));

    /// <summary>Pins the program, so that it outlives the process.</summary>
    /// <param name="path">A new path in a bpf file system.</param>
    /// <exception cref="BpfException">The path exists or is not in a bpf file system.</exception>
    public void Pin(string path) => BpfFs.Pin(Handle, path, $"program '{Name}'");

    /// <summary>Runs the program on a packet in the kernel, without a network.</summary>
    /// <param name="packet">
    /// The frame from its Ethernet header on (at least 14 bytes); with an <see cref="XdpContext"/> whose Data is
    /// not 0, the metadata and then the frame.
    /// </param>
    /// <param name="options">Repetitions, context and flags; null for one plain run.</param>
    /// <returns>Return code, packet, context and duration.</returns>
    /// <exception cref="BpfException">The kernel refused the packet or the context.</exception>
    public TestRunResult TestRun(ReadOnlySpan<byte> packet, TestRunOptions? options = null)
    {
        options ??= new TestRunOptions();
        byte[] data = ArrayPool<byte>.Shared.Rent(packet.Length + options.GrowthRoom);
        byte[] context = new byte[options.ContextIn.Length];
        try
        {
            fixed (byte* dataIn = packet)
            fixed (byte* dataOut = data)
            fixed (byte* contextIn = options.ContextIn.Span)
            fixed (byte* contextOut = context)
            {
                var native = new BpfTestRunOpts
                {
                    Size = (nuint)sizeof(BpfTestRunOpts),
                    DataIn = dataIn,
                    DataSizeIn = (uint)packet.Length,
                    DataOut = dataOut,
                    DataSizeOut = (uint)data.Length,
                    ContextIn = contextIn,
                    ContextSizeIn = (uint)options.ContextIn.Length,
                    ContextOut = contextOut,
                    ContextSizeOut = (uint)context.Length,
                    Repeat = options.Repeat,
                    Flags = options.Flags,
                    Cpu = options.Cpu,
                };
                int error = Libbpf.bpf_prog_test_run_opts(Handle, &native);
                if (error < 0)
                {
                    throw BpfException.From(error, $"Test run of program '{Name}' on {packet.Length} bytes", TestRunHint(error, native.DataSizeOut));
                }

                return new TestRunResult(
                    native.ReturnValue,
                    data.AsSpan(0, (int)native.DataSizeOut).ToArray(),
                    context.AsSpan(0, (int)native.ContextSizeOut).ToArray(),
                    native.Duration);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(data);
        }
    }

    /// <summary>Closes the descriptor; a pinned or attached program stays in the kernel.</summary>
    public void Dispose() => Handle.Dispose();

    private static BpfProgram Owned(BpfFd fd)
    {
        try
        {
            return new BpfProgram(fd);
        }
        catch
        {
            fd.Dispose();
            throw;
        }
    }

    private static string? TestRunHint(int error, uint needed) => (Errno)(-error) switch
    {
        Errno.EINVAL => "Give at least the 14 bytes of an Ethernet header, and a context whose lengths match the packet and that sets only the fields the kernel takes.",
        Errno.ENOSPC => $"The packet grew to {needed} bytes: raise TestRunOptions.GrowthRoom.",
        _ => null,
    };
}
