namespace Gateway.Cli.Tests;

/// <summary>What a finished process left.</summary>
internal sealed record Finished(int ExitCode, string Output, string Errors);
