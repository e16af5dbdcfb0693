using System.Reflection;
using Gateway.Bpf;

namespace Gateway.DataPlane;

/// <summary>The object files of the packet programs: those this assembly carries, with custom operators linked in.</summary>
internal sealed class ProgramImages
{
    private static readonly Lazy<ProgramImages> s_embedded = new(() =>
        new ProgramImages(Read("ingress.bpf.o"), Read("host.bpf.o"), Read("devmap.bpf.o"), Read("operators.bpf.o"), new Dictionary<string, BpfMap>()));

    private ProgramImages(byte[] ingress, byte[] tc, byte[] devmap, byte[] operators, IReadOnlyDictionary<string, BpfMap> maps) =>
        (Ingress, Tc, Devmap, Operators, Maps) = (ingress, tc, devmap, operators, maps);

    /// <summary>Without any operator.</summary>
    internal static ProgramImages Embedded => s_embedded.Value;

    internal byte[] Ingress { get; }

    internal byte[] Tc { get; }

    internal byte[] Devmap { get; }

    /// <summary>The program that only calls operators.</summary>
    internal byte[] Operators { get; }

    /// <summary>The operators' maps, by their names in the linked programs.</summary>
    internal IReadOnlyDictionary<string, BpfMap> Maps { get; }

    /// <summary>Links operators into the slots of every program.</summary>
    /// <param name="operators">Object files, as <see cref="OperatorObject.ForSlot"/> makes them.</param>
    /// <exception cref="BpfException">They do not fit.</exception>
    internal static ProgramImages With(IReadOnlyCollection<byte[]> operators)
    {
        ProgramImages plain = Embedded;
        return operators.Count == 0 ? plain : new ProgramImages(Link(plain.Ingress), Link(plain.Tc), Link(plain.Devmap), Link(plain.Operators), plain.Maps);

        byte[] Link(byte[] program) =>
            BpfObjectLinker.Link([program, .. operators.Select(o => (ReadOnlyMemory<byte>)o)]);
    }

    /// <summary>The same programs on these maps.</summary>
    internal ProgramImages On(IReadOnlyDictionary<string, BpfMap> maps) => new(Ingress, Tc, Devmap, Operators, maps);

    private static byte[] Read(string resource)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new DataPlaneException(
                DataPlaneErrorKind.Internal, $"The packet program {resource} is not in this build: rebuild with the bpf directory present.");
        byte[] elf = new byte[stream.Length];
        stream.ReadExactly(elf);
        return elf;
    }
}
