using System.Globalization;
using Gateway.Daemon.Operators;
using Gateway.DataPlane;
using Gateway.Rpc;
using Gateway.V1;
using OperatorKind = Gateway.DataPlane.OperatorKind;

namespace Gateway.Daemon.Services;

/// <summary>gateway.v1.OperatorService.</summary>
internal sealed class OperatorService(KernelDataPlane dataPlane, OperatorFiles files) : OperatorServiceBase
{
    private const int LongestLog = 1 << 20;

    private readonly Lock _lock = new();

    public override Task<ListOperatorsResponse> List(ListOperatorsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListOperatorsResponse { Operators = { dataPlane.Operators.Select(Of) }, Slots = KernelDataPlane.MaxOperators });

    /// <summary>Verifying takes seconds: not on the thread that serves the call.</summary>
    public override Task<LoadOperatorResponse> Load(LoadOperatorRequest request, ServerCallContext context) => Task.Run(() =>
    {
        lock (_lock)
        {
            return Load(ServiceErrors.Run(() => KernelDataPlane.CheckOperator(request.Name, request.Object.Span)), request.Object.Memory);
        }
    });

    public override Task<UnloadOperatorResponse> Unload(UnloadOperatorRequest request, ServerCallContext context) => Task.Run(() =>
    {
        lock (_lock)
        {
            OperatorInfo unloaded = ServiceErrors.Run(() => dataPlane.UnloadOperator(request.Name));
            files.Remove(unloaded.Name);
            return new UnloadOperatorResponse { Unloaded = Of(unloaded) };
        }
    });

    /// <summary>What cannot be stored is not loaded.</summary>
    private LoadOperatorResponse Load(string name, ReadOnlyMemory<byte> elf)
    {
        try
        {
            files.Prepare(name, elf.Span);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw ServiceErrors.FailedPrecondition(
                $"The operator could not be stored ({failure.Message}): make room in the state directory, or make it writable.");
        }

        try
        {
            OperatorInfo loaded = ServiceErrors.Run(() => dataPlane.LoadOperator(name, elf));
            files.Commit(name);
            return new LoadOperatorResponse { Loaded = Of(loaded) };
        }
        catch (OperatorRefusedException refusal)
        {
            files.Discard(name);
            string log = refusal.VerifierLog;
            return new LoadOperatorResponse
            {
                Refusal = new OperatorRefusal { Message = refusal.Message, VerifierLog = log.Length <= LongestLog ? log : log[^LongestLog..] },
            };
        }
        catch (RpcException)
        {
            files.Discard(name);
            throw;
        }
    }

    private Operator Of(OperatorInfo info) => new()
    {
        Name = info.Name,
        Kind = info.Kind == OperatorKind.Actor ? V1.OperatorKind.Actor : V1.OperatorKind.Selector,
        Function = info.Function,
        Slot = (uint)info.Slot,
        Size = (uint)info.Size,
        Sha256 = info.Sha256,
        LoadedAt = info.LoadedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        Maps = { info.Maps },
        MapsDirectory = info.Maps.Count == 0 ? "" : dataPlane.OperatorMaps(info.Slot),
        Chains = { (dataPlane.Applied?.Chains ?? []).Where(c => c.Operators.Contains(info.Name)).Select(c => c.Name) },
    };
}
