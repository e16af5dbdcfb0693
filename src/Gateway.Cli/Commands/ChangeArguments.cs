using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Client;

namespace Gateway.Cli;

/// <summary>The options of commands that change the policy.</summary>
internal sealed class ChangeArguments
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7);

    private readonly Option<ulong> _expectedRevision = new("--expected-revision", "--expect-revision")
    {
        Description = "Only when this revision is running; 0 = whatever runs.",
        HelpName = "N",
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only show what would change and how." };

    private readonly Option<TimeSpan> _confirmWithin = new("--confirm-within")
    {
        Description = "Run on trial: without `policy confirm` within this time (60s, 5m, 1h; at most 7d) the policy before runs again.",
        HelpName = "TIME",
        CustomParser = Duration,
    };

    private readonly Option<string> _author = new("--author")
    {
        Description = "Who changes it, for the history; your user name unless given.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<string> _comment = new("--comment", "-m")
    {
        Description = "Why, for the history.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };

    /// <summary>Adds them all.</summary>
    internal void AddTo(Command command)
    {
        command.Add(_expectedRevision);
        command.Add(_dryRun);
        command.Add(_confirmWithin);
        AddNotesTo(command);
    }

    /// <summary>Adds what the history notes.</summary>
    internal void AddNotesTo(Command command)
    {
        command.Add(_author);
        command.Add(_comment);
    }

    internal ChangeOptions Of(ParseResult arguments) => Notes(arguments) with
    {
        ExpectedRevision = arguments.GetValue(_expectedRevision),
        DryRun = arguments.GetValue(_dryRun),
        ConfirmWithin = arguments.GetValue(_confirmWithin) is { Ticks: > 0 } time ? time : null,
    };

    internal ChangeOptions Notes(ParseResult arguments) => new()
    {
        Author = arguments.GetValue(_author) ?? "",
        Comment = arguments.GetValue(_comment) ?? "",
    };

    private static TimeSpan Duration(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        int seconds = text.Length == 0 ? 0 : text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86400,
            _ => 0,
        };
        if (seconds == 0 || !uint.TryParse(text[..^1], out uint count) || count == 0 || TimeSpan.FromSeconds((double)seconds * count) > s_longest)
        {
            result.AddError($"--confirm-within '{text}' is no time: write 1s to 7d, as in 60s, 5m or 1h.");
            return default;
        }

        return TimeSpan.FromSeconds((double)seconds * count);
    }
}
