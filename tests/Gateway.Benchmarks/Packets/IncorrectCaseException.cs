namespace Gateway.Benchmarks.Packets;

/// <summary>A case did not do what it is named for; its time says nothing.</summary>
internal sealed class IncorrectCaseException(string message) : Exception(message);
