namespace Gateway.Cli;

/// <summary>The command line does not say which gateway is meant.</summary>
internal sealed class WrongTargetException(string message) : Exception(message);
