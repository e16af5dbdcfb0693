namespace Gateway.Rpc;

/// <summary>The requests of a client streaming or duplex call, on the client.</summary>
/// <typeparam name="T">The request message.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Tells the server that no more requests come.</summary>
    public Task CompleteAsync();
}
