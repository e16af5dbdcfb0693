namespace Gateway.Rpc;

/// <summary>The responses of a server streaming or duplex call, on the server.</summary>
/// <typeparam name="T">The response message.</typeparam>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>;
