using Gateway.Bpf;

namespace Gateway.DataPlane;

/// <summary>Puts another object under the name of a pin, so that whoever looks finds the old or the new one.</summary>
internal static class PinReplacement
{
    internal static void Run(string path, Action<string> pin)
    {
        string next = Next(path);
        BpfFs.Unpin(next);
        pin(next);
        BpfFs.Move(next, path);
    }

    /// <summary>Where the new object is until it takes the name.</summary>
    internal static string Next(string path) => path + "_next";
}
