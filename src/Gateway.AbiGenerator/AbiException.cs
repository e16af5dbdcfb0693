namespace Gateway.AbiGenerator;

/// <summary>The objects declare something that has no mirror; the message says what and where.</summary>
internal sealed class AbiException(string message) : Exception(message);
