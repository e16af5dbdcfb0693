namespace Gateway.Bpf;

/// <summary>One sentence per error: what to do.</summary>
internal static class ErrorHint
{
    internal const string Privileges =
        "Run as root, or give the process CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON.";

    internal const string NotBpfFileSystem =
        "Use a path inside a mounted bpf file system (mount -t bpf bpf /sys/fs/bpf).";

    internal static string? For(Errno errno) => errno switch
    {
        Errno.EPERM => Privileges,
        Errno.ENOMEM => "Free memory, raise the cgroup's memory limit, or make the maps smaller.",
        Errno.EMFILE => "Raise the limit of open files (LimitNOFILE= in the unit, ulimit -n).",
        Errno.EINVAL => "The kernel does not know this combination: check sizes and flags, or use a newer kernel.",
        Errno.ENOSYS or Errno.ENOTSUPP or Errno.EOPNOTSUPP =>
            "This kernel or driver lacks the feature: use a newer kernel (6.6 has everything the gateway uses).",
        Errno.ENODEV => "No such network interface in this network namespace: list them with 'ip link'.",
        _ => null,
    };

    internal static string? ForLoad(Errno errno, string? verifierLog) => errno switch
    {
        Errno.E2BIG => "The program exceeds what this kernel's verifier accepts: make it smaller or split it with tail calls.",
        Errno.EACCES or Errno.EINVAL or Errno.EPERM when verifierLog is { Length: > 0 } && !LacksPrivileges(verifierLog) =>
            "The verifier refused the program: the last lines of its log say where.",
        Errno.EACCES or Errno.EPERM => Privileges,
        Errno.EINVAL => "The kernel is too old for a map type, program flag or helper the object uses, or a size is wrong.",
        Errno.ENOENT => "The object refers to something this kernel does not have: a map, BTF type or function.",
        _ => For(errno),
    };

    private static bool LacksPrivileges(string verifierLog) =>
        verifierLog.Contains("without CAP", StringComparison.Ordinal)
        || verifierLog.Contains("is not allowed for !root", StringComparison.Ordinal);
}
