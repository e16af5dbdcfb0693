using FsCheck;
using FsCheck.Fluent;

namespace Gateway.Mptcp.Tests;

/// <summary>Runs an FsCheck property inside a fact.</summary>
internal static class PropertyCheck
{
    internal static void ForAll<T>(Gen<T> generator, Action<T> property, int runs = 2000) =>
        Prop.ForAll(generator.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(runs));
}
