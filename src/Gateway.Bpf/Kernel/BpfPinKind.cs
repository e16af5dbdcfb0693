namespace Gateway.Bpf;

/// <summary>What a pin holds; the word is part of the kernel's name for such descriptors.</summary>
internal enum BpfPinKind
{
    Map,
    Program,
    Link,
}
