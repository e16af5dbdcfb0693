namespace Gateway.Lab;

/// <summary>A command line tool (ip, tc, ethtool, sysctl, ...) exited with an error. The message holds its command and what it said.</summary>
public sealed class ToolFailedException(string message) : Exception(message);
