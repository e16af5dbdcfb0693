namespace Gateway.Lab;

/// <summary>Which way a transfer's bytes go.</summary>
public enum Direction
{
    /// <summary>Client to server.</summary>
    Upload,

    /// <summary>Server to client.</summary>
    Download,
}
