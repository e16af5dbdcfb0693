namespace Gateway.Daemon.Access;

/// <summary>Why a connection or a call was refused. The first five are <see cref="Rpc.ClientRefusal"/>, in its order.</summary>
internal enum AccessRefusal
{
    HandshakeFailed,
    NoCertificate,
    UntrustedCertificate,
    ExpiredCertificate,
    InvalidCertificate,

    /// <summary>The access list gives the caller no role.</summary>
    NoRole,

    /// <summary>The method takes a higher role.</summary>
    RoleTooLow,

    /// <summary>More calls in a second than one caller may begin.</summary>
    TooManyRequests,

    /// <summary>More calls at once than one caller may have.</summary>
    TooManyCalls,
}
