namespace Gateway.Daemon.Access;

/// <summary>By what an entry of the access list knows a caller.</summary>
internal enum CallerKind
{
    /// <summary>User of a process that calls by the Unix socket: name or number.</summary>
    User,

    /// <summary>Any group of such a process: name or number.</summary>
    Group,

    /// <summary>URI in the subject alternative name of the client's certificate; one that ends in /* stands for all below it.</summary>
    Uri,

    /// <summary>DNS name there.</summary>
    Dns,
}
