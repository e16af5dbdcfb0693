using Gateway.Bpf;

namespace Gateway.DataPlane.Tests.Maps;

public sealed class BlobMapTests : IDisposable
{
    private readonly string _pin = Path.Combine(BpfFs.DefaultPath, $"gwblob-{Guid.NewGuid().ToString("N")[..12]}");

    public void Dispose() => BpfFs.Unpin(_pin);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(65532, 0)]
    [InlineData(65532, 1)]
    [InlineData(65531, 2)]
    [InlineData(10, 65536)]
    [InlineData(65536, 65532)]
    [InlineData(100_001, 300_000)]
    public void Both_parts_are_read_back_as_one(int first, int second)
    {
        byte[] bytes = new byte[first + second];
        new Random(first).NextBytes(bytes);
        BlobMap.Pin(_pin, "gw_blob_test", bytes.AsSpan(0, first), bytes.AsSpan(first));
        Assert.Equal(bytes, BlobMap.Read(_pin));
    }
}
