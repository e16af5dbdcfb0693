using System.Globalization;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>
/// Every path of the pinned state. The root holds <c>abi</c> (an array map whose one value is the ABI version, pinned
/// last), <c>maps/NAME</c>, <c>ports/INDEX/</c> with <c>info</c>, <c>ingress</c>, <c>egress</c>, <c>devmap</c>,
/// <c>ingress_link</c>, <c>egress_link</c>, <c>generations/NUMBER</c> (the document), <c>operators/SLOT/</c> with
/// <c>record</c> and <c>maps/NAME</c>, and while a candidate is tried <c>what-if</c>. bpffs allows no dots in names, so
/// ports go by number, not by NIC.
/// </summary>
internal sealed class PinLayout
{
    internal PinLayout(string root)
    {
        if (!Path.IsPathRooted(root) || root.Contains('.', StringComparison.Ordinal))
        {
            throw new DataPlaneException(
                DataPlaneErrorKind.InvalidArgument,
                $"The pin directory '{root}' must be an absolute path without dots inside a bpf file system, such as /sys/fs/bpf/gateway.");
        }

        Root = root.Length > 1 ? root.TrimEnd('/') : root;
    }

    internal string Root { get; }

    internal string AbiVersion => Path.Combine(Root, "abi");

    internal string Maps => Path.Combine(Root, "maps");

    internal string Ports => Path.Combine(Root, "ports");

    internal string Generations => Path.Combine(Root, "generations");

    internal string Operators => Path.Combine(Root, "operators");

    /// <summary>There while programs and the operators' records may differ.</summary>
    internal string Relinking => Path.Combine(Root, "relinking");

    /// <summary>Root of the maps that candidate policies are tried on, while one is.</summary>
    internal string WhatIf => Path.Combine(Root, "what-if");

    private string[] Own => [AbiVersion, Maps, Ports, Generations, Operators, Relinking, WhatIf];

    internal bool Exists => Directory.Exists(Root);

    internal string Map(string name) => Path.Combine(Maps, name);

    internal PortPins Port(int index) => new(Path.Combine(Ports, index.ToString(CultureInfo.InvariantCulture)));

    internal string Generation(uint generation) =>
        Path.Combine(Generations, generation.ToString(CultureInfo.InvariantCulture));

    internal OperatorPins Operator(int slot) => new(Path.Combine(Operators, slot.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Slots of the operators that have a directory, whole or not.</summary>
    internal IReadOnlyList<int> OperatorSlots() => Numbers(Operators).Where(n => n < Limits.Operators).Select(n => (int)n).ToList();

    /// <summary>Indexes of the ports that have a directory, whole or not.</summary>
    internal IReadOnlyList<int> PortIndexes() => Numbers(Ports).Where(n => n < Limits.MaxPorts).Select(n => (int)n).ToList();

    /// <summary>Numbers of the generations that have a document.</summary>
    internal IReadOnlyList<uint> GenerationNumbers() => Numbers(Generations);

    /// <summary>Makes the directories, mounting bpffs when the root is not in one.</summary>
    internal void Create()
    {
        string parent = Path.GetDirectoryName(Root) ?? "/";
        try
        {
            if (!BpfFs.IsMounted(Exists ? Root : parent))
            {
                BpfFs.Mount(parent);
            }

            foreach (string directory in (string[])[Root, Maps, Ports, Generations, Operators])
            {
                Directory.CreateDirectory(directory);
            }
        }
        catch (BpfException failure)
        {
            throw DataPlaneException.From(failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DataPlaneException(
                failure is UnauthorizedAccessException ? DataPlaneErrorKind.PermissionDenied : DataPlaneErrorKind.FailedPrecondition,
                $"The pin directory {Root} cannot be made ({failure.Message}): run as root, with the bpf file system mounted read-write (mount -t bpf bpf /sys/fs/bpf).",
                failure);
        }
    }

    /// <summary>Refuses a directory that holds what the gateway never puts there: clean-up must not remove it.</summary>
    internal void CheckOwnership()
    {
        string? stranger = Exists ? Array.Find(Directory.GetFileSystemEntries(Root), path => !Own.Contains(path)) : null;
        stranger ??= Directory.Exists(Maps)
            ? Array.Find(Directory.GetFileSystemEntries(Maps), path => !Path.GetFileName(path).StartsWith("gw_", StringComparison.Ordinal))
            : null;
        if (stranger is not null)
        {
            throw new DataPlaneException(
                DataPlaneErrorKind.FailedPrecondition,
                $"The pin directory {Root} holds {stranger}, which is not the gateway's: choose a directory of its own.");
        }
    }

    /// <summary>Removes every pin and directory, and the root.</summary>
    /// <returns>The pins that were removed.</returns>
    internal IReadOnlyList<string> RemoveAll()
    {
        var removed = new List<string>();
        if (Exists)
        {
            CheckOwnership();
            Remove(Root, removed);
        }

        return removed;
    }

    private static void Remove(string directory, List<string> removed)
    {
        foreach (string child in Directory.GetDirectories(directory))
        {
            Remove(child, removed);
        }

        foreach (string pin in Directory.GetFiles(directory))
        {
            BpfFs.Unpin(pin);
            removed.Add(pin);
        }

        Directory.Delete(directory);
    }

    private static List<uint> Numbers(string directory)
    {
        var numbers = new List<uint>();
        if (!Directory.Exists(directory))
        {
            return numbers;
        }

        foreach (string path in Directory.GetFileSystemEntries(directory))
        {
            if (uint.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
            {
                numbers.Add(number);
            }
        }

        numbers.Sort();
        return numbers;
    }
}
