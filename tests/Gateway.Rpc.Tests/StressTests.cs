using Google.Protobuf;

namespace Gateway.Rpc.Tests;

public sealed class StressTests
{
    /// <summary>
    /// Calls of every fate share connections; Kestrel reuses their streams, so a call that touched its stream
    /// after its end would break another one.
    /// </summary>
    [Fact]
    public async Task Calls_that_end_in_every_way_do_not_disturb_each_other()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RpcChannel channel = RpcChannel.ForUnixSocket(server.SocketPath);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            Random random = new(worker);
            for (int i = 0; i < 150; i++)
            {
                string text = $"{worker}/{i}";
                switch (random.Next(6))
                {
                    case 0:
                        Assert.Equal(text, (await channel.UnaryAsync(EchoMethods.Say, new EchoRequest { Text = text })).Text);
                        break;
                    case 1:
                        RpcException late = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(
                            EchoMethods.Wait, new WaitRequest { Name = "stress" }, new CallOptions { Timeout = TimeSpan.FromMilliseconds(random.Next(5)) }));
                        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
                        break;
                    case 2:
                        await foreach (EchoReply reply in channel.ServerStreaming(EchoMethods.WaitStream, new WaitRequest { Name = "stress" }))
                        {
                            Assert.Equal("waiting", reply.Text);
                            break;
                        }

                        break;
                    case 3:
                        RepeatRequest request = new() { Message = new EchoRequest { Text = text, Payload = ByteString.CopyFrom(new byte[3000]) }, Times = 50 };
                        int count = 0;
                        await foreach (EchoReply reply in channel.ServerStreaming(EchoMethods.Repeat, request, new CallOptions { Gzip = i % 2 == 0 }))
                        {
                            Assert.Equal(text, reply.Text);
                            count++;
                        }

                        Assert.Equal(50, count);
                        break;
                    case 4:
                        await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(EchoMethods.Fail, new EchoRequest()));
                        break;
                    default:
                        using (RpcCall<EchoRequest, EchoReply> chat = channel.Start(EchoMethods.Chat))
                        {
                            await chat.RequestStream.WriteAsync(new EchoRequest { Text = text });
                            Assert.True(await chat.ResponseStream.MoveNext());
                            Assert.Equal(text, chat.ResponseStream.Current.Text);
                        }

                        break;
                }
            }
        })));
        Assert.DoesNotContain(server.Log, line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
    }
}
