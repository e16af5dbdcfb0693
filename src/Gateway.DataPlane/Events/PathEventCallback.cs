namespace Gateway.DataPlane;

/// <summary>Receives events, on the reader's thread; it must be quick and must not throw.</summary>
/// <param name="pathEvent">The event.</param>
public delegate void PathEventCallback(in PathEvent pathEvent);
