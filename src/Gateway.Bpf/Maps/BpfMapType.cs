namespace Gateway.Bpf;

/// <summary>Map types (enum bpf_map_type of linux/bpf.h).</summary>
public enum BpfMapType
{
    /// <summary>Not set.</summary>
    Unspecified = 0,
    /// <summary>Hash table.</summary>
    Hash = 1,
    /// <summary>Array.</summary>
    Array = 2,
    /// <summary>Programs for tail calls.</summary>
    ProgArray = 3,
    /// <summary>Perf events.</summary>
    PerfEventArray = 4,
    /// <summary>Hash table with one value per CPU.</summary>
    PerCpuHash = 5,
    /// <summary>Array with one value per CPU.</summary>
    PerCpuArray = 6,
    /// <summary>Hash table that evicts the least recently used entry.</summary>
    LruHash = 9,
    /// <summary>LRU hash table with one value per CPU.</summary>
    LruPerCpuHash = 10,
    /// <summary>Longest-prefix match.</summary>
    LpmTrie = 11,
    /// <summary>Array of maps.</summary>
    ArrayOfMaps = 12,
    /// <summary>Hash table of maps.</summary>
    HashOfMaps = 13,
    /// <summary>Redirect targets by index.</summary>
    Devmap = 14,
    /// <summary>CPUs to redirect to.</summary>
    Cpumap = 16,
    /// <summary>AF_XDP sockets.</summary>
    Xskmap = 17,
    /// <summary>First in, first out.</summary>
    Queue = 22,
    /// <summary>Last in, first out.</summary>
    Stack = 23,
    /// <summary>Redirect targets by key.</summary>
    DevmapHash = 25,
    /// <summary>Ring buffer to user space (Linux 5.8).</summary>
    RingBuffer = 27,
    /// <summary>Bloom filter (Linux 5.16).</summary>
    BloomFilter = 30,
}
