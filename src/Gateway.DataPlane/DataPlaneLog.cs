using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane;

/// <summary>Log messages, event ids 2000-2099.</summary>
internal static partial class DataPlaneLog
{
    [LoggerMessage(2000, LogLevel.Information, "Created the data path in {PinRoot}")]
    internal static partial void Created(ILogger logger, string pinRoot);

    [LoggerMessage(2001, LogLevel.Information, "Took over the running data path in {PinRoot}: {Ports} ports, generation {Generation}")]
    internal static partial void Readopted(ILogger logger, string pinRoot, int ports, uint generation);

    [LoggerMessage(2002, LogLevel.Information, "Attached {Nic} as port {Index} ({Mode}, XDP {Xdp}, egress by {Egress})")]
    internal static partial void Attached(ILogger logger, string nic, int index, PortMode mode, PortXdp xdp, EgressAttachment egress);

    [LoggerMessage(2003, LogLevel.Information, "Detached {Nic}, port {Index}")]
    internal static partial void Detached(ILogger logger, string nic, int index);

    [LoggerMessage(2004, LogLevel.Warning, "Removed what was left of port {Index}: {Why}")]
    internal static partial void PortCleaned(ILogger logger, int index, string why);

    [LoggerMessage(2005, LogLevel.Warning, "Could not undo: {Step}")]
    internal static partial void UndoFailed(ILogger logger, string step, Exception failure);

    [LoggerMessage(2006, LogLevel.Information, "Generation {Generation} of policy {Name} (revision {Revision}) is in force")]
    internal static partial void Applied(ILogger logger, uint generation, string name, ulong revision);

    [LoggerMessage(2007, LogLevel.Information, "No policy is in force; generation {Generation} was cleared")]
    internal static partial void Cleared(ILogger logger, uint generation);

    [LoggerMessage(2008, LogLevel.Information, "Port {Nic}: up {Up}, MTU {Mtu}, gone {Gone}")]
    internal static partial void LinkChanged(ILogger logger, string nic, bool up, int mtu, bool gone);

    [LoggerMessage(2009, LogLevel.Warning, "Generation {Generation} cannot be read back; its packets go on, its text is lost: {Why}")]
    internal static partial void DocumentUnreadable(ILogger logger, uint generation, string why);

    [LoggerMessage(2010, LogLevel.Error, "The handler of an event failed; further failures are only counted")]
    internal static partial void EventHandlerFailed(ILogger logger, Exception failure);

    [LoggerMessage(2011, LogLevel.Error, "Reading events failed; trying again")]
    internal static partial void EventReadFailed(ILogger logger, Exception failure);

    [LoggerMessage(2012, LogLevel.Information, "Removed {Count} pins from {PinRoot}")]
    internal static partial void CleanedUp(ILogger logger, int count, string pinRoot);

    [LoggerMessage(2013, LogLevel.Warning, "NIC {Nic} is called {NameNow} now: its port goes on, and policies and the configuration know it as {Nic}. Give it its name back, or detach {Nic} and attach {NameNow}")]
    internal static partial void Renamed(ILogger logger, string nic, string nameNow);

    [LoggerMessage(2014, LogLevel.Warning, "The data path in {PinRoot} has ABI version {Found} and this gatewayd speaks {Own}: it is replaced. Its {Ports} ports go on as they are until each is taken over; counters and what is known of flows begin anew")]
    internal static partial void Replacing(ILogger logger, string pinRoot, uint found, int own, int ports);

    [LoggerMessage(2015, LogLevel.Information, "The data path of ABI version {Found} is replaced and removed")]
    internal static partial void Replaced(ILogger logger, uint found);

    [LoggerMessage(2020, LogLevel.Information, "Operator {Name}, {Kind} of slot {Slot}, is loaded (SHA-256 {Hash})")]
    internal static partial void OperatorLoaded(ILogger logger, string name, OperatorKind kind, int slot, string hash);

    [LoggerMessage(2021, LogLevel.Information, "Operator {Name} of slot {Slot} is unloaded")]
    internal static partial void OperatorUnloaded(ILogger logger, string name, int slot);

    [LoggerMessage(2022, LogLevel.Warning, "The operator of slot {Slot} cannot be read back and is removed: {Why}")]
    internal static partial void OperatorUnreadable(ILogger logger, int slot, string why);

    [LoggerMessage(2023, LogLevel.Error, "The programs could not be linked anew after a change that was cut short; they go on as they are")]
    internal static partial void RelinkFailed(ILogger logger, Exception failure);
}
