namespace Gateway.Bpf;

/// <summary>What an update does when the key exists or not (linux/bpf.h).</summary>
public enum BpfUpdate
{
    /// <summary>BPF_ANY: insert or replace.</summary>
    Any = 0,
    /// <summary>BPF_NOEXIST: insert only.</summary>
    Insert = 1,
    /// <summary>BPF_EXIST: replace only.</summary>
    Replace = 2,
}
