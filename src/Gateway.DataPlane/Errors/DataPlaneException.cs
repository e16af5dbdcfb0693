using Gateway.Bpf;

namespace Gateway.DataPlane;

/// <summary>An operation on the data path failed and left nothing half done. The message says what to do.</summary>
public sealed class DataPlaneException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="kind">What kind of failure.</param>
    /// <param name="message">What failed and what to do.</param>
    /// <param name="innerException">The cause, when there is one.</param>
    public DataPlaneException(DataPlaneErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>What kind of failure.</summary>
    public DataPlaneErrorKind Kind { get; }

    /// <summary>Wraps a refusal of the kernel; its message already says what to do.</summary>
    internal static DataPlaneException From(BpfException failure) => new(KindOf(failure.Errno), failure.Message, failure);

    internal static DataPlaneErrorKind KindOf(Errno errno) => errno switch
    {
        Errno.EPERM or Errno.EACCES => DataPlaneErrorKind.PermissionDenied,
        Errno.ENOENT or Errno.ENODEV => DataPlaneErrorKind.NotFound,
        Errno.EEXIST => DataPlaneErrorKind.AlreadyExists,
        Errno.ENOMEM or Errno.ENOSPC or Errno.E2BIG or Errno.EMFILE => DataPlaneErrorKind.ResourceExhausted,
        Errno.EBUSY or Errno.EROFS or Errno.ERANGE => DataPlaneErrorKind.FailedPrecondition,
        Errno.EOPNOTSUPP or Errno.ENOTSUPP or Errno.ENOSYS => DataPlaneErrorKind.Unsupported,
        _ => DataPlaneErrorKind.Internal,
    };
}
