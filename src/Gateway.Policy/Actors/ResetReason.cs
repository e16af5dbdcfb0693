namespace Gateway.Policy;

/// <summary>Why a subflow is reset: reason codes of MP_TCPRST (RFC 8684 section 3.6).</summary>
public enum ResetReason
{
    /// <summary>Unspecified error.</summary>
    Unspecified = 0,

    /// <summary>MPTCP-specific error.</summary>
    MptcpError = 1,

    /// <summary>Lack of resources.</summary>
    Resources = 2,

    /// <summary>Administratively prohibited.</summary>
    Prohibited = 3,

    /// <summary>Too much outstanding data.</summary>
    OutstandingData = 4,

    /// <summary>Unacceptable performance.</summary>
    Performance = 5,

    /// <summary>Middlebox interference.</summary>
    Middlebox = 6,
}
