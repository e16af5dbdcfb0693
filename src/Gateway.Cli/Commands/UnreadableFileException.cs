namespace Gateway.Cli;

/// <summary>A file of the command line cannot be read; the message says which and why.</summary>
internal sealed class UnreadableFileException(string message) : Exception(message);
