namespace Gateway.DataPlane;

/// <summary>Where the data path lives and how large its tables are. Sizes hold from the first opening until clean-up.</summary>
public sealed record DataPlaneOptions
{
    /// <summary>Directory of all pins, inside or directly below a bpf file system.</summary>
    public string PinRoot { get; init; } = "/sys/fs/bpf/gateway";

    /// <summary>File that one process holds locked; null = one in /run/gateway named after <see cref="PinRoot"/>.</summary>
    public string? LockPath { get; init; }

    /// <summary>Flows each family's table holds; the least recently used leave first.</summary>
    public uint FlowEntries { get; init; } = 65536;

    /// <summary>Connections, and tokens, that are remembered.</summary>
    public uint ConnectionEntries { get; init; } = 65536;

    /// <summary>ADD_ADDR options hidden by blk_subflow that are remembered.</summary>
    public uint StoredOptionEntries { get; init; } = 16384;

    /// <summary>Subflows that named sets hold together, for each family.</summary>
    public uint SetEntries { get; init; } = 1 << 18;

    /// <summary>Bytes of the ring buffer for events: a power of two and a multiple of the page size.</summary>
    public uint EventBytes { get; init; } = 1 << 22;

    /// <summary>
    /// Whether a data path of another ABI version, as before an upgrade or downgrade, is replaced: its ports are taken over one
    /// by one without a gap, policy begins anew. False: opening it is refused.
    /// </summary>
    public bool ReplaceOtherAbi { get; init; } = true;

    /// <summary>Called whenever a packet program of a port has been loaded, which takes long on slow machines; null = nobody asks.</summary>
    public Action? Loaded { get; init; }

    /// <summary>Whether TCX may be used where the kernel has it.</summary>
    internal bool AllowTcx { get; init; } = true;

    internal string LockFile => LockPath ?? Path.Combine("/run/gateway", PinRoot.Trim('/').Replace('/', '-') + ".lock");
}
