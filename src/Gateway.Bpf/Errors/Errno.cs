namespace Gateway.Bpf;

/// <summary>Linux error numbers that kernel objects answer with (asm-generic/errno.h, linux/errno.h).</summary>
public enum Errno
{
    /// <summary>No error.</summary>
    None = 0,
    /// <summary>The process lacks a capability.</summary>
    EPERM = 1,
    /// <summary>No such entry, file or object.</summary>
    ENOENT = 2,
    /// <summary>A signal interrupted the call.</summary>
    EINTR = 4,
    /// <summary>More entries than the map holds, or a program beyond the verifier's limits.</summary>
    E2BIG = 7,
    /// <summary>Not an open descriptor.</summary>
    EBADF = 9,
    /// <summary>Try again.</summary>
    EAGAIN = 11,
    /// <summary>Not enough memory.</summary>
    ENOMEM = 12,
    /// <summary>The verifier refuses the program, or access is denied.</summary>
    EACCES = 13,
    /// <summary>Bad address.</summary>
    EFAULT = 14,
    /// <summary>The resource is in use.</summary>
    EBUSY = 16,
    /// <summary>The entry or file exists.</summary>
    EEXIST = 17,
    /// <summary>No such network interface.</summary>
    ENODEV = 19,
    /// <summary>Not a directory.</summary>
    ENOTDIR = 20,
    /// <summary>Invalid argument, or a kernel that does not know the feature.</summary>
    EINVAL = 22,
    /// <summary>Too many open files.</summary>
    EMFILE = 24,
    /// <summary>No space left: a full map, a short buffer.</summary>
    ENOSPC = 28,
    /// <summary>A read-only file system.</summary>
    EROFS = 30,
    /// <summary>Numerical result out of range.</summary>
    ERANGE = 34,
    /// <summary>Function not implemented.</summary>
    ENOSYS = 38,
    /// <summary>Object is already detached.</summary>
    ENOLINK = 67,
    /// <summary>The driver or file system does not support the operation.</summary>
    EOPNOTSUPP = 95,
    /// <summary>No buffer space: messages were lost.</summary>
    ENOBUFS = 105,
    /// <summary>Stale: the expected revision or program has changed.</summary>
    ESTALE = 116,
    /// <summary>Operation canceled.</summary>
    ECANCELED = 125,
    /// <summary>The kernel does not support the operation (internal code that bpf(2) lets through).</summary>
    ENOTSUPP = 524,
}
