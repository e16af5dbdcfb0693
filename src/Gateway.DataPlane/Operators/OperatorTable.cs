using System.Security.Cryptography;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane;

/// <summary>
/// The custom operators, linked into the packet programs and kept in the pins. Loading, replacing and unloading one links
/// anew and changes all programs over; on failure the running ones go on. Not thread-safe.
/// </summary>
internal sealed class OperatorTable(PinLayout layout, SharedMaps maps, ILogger logger, TimeProvider time) : IDisposable
{
    private readonly SortedDictionary<int, LoadedOperator> _operators = [];
    private ProgramImages? _images = ProgramImages.Embedded;

    internal IReadOnlyList<OperatorInfo> Operators => [.. _operators.Values.Select(o => o.Info)];

    /// <summary>The packet programs with all operators; linked when first asked for.</summary>
    internal ProgramImages Images => _images ??= Link(_operators).On(MapsOf(_operators.Values));

    internal ReadOnlyMemory<byte> ReadObject(string name) => Get(name).Record.Elf;

    /// <summary>Loads an operator, or replaces the one of that name.</summary>
    internal OperatorInfo Load(string name, ReadOnlyMemory<byte> elf, IReadOnlyCollection<ManagedPort> ports)
    {
        OperatorNames.Check(name);
        OperatorObject read = OperatorObject.Read(elf.Span);
        LoadedOperator? before = _operators.Values.FirstOrDefault(o => o.Info.Name == name);
        if (before is not null && before.Info.Kind != read.Kind)
        {
            throw new DataPlaneException(
                DataPlaneErrorKind.FailedPrecondition,
                $"Operator '{name}' is {Noun(before.Info.Kind)} and the object file defines {Noun(read.Kind)}: unload it first, or choose another name.");
        }

        int slot = before?.Info.Slot ?? FreeSlot();
        var info = new OperatorInfo(
            name, read.Kind, slot, read.Function, elf.Length, Convert.ToHexStringLower(SHA256.HashData(elf.Span)), time.GetUtcNow(), read.Maps);
        var record = new OperatorRecord(info, elf.ToArray());
        var next = new SortedDictionary<int, LoadedOperator>(_operators) { [slot] = new LoadedOperator(record, new Dictionary<string, BpfMap>()) };
        ProgramImages linked = Link(next);
        IReadOnlyDictionary<string, BpfMap> old = before?.Maps ?? new Dictionary<string, BpfMap>();
        Dictionary<string, BpfMap> own = OperatorMaps.Create(linked, slot, maps, MapsOf(_operators.Values.Where(o => o.Info.Slot != slot)), old);
        try
        {
            next[slot] = new LoadedOperator(record, own);
            ChangeTo(next, linked.On(MapsOf(next.Values)), ports, undo =>
            {
                OperatorPins pins = layout.Operator(slot);
                if (before is null)
                {
                    undo.Push($"removing {pins.Directory}", () => Remove(pins));
                    Remove(pins);
                }

                Directory.CreateDirectory(pins.Maps);
                foreach ((string linkedName, BpfMap map) in own.Where(m => !old.Values.Contains(m.Value)))
                {
                    Replace(LoadedOperator.Pin(pins, slot, linkedName), map.Pin, old.TryGetValue(linkedName, out BpfMap? kept) ? kept.Pin : null, undo);
                }

                Replace(pins.Record, record.Pin, before is null ? null : before.Record.Pin, undo);
            });
        }
        catch
        {
            foreach (BpfMap map in own.Values.Except(old.Values))
            {
                map.Dispose();
            }

            throw;
        }

        foreach ((string linkedName, BpfMap map) in old.Where(m => !own.ContainsValue(m.Value)))
        {
            if (!own.ContainsKey(linkedName))
            {
                BpfFs.Unpin(LoadedOperator.Pin(layout.Operator(slot), slot, linkedName));
            }

            map.Dispose();
        }

        DataPlaneLog.OperatorLoaded(logger, name, info.Kind, slot, info.Sha256);
        return info;
    }

    /// <summary>Unloads an operator; steps and selectors that name its slot count that it is not there.</summary>
    internal OperatorInfo Unload(string name, IReadOnlyCollection<ManagedPort> ports)
    {
        LoadedOperator gone = Get(name);
        var next = new SortedDictionary<int, LoadedOperator>(_operators);
        next.Remove(gone.Info.Slot);
        ChangeTo(next, Link(next).On(MapsOf(next.Values)), ports, undo =>
        {
            OperatorPins pins = layout.Operator(gone.Info.Slot);
            undo.Push($"pinning operator {name} again", () => PinAll(pins, gone));
            Remove(pins);
        });
        foreach (BpfMap map in gone.Maps.Values)
        {
            map.Dispose();
        }

        DataPlaneLog.OperatorUnloaded(logger, name, gone.Info.Slot);
        return gone.Info;
    }

    /// <summary>Reads the operators back from the pins.</summary>
    /// <returns>Whether the programs may be of other operators, as a change was cut short: call <see cref="Relink"/>.</returns>
    internal bool Readopt()
    {
        bool cut = File.Exists(layout.Relinking);
        foreach (int slot in layout.OperatorSlots())
        {
            OperatorPins pins = layout.Operator(slot);
            try
            {
                _operators.Add(slot, Open(pins, slot));
            }
            catch (Exception failure) when (failure is BpfException or InvalidDataException or DataPlaneException)
            {
                DataPlaneLog.OperatorUnreadable(logger, slot, failure.Message);
                Remove(pins);
                cut = true;
            }
        }

        _images = _operators.Count == 0 ? ProgramImages.Embedded : null;
        return cut;
    }

    /// <summary>Gives every port programs with exactly these operators.</summary>
    internal void Relink(IReadOnlyCollection<ManagedPort> ports) => ChangeTo(new SortedDictionary<int, LoadedOperator>(_operators), Images, ports, _ => { });

    public void Dispose()
    {
        foreach (BpfMap map in _operators.Values.SelectMany(o => o.Maps.Values))
        {
            map.Dispose();
        }
    }

    private static ProgramImages Link(SortedDictionary<int, LoadedOperator> operators)
    {
        try
        {
            return ProgramImages.With([.. operators.Values.Select(o => OperatorObject.Read(o.Record.Elf).ForSlot(o.Info.Slot))]);
        }
        catch (BpfException failure)
        {
            throw new DataPlaneException(
                DataPlaneErrorKind.InvalidArgument, $"The object file cannot be linked: {failure.LibbpfLog?.TrimEnd() ?? failure.Message}", failure);
        }
        catch (InvalidDataException failure)
        {
            throw new DataPlaneException(DataPlaneErrorKind.InvalidArgument, $"The object file cannot be linked: {failure.Message}", failure);
        }
    }

    private static Dictionary<string, BpfMap> MapsOf(IEnumerable<LoadedOperator> operators) =>
        operators.SelectMany(o => o.Maps).ToDictionary(StringComparer.Ordinal);

    private static string Noun(OperatorKind kind) => kind == OperatorKind.Actor ? "an actor" : "a selector";

    /// <summary>Loads programs, then pins and changes over, with a mark in the pins as long as the two may differ.</summary>
    private void ChangeTo(
        SortedDictionary<int, LoadedOperator> next, ProgramImages images, IReadOnlyCollection<ManagedPort> ports, Action<UndoStack> pin)
    {
        using PortReload reload = PortReload.Load(ports, maps, images);
        var undo = new UndoStack(logger);
        try
        {
            if (!File.Exists(layout.Relinking))
            {
                BlobMap.Pin(layout.Relinking, "gw_relinking", []);
            }

            undo.Push($"unpinning {layout.Relinking}", () => BpfFs.Unpin(layout.Relinking));
            pin(undo);
            reload.Swap(undo);
            undo.Commit();
        }
        catch
        {
            undo.Run();
            throw;
        }

        reload.Commit();
        _images = images;
        _operators.Clear();
        foreach ((int slot, LoadedOperator loaded) in next)
        {
            _operators.Add(slot, loaded);
        }

        BpfFs.Unpin(layout.Relinking);
    }

    private static LoadedOperator Open(OperatorPins pins, int slot)
    {
        OperatorRecord record = OperatorRecord.Read(pins.Record);
        if (record.Info.Slot != slot)
        {
            throw new InvalidDataException($"its record is that of slot {record.Info.Slot}");
        }

        var own = new Dictionary<string, BpfMap>(StringComparer.Ordinal);
        try
        {
            foreach (string name in OperatorObject.Read(record.Elf).Maps)
            {
                own.Add(OperatorObject.Prefix(slot) + name, BpfMap.OpenPinned(pins.Map(name)));
            }
        }
        catch
        {
            foreach (BpfMap map in own.Values)
            {
                map.Dispose();
            }

            throw;
        }

        return new LoadedOperator(record, own);
    }

    private static void PinAll(OperatorPins pins, LoadedOperator loaded)
    {
        Directory.CreateDirectory(pins.Maps);
        foreach ((string linkedName, BpfMap map) in loaded.Maps)
        {
            string pin = LoadedOperator.Pin(pins, loaded.Info.Slot, linkedName);
            BpfFs.Unpin(pin);
            map.Pin(pin);
        }

        BpfFs.Unpin(pins.Record);
        loaded.Record.Pin(pins.Record);
    }

    private static void Replace(string path, Action<string> pin, Action<string>? old, UndoStack undo)
    {
        undo.Push($"pinning what was at {path}", () =>
        {
            if (old is null)
            {
                BpfFs.Unpin(path);
            }
            else
            {
                PinReplacement.Run(path, old);
            }
        });
        PinReplacement.Run(path, pin);
    }

    private static void Remove(OperatorPins pins)
    {
        foreach (string directory in (string[])[pins.Maps, pins.Directory])
        {
            if (!Directory.Exists(directory))
            {
                continue;
            }

            foreach (string pin in Directory.GetFiles(directory))
            {
                BpfFs.Unpin(pin);
            }

            Directory.Delete(directory);
        }
    }

    private LoadedOperator Get(string name) => _operators.Values.FirstOrDefault(o => o.Info.Name == name) ?? throw new DataPlaneException(
        DataPlaneErrorKind.NotFound,
        _operators.Count == 0
            ? $"Operator '{name}' is not loaded; none is."
            : $"Operator '{name}' is not loaded; these are: {string.Join(", ", Operators.Select(o => o.Name))}.");

    private int FreeSlot() => Enumerable.Range(0, Limits.Operators).Cast<int?>().FirstOrDefault(s => !_operators.ContainsKey(s!.Value))
        ?? throw new DataPlaneException(
            DataPlaneErrorKind.ResourceExhausted,
            $"{Limits.Operators} operators are loaded, and no more fit: unload one of {string.Join(", ", Operators.Select(o => o.Name))}.");
}
