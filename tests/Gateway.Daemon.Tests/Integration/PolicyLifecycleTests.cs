using Gateway.Client;
using Gateway.Daemon.Policies;
using Gateway.DataPlane;
using Gateway.Lab;
using Gateway.Rpc;
using Gateway.V1;
using AppliedPolicy = Gateway.V1.AppliedPolicy;
using PolicyRevision = Gateway.V1.PolicyRevision;

namespace Gateway.Daemon.Tests.Integration;

/// <summary>The life of policies with the real daemon, killed at every step and at any time.</summary>
public sealed class PolicyLifecycleTests : IDisposable
{
    private const string NamesBoth = """
        version: 1
        name: both
        chains:
          - name: here
            priority: 10
            ports: [near]
            actors: [count]
          - name: there
            priority: 9
            ports: [far]
            actors: [count, {redirect: {port: near, mac: keep}}]
        """;

    /// <summary>How often the daemon is killed at random; more when asked for in the environment.</summary>
    private static readonly int s_kills =
        int.TryParse(Environment.GetEnvironmentVariable("GATEWAY_TEST_KILLS"), out int kills) ? kills : 8;

    private readonly DaemonFixture _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task Killed_at_every_step_it_has_the_old_policy_or_the_new_one()
    {
        string trap = _daemon.KillAt("");
        GatewayClient client = _daemon.Start();
        await client.Policies.ApplyAsync(Yaml("first"));
        string running = "first";
        foreach (ApplyStep step in Enum.GetValues<ApplyStep>())
        {
            await File.WriteAllTextAsync(trap, step.ToString());
            string next = $"at-{step.ToString().ToLowerInvariant()}";
            await Assert.ThrowsAnyAsync<Exception>(() => client.Policies.ApplyAsync(Yaml(next)));
            Assert.Equal(137, _daemon.WaitForEnd());
            client.Dispose();
            await File.WriteAllTextAsync(trap, "");

            client = _daemon.Start();

            // Up to the switch the old one runs; from then on the new one, which the daemon did not get to note.
            running = step == ApplyStep.StoreCommit ? next : running;
            await ExpectAgreement(client, running);
        }

        await client.Policies.ApplyAsync(Yaml("last"));
        await ExpectAgreement(client, "last");
        client.Dispose();
        FaultTable.Withstood("gatewayd killed (SIGKILL) at each step of an apply", "the old policy runs or the new one, whole; kernel and disk agree after the next start");
    }

    [Fact]
    public async Task Killed_at_random_during_changes_it_loses_nothing_it_said()
    {
        var random = new Random(7);
        ulong acknowledged = 0;
        for (int kill = 0; kill < s_kills; kill++)
        {
            using GatewayClient client = _daemon.Start();
            AppliedPolicy? found = (await client.Policies.GetAsync()).Applied;
            await ExpectAgreement(client, found?.Name ?? "");
            Assert.True((found?.Revision ?? 0) >= acknowledged, $"Revision {acknowledged} was said to run, and {found?.Revision} does.\n{_daemon.Log}");

            var first = new TaskCompletionSource();
            Task<ulong> changes = ChangeUntilKilled(client, found?.Revision ?? 0, first);
            if (kill % 3 != 0)
            {
                // Afterwards changes are fast, and the kill meets one of many; otherwise it meets the first.
                await first.Task.WaitAsync(TimeSpan.FromMinutes(1));
            }

            await Task.Delay(random.Next(1, 200));
            _daemon.Stop("KILL");
            acknowledged = await changes;
        }

        using GatewayClient last = _daemon.Start();
        AppliedPolicy running = (await last.Policies.GetAsync()).Applied;
        await ExpectAgreement(last, running.Name);
        Assert.True(running.Revision >= acknowledged);
        FaultTable.Withstood("gatewayd killed at random while policies change", "no revision that was acknowledged is lost");
    }

    [Fact]
    public async Task A_trial_ends_in_time_though_the_daemon_is_killed()
    {
        using (GatewayClient client = _daemon.Start())
        {
            await client.Policies.ApplyAsync(Yaml("old"));
            // Long enough that the daemon is killed before, also when the machine is slow.
            await client.Policies.ApplyAsync(Yaml("trial"), new ChangeOptions { ConfirmWithin = TimeSpan.FromSeconds(8) });
        }

        _daemon.Stop("KILL");
        DateTimeOffset deadline = _daemon.StateOnDisk().Pending!.Deadline;
        await Wait.UntilAsync(() => DateTimeOffset.UtcNow > deadline, "the trial's time is over");
        using (GatewayClient client = _daemon.Start())
        {
            await ExpectAgreement(client, "old");
            PolicyRevision trial = (await client.Policies.GetAsync(2)).Revision;
            Assert.Equal(PolicyRevision.Types.State.Reverted, trial.State);
            await client.Policies.ApplyAsync(Yaml("second"), new ChangeOptions { ConfirmWithin = TimeSpan.FromMinutes(30) });
        }

        _daemon.Stop("KILL");
        using GatewayClient again = _daemon.Start();
        Assert.Equal(PolicyRevision.Types.State.Unconfirmed, (await again.Policies.GetAsync()).Revision.State);
        Assert.Equal(PolicyRevision.Types.State.Running, (await again.Policies.ConfirmAsync(3)).Revision.State);
        Assert.Equal(0ul, _daemon.StateOnDisk().Pending?.RevertTo ?? 0);
        FaultTable.Withstood("gatewayd killed while a policy is on trial", "the trial ends in time, the last confirmed policy runs again");
    }

    [Fact]
    public async Task After_a_reboot_the_policy_waits_for_the_ports_it_names()
    {
        using (GatewayClient client = _daemon.Start())
        {
            await client.Ports.AttachAsync(new AttachPortRequest { Nic = "far" });
            await client.Ports.AttachAsync(new AttachPortRequest { Nic = "near" });
            await client.Policies.ApplyAsync(NamesBoth);
        }

        _daemon.Stop("TERM");

        // Nothing in the kernel outlives a reboot.
        Assert.Equal(0, _daemon.Run("--cleanup").Code);
        using GatewayClient booted = _daemon.Start();
        await ExpectAgreement(booted, "both");
        Assert.Empty((await booted.Ports.ListAsync()).Ports);

        // Each port is part of the policy from its first packet on: the revision stays, the kernel's number tells.
        uint generation = (await booted.Policies.GetAsync()).Applied.Generation;
        await booted.Ports.AttachAsync(new AttachPortRequest { Nic = "near" });
        await booted.Ports.AttachAsync(new AttachPortRequest { Nic = "far" });
        AppliedPolicy fitted = (await booted.Policies.GetAsync()).Applied;
        Assert.Equal((1ul, generation + 2), (fitted.Revision, fitted.Generation));
        Command.Run("ip", "netns", "exec", _daemon.Namespace, "ip", "link", "set", "near", "up");
        Assert.Equal(["here", "there"], (await booted.Telemetry.CountersAsync()).Chains.Select(c => c.Chain));
        FaultTable.Withstood("reboot, and a NIC that the policy names comes late", "the last good policy is in force before the first port is attached; its chains wait for the NIC");
    }

    [Fact]
    public void Python_sees_reverts_swaps_history_and_rollbacks()
    {
        using GatewayClient client = _daemon.Start();
        PythonStubs.Run("lifecycle.py", _daemon.Socket);
    }

    private static string Yaml(string name) => $"version: 1\nname: {name}\nchains:\n- {{name: {name}, priority: 1, actors: [count]}}\n";

    /// <summary>Applies one policy after the other, now and then on trial or back, until the daemon is gone.</summary>
    private static async Task<ulong> ChangeUntilKilled(GatewayClient client, ulong acknowledged, TaskCompletionSource first)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                ApplyPolicyResponse response = (i % 3) switch
                {
                    2 => await client.Policies.RollbackAsync(acknowledged),
                    1 => await client.Policies.ApplyAsync(Yaml($"p{acknowledged}"), new ChangeOptions { ConfirmWithin = TimeSpan.FromHours(1) }),
                    _ => await client.Policies.ApplyAsync(Yaml($"p{acknowledged}")),
                };
                acknowledged = response.Applied.Revision;
                first.TrySetResult();
            }
            catch (RpcException failure) when (failure.StatusCode == StatusCode.Unavailable)
            {
                return acknowledged;
            }
        }
    }

    /// <summary>The kernel, the daemon and the disk say the same.</summary>
    private async Task ExpectAgreement(GatewayClient client, string name)
    {
        GetPolicyResponse running = await client.Policies.GetAsync();
        PolicyState disk = _daemon.StateOnDisk();
        Assert.True(name == (running.Applied?.Name ?? ""), _daemon.Log);
        Assert.Equal((running.Applied?.Revision ?? 0, (ChangeIntent?)null), (disk.Running, disk.Intent));
        if (running.Applied is { } applied)
        {
            Assert.Equal(running.Yaml, _daemon.TextOnDisk(applied.Revision));
            Assert.Equal((applied.Revision, name), (running.Revision.Revision, running.Policy.Name));
            Assert.Equal(running.Policy.Chains.Select(c => c.Name), (await client.Telemetry.CountersAsync()).Chains.Select(c => c.Chain));
        }
    }
}
