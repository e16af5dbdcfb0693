namespace Gateway.Bpf;

/// <summary>Program types the gateway uses (enum bpf_prog_type of linux/bpf.h); other numbers are passed through.</summary>
public enum BpfProgramType
{
    /// <summary>Not set.</summary>
    Unspecified = 0,
    /// <summary>Socket filter.</summary>
    SocketFilter = 1,
    /// <summary>Traffic-control classifier, TCX or clsact.</summary>
    SchedCls = 3,
    /// <summary>Express data path.</summary>
    Xdp = 6,
    /// <summary>fentry, fexit and iterators.</summary>
    Tracing = 26,
    /// <summary>Replacement of a function of another program.</summary>
    Extension = 28,
    /// <summary>A program run by a system call.</summary>
    Syscall = 31,
}
