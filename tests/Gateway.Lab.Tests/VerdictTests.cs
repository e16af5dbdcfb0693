using System.Security.Cryptography;

namespace Gateway.Lab.Tests;

public sealed class VerdictTests
{
    private static readonly TransferSpec Spec = TransferSpec.Upload(10);

    [Theory]
    [InlineData(10, "aa", 10, "aa", true, 0)]
    [InlineData(10, "aa", 10, "ab", false, 0)]
    [InlineData(10, "aa", 9, "aa", false, 0)]
    [InlineData(9, "aa", 9, "aa", false, 0)]
    public void Content_is_right_only_when_both_ends_agree_on_all_of_it(
        long sent, string sentHash, long received, string receivedHash, bool ok, int lost)
    {
        TransferResult result = Result(Sent(sent, sentHash), Received(received, receivedHash));
        Assert.Equal(ok, result.ContentOk);
        Assert.Equal(lost, result.Lost);
    }

    [Fact]
    public void An_end_that_never_reports_is_a_lost_connection()
    {
        TransferResult result = Result(Sent(10, "aa"));
        Assert.Equal(1, result.Lost);
        Assert.False(result.ContentOk);
        Assert.Equal("no report from the receiver", result.Errors);
    }

    [Fact]
    public void A_fallback_at_either_end_shows()
    {
        string fellBack = Received(10, "aa").Replace("\"fallback\":false", "\"fallback\":true", StringComparison.Ordinal);
        Assert.False(Result(Sent(10, "aa"), Received(10, "aa")).PlainTcp);
        Assert.True(Result(Sent(10, "aa"), fellBack).PlainTcp);
    }

    [Fact]
    public void No_two_chunks_of_content_are_alike_and_a_seed_gives_the_same_ones_again()
    {
        string[] Hashes(ulong seed) => [.. Enumerable.Range(0, 200).Select(index =>
        {
            byte[] chunk = new byte[Content.ChunkSize];
            new Content(seed).Fill(chunk, index);
            return Convert.ToHexString(SHA256.HashData(chunk));
        })];

        string[] first = Hashes(1);
        Assert.Equal(200, first.Distinct().Count());
        Assert.Equal(first, Hashes(1));
        Assert.Empty(first.Intersect(Hashes(2)));
    }

    [Fact]
    public void A_frame_queue_keeps_frames_and_order_around_its_end_and_refuses_more_than_it_holds()
    {
        using var queue = new FrameQueue(1024);
        int written = 0, read = 0;
        for (int round = 0; round < 500; round++)
        {
            for (Span<byte> room = queue.Reserve(200); !room.IsEmpty; room = queue.Reserve(200))
            {
                int length = 1 + (written * 37 % 200);
                room[..length].Fill((byte)written);
                queue.Commit(length, written++);
            }

            Assert.True(written > read);
            for (int some = 1 + (round % (written - read)); some > 0; some--, read++)
            {
                ReadOnlySpan<byte> frame = queue.Peek(out long due);
                Assert.Equal(read, due);
                Assert.Equal(1 + (read * 37 % 200), frame.Length);
                Assert.Equal(-1, frame.IndexOfAnyExcept((byte)read));
                queue.Release(frame.Length);
            }
        }
    }

    private static TransferResult Result(params string[] lines)
    {
        var board = new TransferBoard();
        Array.ForEach(lines, board.Add);
        return board.Result([7], Spec, stopped: false);
    }

    private static string Sent(long bytes, string hash) => Line("Sent", bytes, hash);

    private static string Received(long bytes, string hash) => Line("Received", bytes, hash);

    private static string Line(string kind, long bytes, string hash) =>
        $$$"""{"kind":"{{{kind}}}","id":7,"bytes":{{{bytes}}},"start":1,"now":2,"sha256":"{{{hash}}}","mptcp":{"mptcp":true,"fallback":false,"subflows":2,"token":1}}""";
}
