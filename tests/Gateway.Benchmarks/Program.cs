using System.Diagnostics;
using Gateway.Benchmarks.Packets;
using Gateway.Benchmarks.Results;
using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Tests.Packets;
using Spectre.Console;

string json = "out/bench/bench.json";
string[]? only = null;
Rounds rounds = Rounds.Full;
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--json" when i + 1 < args.Length:
            json = args[++i];
            break;
        case "--quick":
            rounds = Rounds.Quick;
            break;
        case "--case" when i + 1 < args.Length:
            only = args[++i].Split(',');
            break;
        default:
            Console.Error.WriteLine("usage: bench.sh [--json FILE] [--quick] [--case ID,...]");
            Console.Error.WriteLine($"packet cases: {string.Join(", ", PacketCases.All.Select(c => c.Id))}");
            return 2;
    }
}

PacketCase[] cases = [.. PacketCases.All.Where(c => only is null || only.Contains(c.Id))];
if (cases.Length == 0 || (only is not null && cases.Length != only.Distinct().Count()))
{
    Console.Error.WriteLine($"no such case; there are {string.Join(", ", PacketCases.All.Select(c => c.Id))}");
    return 2;
}

IAnsiConsole console = AnsiConsole.Console;
if (Console.IsOutputRedirected)
{
    console.Profile.Width = 120;
    console.Profile.Capabilities.Ansi = false;
}

var machine = MachineFacts.Read(TimeProvider.System);
var programs = new List<ProgramFacts>();
var results = new List<CaseResult>();
int failures = 0;
var clock = Stopwatch.StartNew();
foreach (Hook hook in (Hook[])[Hook.Ingress, Hook.Egress])
{
    foreach ((string family, Conversation conversation) in ((string, Conversation)[])[("v4", new Conversation()), ("v6", Conversation.V6)])
    {
        using var meter = new PacketMeter(hook, family, conversation, rounds);
        if (family == "v4")
        {
            programs.Add(meter.Facts);
        }

        foreach (PacketCase @case in cases)
        {
            string name = $"{(hook == Hook.Ingress ? "xdp" : "tc")}/{family}/{@case.Id}";
            try
            {
                results.Add(meter.Run(@case));
                Console.Error.WriteLine($"{clock.Elapsed.TotalSeconds,6:0.0} s  {name}");
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                failures++;
                Console.Error.WriteLine($"{clock.Elapsed.TotalSeconds,6:0.0} s  {name} failed: {Short(failure)}");
            }
        }
    }
}

var report = new BenchmarkReport(machine, programs, results);
report.Write(json);
ReportTable.Print(console, report);
Console.WriteLine($"{results.Count} cases measured, {failures} failed; {json}");
return failures == 0 ? 0 : 1;

// Frames and policies in messages are long.
static string Short(Exception failure) => string.Join(
    '\n', (failure is IncorrectCaseException ? failure.Message : failure.ToString()).Split('\n').Take(24).Select(line => line.Length > 160 ? line[..160] + "..." : line));
