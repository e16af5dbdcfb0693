namespace Gateway.Rpc;

/// <summary>
/// Runs around every call: to authorise, audit or count it. Runs before the request is read; the last one
/// in the list is nearest to the handler. Return a status other than OK without calling
/// <paramref name="next"/> to refuse the call; a thrown <see cref="RpcException"/> does the same.
/// </summary>
/// <param name="context">The call: method, peer, metadata.</param>
/// <param name="next">The rest of the call. Never throws: what the handler throws is its status.</param>
/// <returns>The status the caller gets, normally that of <paramref name="next"/>.</returns>
public delegate Task<Status> ServerInterceptor(ServerCallContext context, Func<Task<Status>> next);
