using System.Text;
using Gateway.Daemon.Policies;
using Gateway.Lab;
using Gateway.Rpc;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Tests.Lifecycle;

/// <summary>What is on disk is whole, or found to be damaged and kept; the last good policy runs.</summary>
public sealed class StateOnDiskTests : IDisposable
{
    private readonly ControlUnderTest _gateway = new();

    private string StatePath => Path.Combine(_gateway.StateDirectory, "policy-state");

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public void After_a_reboot_the_policy_runs_again_with_its_revision()
    {
        _gateway.Apply("first");
        _gateway.Apply("second");

        _gateway.Reboot();

        _gateway.ExpectAgreement(2, "second");
        Assert.Equal(3ul, _gateway.Apply("third", expected: 2).Revision!.Revision);
    }

    [Fact]
    public void A_restart_touches_nothing_in_the_kernel()
    {
        _gateway.Apply("first");
        uint generation = _gateway.DataPlane.Applied!.Generation;

        _gateway.Restart();

        Assert.Equal(generation, _gateway.DataPlane.Applied!.Generation);
        _gateway.ExpectAgreement(1, "first");
    }

    [Fact]
    public void Any_byte_that_changes_is_noticed_and_the_copy_is_used()
    {
        _gateway.Apply("first");
        _gateway.Apply("second");
        byte[] good = File.ReadAllBytes(StatePath);
        int[] places = [0, 21, 30, good.Length / 2, good.Length - 1];
        foreach (int place in places)
        {
            byte[] bad = [.. good];
            bad[place] ^= 0x20;

            _gateway.Reboot(() => File.WriteAllBytes(StatePath, bad));

            _gateway.ExpectAgreementInKernel(2, "second");
            string aside = Assert.Single(Directory.GetFiles(_gateway.StateDirectory, "policy-state.corrupt-*"));
            Assert.Equal(bad, File.ReadAllBytes(aside));
            Assert.Contains(_gateway.Log.Lines, l => l.Level == LogLevel.Error && l.Text.Contains(aside, StringComparison.Ordinal));
            File.Delete(aside);
            File.WriteAllBytes(StatePath, good);
            _gateway.Log.Lines.Clear();
        }
        FaultTable.Withstood("any byte of the state file is damaged", "it is noticed, kept aside and reported; the copy is used");
    }

    [Fact]
    public void A_file_of_a_newer_version_is_used_as_far_as_known_and_kept()
    {
        _gateway.Apply("first");
        PolicyState state = _gateway.OnDisk();
        string newer = Encoding.UTF8.GetString(StateFile.Encode(state)).Replace("gateway-policy-state 1 ", "gateway-policy-state 9 ", StringComparison.Ordinal);

        _gateway.Reboot(() => File.WriteAllText(StatePath, newer));

        _gateway.ExpectAgreementInKernel(1, "first");
        Assert.Equal(newer, File.ReadAllText(Assert.Single(Directory.GetFiles(_gateway.StateDirectory, "policy-state.newer-*"))));
        Assert.Contains(_gateway.Log.Lines, l => l.Level == LogLevel.Error && l.Text.Contains("format 9 of a newer gatewayd", StringComparison.Ordinal));
        FaultTable.Withstood("the state file is of a newer version", "it is used as far as known and kept");
    }

    [Fact]
    public void A_damaged_text_is_kept_and_the_last_good_policy_runs()
    {
        _gateway.Apply("first");
        _gateway.Apply("second");
        _gateway.Apply("third");
        string second = Path.Combine(_gateway.StateDirectory, "revisions", "00000002.yaml");
        string third = Path.Combine(_gateway.StateDirectory, "revisions", "00000003.yaml");

        _gateway.Reboot(() =>
        {
            File.AppendAllText(third, "#");
            File.Delete(second);
        });

        _gateway.ExpectAgreement(1, "first");
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(third)!, "00000003.yaml.corrupt-*"));
        Assert.Equal(RevisionFate.Unusable, _gateway.History.State.Find(3)!.Fate);
        Assert.Contains(_gateway.Log.Lines, l => l.Level == LogLevel.Error && l.Text.Contains("revision 3", StringComparison.Ordinal));
        RpcException damaged = Assert.Throws<RpcException>(() => _gateway.Control.Read(3));
        Assert.Equal(StatusCode.DataLoss, damaged.StatusCode);
        Assert.Equal(4ul, _gateway.Apply("fourth").Revision!.Revision);
        FaultTable.Withstood("the text of the running policy is damaged", "it is kept aside, the last good policy runs");
    }

    [Fact]
    public void Without_any_state_what_the_kernel_runs_is_taken_over()
    {
        _gateway.Apply("first");
        _gateway.Apply("second");
        Directory.Delete(_gateway.StateDirectory, recursive: true);

        _gateway.Restart();

        _gateway.ExpectAgreement(2, "second");
        Assert.Equal(RevisionOrigin.Found, _gateway.History.State.Find(2)!.Origin);
        Assert.Equal(3ul, _gateway.Apply("third", expected: 2).Revision!.Revision);
        _gateway.Reboot();
        _gateway.ExpectAgreement(3, "third");
    }

    [Fact]
    public void Without_a_state_the_texts_are_a_history_and_nothing_runs()
    {
        _gateway.Apply("first");
        _gateway.Apply("second");

        _gateway.Reboot(() =>
        {
            File.WriteAllText(StatePath, "rubbish");
            File.Delete(StatePath + ".copy");
        });

        Assert.Equal((0ul, 0ul), (_gateway.InKernel.Revision, _gateway.History.State.Running));
        PolicyOutcome back = _gateway.Control.Rollback(2, new PolicyWish(new RevisionDraft("", "", "", RevisionOrigin.Rollback, 2)));
        Assert.Equal(3ul, back.Revision!.Revision);
        _gateway.ExpectAgreement(3, "second");
    }

    [Fact]
    public void Only_the_newest_revisions_are_kept_and_never_fewer_than_are_needed()
    {
        PolicyRevision Draft(ulong number) => new(
            number, "x", "", "", "", default, RevisionOrigin.Applied, 0, RevisionFate.Ran, new DataPlane.CompiledSize(1, 1, 0, 0), 1, "");
        PolicyState state = PolicyState.Empty;
        for (ulong i = 1; i <= 10; i++)
        {
            state = state.With(Draft(i));
        }

        state = state with { Running = 2, Pending = new PendingConfirmation(1, default, default) };

        Assert.Equal([1ul, 2, 9, 10], state.Prune(4).Revisions.Select(r => r.Revision));
        Assert.Equal(10ul, state.Prune(4).LastRevision);
        Assert.Same(state, state.Prune(10));
    }

    [Fact]
    public void A_full_disk_refuses_changes_and_keeps_no_policy_from_giving_way()
    {
        string mount = Directory.CreateTempSubdirectory("gwpc-full-").FullName;
        Integration.Command.Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", mount);
        try
        {
            using var gateway = new ControlUnderTest(Path.Combine(mount, "state"));
            gateway.Apply("old");
            gateway.Apply("trial", TimeSpan.FromMinutes(1));
            string filler = Path.Combine(mount, "filler");
            Assert.Throws<IOException>(() => File.WriteAllBytes(filler, new byte[1 << 20]));

            RpcException refused = Assert.Throws<RpcException>(() => gateway.Apply("new"));
            Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
            Assert.Contains("make room in the state directory", refused.Status.Detail, StringComparison.Ordinal);
            gateway.ExpectAgreement(2, "trial");

            gateway.Time.Pass(TimeSpan.FromMinutes(1));
            Assert.Equal((1ul, "old"), gateway.InKernel);
            gateway.Restart();
            Assert.Equal((1ul, "old"), gateway.InKernel);

            File.Delete(filler);
            gateway.Restart();
            gateway.ExpectAgreement(1, "old");
            gateway.Apply("new");
            gateway.ExpectAgreement(3, "new");
        }
        finally
        {
            Integration.Command.Run("umount", mount);
            Directory.Delete(mount);
        }
        FaultTable.Withstood("the disk is full", "changes are refused and nothing changes; a trial gives way in time all the same");
    }
}
