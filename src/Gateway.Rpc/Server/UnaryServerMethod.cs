namespace Gateway.Rpc;

/// <summary>A handler that answers one request with one response.</summary>
public delegate Task<TResponse> UnaryServerMethod<TRequest, TResponse>(
    TRequest request, ServerCallContext context);
