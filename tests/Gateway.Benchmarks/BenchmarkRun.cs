using System.Diagnostics;
using Gateway.Benchmarks.Packets;
using Gateway.Benchmarks.Results;
using Gateway.Bpf;

namespace Gateway.Benchmarks;

/// <summary>One run of the command: what is wanted, and what was found so far.</summary>
/// <param name="isQuick">Whether to see that everything works rather than how fast it is.</param>
/// <param name="only">Ids to run; null runs all.</param>
internal sealed class BenchmarkRun(bool isQuick, IReadOnlySet<string>? only)
{
    /// <summary>Times that a case is measured, when signals interrupt it.</summary>
    private const int Tries = 5;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<CaseResult> _results = [];
    private readonly List<ProgramFacts> _programs = [];

    /// <summary>Whether to see that everything works rather than how fast it is.</summary>
    internal bool IsQuick => isQuick;

    /// <summary>How long packet cases are measured.</summary>
    internal Rounds Rounds => isQuick ? Rounds.Quick : Rounds.Full;

    internal IReadOnlyList<CaseResult> Results => _results;

    internal IReadOnlyList<ProgramFacts> Programs => _programs;

    /// <summary>Cases that failed.</summary>
    internal int Failures { get; private set; }

    /// <summary>Whether a case is wanted.</summary>
    internal bool Wants(string id) => only is null || only.Contains(id);

    /// <summary>One or the other, by how thorough the run is.</summary>
    internal T Pick<T>(T full, T quick) => isQuick ? quick : full;

    internal void Add(CaseResult result)
    {
        _results.Add(result);
        Say(FormattableString.Invariant($"{result.Name}: {result.Value:0.###} {result.Unit}")
            + (result.Floor == 0 ? "" : FormattableString.Invariant($", floor {result.Floor:0.###}, ratio {result.Ratio:0.###}")));
    }

    /// <summary>Measures a case, and has it fail alone.</summary>
    internal void Measure(string name, Func<CaseResult> measure)
    {
        for (int tried = 1; ; tried++)
        {
            try
            {
                Add(measure());
                return;
            }
            catch (BpfException interrupted) when (interrupted.Errno == Errno.EINTR && tried < Tries)
            {
                // A signal, which the runtime sends its threads now and then, ends a test run early.
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                Fail(name, failure);
                return;
            }
        }
    }

    internal void Add(ProgramFacts program)
    {
        _programs.Add(program);
        if (!program.IsWithinBudget)
        {
            Fail(program.Name, new IncorrectCaseException(
                $"the verifier walks {program.VerifiedInstructions} instructions, more than the budget of {program.Budget}: make it smaller, or raise VerifierBudget and say why"));
        }
    }

    internal void Fail(string name, Exception failure)
    {
        Failures++;
        Say($"{name} FAILED: {Short(failure)}");
    }

    internal void Say(string line) => Console.Error.WriteLine(FormattableString.Invariant($"{_clock.Elapsed.TotalSeconds,6:0.0} s  {line}"));

    // Frames and policies in messages are long.
    private static string Short(Exception failure) => string.Join(
        '\n',
        (failure is IncorrectCaseException ? failure.Message : failure.ToString()).Split('\n').Take(24).Select(line => line.Length > 160 ? line[..160] + "..." : line));
}
