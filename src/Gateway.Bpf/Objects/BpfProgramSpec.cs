using Gateway.Bpf.Native;

namespace Gateway.Bpf;

/// <summary>Blueprint of one program of a <see cref="BpfObjectSpec"/>.</summary>
public sealed class BpfProgramSpec
{
    private readonly BpfObjectSpec _owner;

    internal BpfProgramSpec(BpfObjectSpec owner, nint pointer)
    {
        _owner = owner;
        Pointer = pointer;
        Name = NativeText.Read(Libbpf.bpf_program__name(pointer));
        SectionName = NativeText.Read(Libbpf.bpf_program__section_name(pointer));
    }

    /// <summary>The C function's name.</summary>
    public string Name { get; }

    /// <summary>The ELF section, as in <c>SEC("xdp.frags")</c>.</summary>
    public string SectionName { get; }

    /// <summary>Instructions in the object file.</summary>
    public int InstructionCount => (int)Libbpf.bpf_program__insn_cnt(Open());

    /// <summary>The program's type; libbpf derives it from the section.</summary>
    public BpfProgramType Type
    {
        get => (BpfProgramType)Libbpf.bpf_program__type(Open());
        set => Check(Libbpf.bpf_program__set_type(Open(), (int)value), "type");
    }

    /// <summary>Where the program is going to be attached; libbpf derives it from the section.</summary>
    public BpfAttachType ExpectedAttachType
    {
        get => (BpfAttachType)Libbpf.bpf_program__expected_attach_type(Open());
        set => Check(Libbpf.bpf_program__set_expected_attach_type(Open(), (int)value), "attach type");
    }

    /// <summary>Load flags; section "xdp.frags" adds <see cref="BpfProgramFlags.XdpHasFrags"/> by itself.</summary>
    public BpfProgramFlags Flags
    {
        get => (BpfProgramFlags)Libbpf.bpf_program__flags(Open());
        set => Check(Libbpf.bpf_program__set_flags(Open(), (uint)value), "flags");
    }

    /// <summary>Whether <see cref="BpfObjectSpec.Load"/> loads this program.</summary>
    public bool AutoLoad
    {
        get => Libbpf.bpf_program__autoload(Open());
        set => Check(Libbpf.bpf_program__set_autoload(Open(), value), "autoload");
    }

    internal nint Pointer { get; }

    private void Check(int result, string property)
    {
        if (result < 0)
        {
            throw BpfException.From(result, $"Setting the {property} of program '{Name}'");
        }
    }

    private nint Open()
    {
        _owner.ThrowIfClosed();
        return Pointer;
    }
}
