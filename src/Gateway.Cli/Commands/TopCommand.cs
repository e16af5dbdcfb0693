using System.CommandLine;

namespace Gateway.Cli;

/// <summary>gatewayctl top: a live view of ports, chains and connections.</summary>
internal static class TopCommand
{
    private const int UsualHeight = 24;
    private const int UsualWidth = 80;
    private const int MaxInterval = 3600;

    // The alternate screen without a cursor (xterm); from the top left, each line cleared to its end, then the rest.
    private const string Enter = "\e[?1049h\e[?25l";
    private const string Leave = "\e[?25h\e[?1049l";
    private const string Home = "\e[H";
    private const string ClearLine = "\e[K";
    private const string ClearRest = "\e[J";

    internal static Command Create(Session session)
    {
        Option<int> interval = new("--interval")
        {
            Description = "Seconds between two looks.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 1,
        };
        Option<int> count = new("--count") { Description = "End after so many looks; 0 = never.", HelpName = "N", DefaultValueFactory = _ => 0 };
        interval.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MaxInterval)
            {
                result.AddError($"--interval takes 1 to {MaxInterval} seconds.");
            }
        });
        Command command = new("top", "Shows live what ports, chains and connections do; q or Ctrl-C ends it.") { interval, count };
        command.SetAction(session.Run((call, cancellationToken) => RunAsync(
            call, TimeSpan.FromSeconds(call.Arguments.GetValue(interval)), call.Arguments.GetValue(count), cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(Call call, TimeSpan interval, int count, CancellationToken cancellationToken)
    {
        if (call.Output.ForPrograms)
        {
            await call.Errors.WriteLineAsync("gatewayctl: top is for people; programs ask for counters and connection list.").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        bool terminal = !Console.IsOutputRedirected;
        bool keys = !Console.IsInputRedirected;
        if (terminal)
        {
            call.Output.PrintRaw(Enter);
        }

        try
        {
            TopSample before = await TopSample.TakeAsync(call.Gateway, cancellationToken).ConfigureAwait(false), now = before;
            for (int i = 1; ; i++)
            {
                call.Output.PrintRaw(terminal ? Screen(before, now) : string.Join('\n', TopView.Render(before, now, int.MaxValue, int.MaxValue)) + "\n\n");
                if (i == count || await IsEndedAsync(interval, keys, cancellationToken).ConfigureAwait(false))
                {
                    return ExitCode.Done;
                }

                (before, now) = (now, await TopSample.TakeAsync(call.Gateway, cancellationToken).ConfigureAwait(false));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
        finally
        {
            if (terminal)
            {
                call.Output.PrintRaw(Leave);
            }
        }
    }

    /// <summary>The size is asked for each time: the terminal may have been resized.</summary>
    private static string Screen(TopSample before, TopSample now)
    {
        int width = Console.WindowWidth > 0 ? Console.WindowWidth : UsualWidth, height = Console.WindowHeight > 0 ? Console.WindowHeight : UsualHeight;
        return Home + string.Join("\r\n", TopView.Render(before, now, width, height).Select(line => line + ClearLine)) + ClearRest;
    }

    /// <summary>Waits for the next look, or for the key q.</summary>
    private static async Task<bool> IsEndedAsync(TimeSpan interval, bool keys, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(100));
        long started = Environment.TickCount64;
        while (Environment.TickCount64 - started < interval.TotalMilliseconds)
        {
            await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
            if (keys && Console.KeyAvailable && Console.ReadKey(intercept: true).KeyChar is 'q' or 'Q')
            {
                return true;
            }
        }

        return false;
    }
}
