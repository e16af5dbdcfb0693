using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.Policy;

namespace Gateway.DataPlane;

/// <content>Custom operators.</content>
public sealed partial class KernelDataPlane
{
    /// <summary>Custom operators that can be loaded at once.</summary>
    public const int MaxOperators = Limits.Operators;

    /// <summary>The loaded custom operators, by slot.</summary>
    public IReadOnlyList<OperatorInfo> Operators => Locked(() => _operators.Operators);

    /// <summary>Checks an object file as far as it can be without the kernel.</summary>
    /// <param name="name">Its name in policies, or empty.</param>
    /// <param name="elf">The object file.</param>
    /// <returns>The name; when empty the one its source gives it.</returns>
    /// <exception cref="DataPlaneException">InvalidArgument: it is no operator, or the name is none.</exception>
    public static string CheckOperator(string name, ReadOnlySpan<byte> elf)
    {
        OperatorObject read = OperatorObject.Read(elf);
        string given = string.IsNullOrEmpty(name) ? read.Function : name;
        OperatorNames.Check(given);
        return given;
    }

    /// <summary>The object file of a loaded operator.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="DataPlaneException">NotFound: it is not loaded.</exception>
    public ReadOnlyMemory<byte> ReadOperator(string name) => Locked(() => _operators.ReadObject(name));

    /// <summary>
    /// Loads a custom operator into every packet program, or replaces the one of that name: every packet meets the old or
    /// the new one. On failure what runs goes on.
    /// </summary>
    /// <param name="name">Its name in policies: 1 to 48 of a-z, 0-9, _ and -, a letter first.</param>
    /// <param name="elf">An object file made with the SDK (bpf/operators/README.md).</param>
    /// <returns>What is loaded now.</returns>
    /// <exception cref="DataPlaneException">
    /// InvalidArgument: it is no operator. FailedPrecondition: the operator of that name is of the other kind.
    /// ResourceExhausted: all slots are taken.
    /// </exception>
    /// <exception cref="OperatorRefusedException">The kernel's verifier refused it.</exception>
    public OperatorInfo LoadOperator(string name, ReadOnlyMemory<byte> elf) => Locked(() =>
    {
        try
        {
            return _operators.Load(name, elf, _ports.Ports);
        }
        catch (BpfException refusal) when (refusal.VerifierLog is { } log)
        {
            throw new OperatorRefusedException(name, refusal.ProgramName ?? "", log, refusal);
        }
    });

    /// <summary>Directory of the pins of an operator's own maps.</summary>
    /// <param name="slot">Its slot.</param>
    public string OperatorMaps(int slot) => _layout.Operator(slot).Maps;

    /// <summary>Unloads a custom operator.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>What it was.</returns>
    /// <exception cref="DataPlaneException">NotFound: it is not loaded. FailedPrecondition: the policy in force uses it.</exception>
    public OperatorInfo UnloadOperator(string name) => Locked(() =>
    {
        string[] users = [.. (_generations.Current?.Chains ?? []).Where(c => c.Operators.Contains(name)).Select(c => $"'{c.Name}'")];
        return users.Length == 0
            ? _operators.Unload(name, _ports.Ports)
            : throw new DataPlaneException(
                DataPlaneErrorKind.FailedPrecondition,
                $"The policy in force uses operator '{name}' in chain {string.Join(" and ", users)}: apply a policy without it first.");
    });

    /// <summary>A data path that runs is worth more than one that runs exactly what was asked for last.</summary>
    private void Relink()
    {
        try
        {
            _operators.Relink(_ports.Ports);
        }
        catch (Exception failure) when (failure is BpfException or DataPlaneException)
        {
            DataPlaneLog.RelinkFailed(_logger, failure);
        }
    }

    private Dictionary<string, PolicyOperator> PolicyOperators() => _operators.Operators.ToDictionary(
        o => o.Name, o => new PolicyOperator(o.Slot, o.Kind == OperatorKind.Selector), StringComparer.Ordinal);

    /// <summary>Operators may have come and gone since the policy was compiled.</summary>
    private void CheckOperators(CompiledPolicy policy)
    {
        Dictionary<string, PolicyOperator> loaded = PolicyOperators();
        foreach ((string name, PolicyOperator wanted) in policy.Operators)
        {
            if (!loaded.TryGetValue(name, out PolicyOperator? found) || found != wanted)
            {
                throw new DataPlaneException(
                    DataPlaneErrorKind.FailedPrecondition, $"Operator '{name}' was unloaded or loaded anew meanwhile: apply the policy again.");
            }
        }
    }
}
