namespace Gateway.Rpc;

/// <summary>A certificate or key file cannot be used; the message says which, why, and what to do.</summary>
public sealed class TlsFileException(string message, Exception? innerException = null) : Exception(message, innerException);
