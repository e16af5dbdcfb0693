namespace Gateway.DataPlane;

/// <summary>What kind of thing went wrong; the names are those of gRPC status codes.</summary>
public enum DataPlaneErrorKind
{
    /// <summary>A defect or an unexpected answer of the kernel.</summary>
    Internal,

    /// <summary>The request contradicts itself, whatever the state.</summary>
    InvalidArgument,

    /// <summary>No such NIC, port or policy.</summary>
    NotFound,

    /// <summary>It is there already.</summary>
    AlreadyExists,

    /// <summary>The system must be changed first.</summary>
    FailedPrecondition,

    /// <summary>A table is full or memory is short.</summary>
    ResourceExhausted,

    /// <summary>Privileges are missing.</summary>
    PermissionDenied,

    /// <summary>The kernel or driver lacks what is asked for.</summary>
    Unsupported,
}
