namespace Gateway.Rpc;

/// <summary>Why a client got no TLS connection.</summary>
public enum ClientRefusal
{
    /// <summary>What came was no TLS, of a version that is not served, or ended early.</summary>
    HandshakeFailed,

    /// <summary>The client has no certificate.</summary>
    NoCertificate,

    /// <summary>The client's certificate comes from another authority.</summary>
    UntrustedCertificate,

    /// <summary>The client's certificate is not valid yet or any more.</summary>
    ExpiredCertificate,

    /// <summary>The client's certificate is for another use, or breaks a rule of its chain.</summary>
    InvalidCertificate,
}
