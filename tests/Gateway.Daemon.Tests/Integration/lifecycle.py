"""Changes the policy of a running daemon with Python's own gRPC. Arguments: socket, directory of the stubs, directory of google/rpc stubs."""
import sys

sys.path.insert(0, sys.argv[2])

import google  # noqa: E402

google.__path__.append(sys.argv[2] + "/google")

import grpc  # noqa: E402
from gateway.v1 import policy_history_pb2 as history, policy_pb2 as pb, policy_pb2_grpc  # noqa: E402
from google.rpc import error_details_pb2, status_pb2  # noqa: E402

State = history.PolicyRevision.State
Kind = history.PolicyChange.Kind
WAIT = 60


def source(name, *actors):
    return pb.PolicySource(policy=pb.Policy(name=name, chains=[pb.Chain(name="all", priority=1, actors=actors)]))


COUNT = pb.Actor(count=pb.CountActor())
RECORD = pb.Actor(record=pb.RecordActor())


def fails(code, call):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, error
        details = [v for k, v in error.trailing_metadata() if k == "grpc-status-details-bin"]
        return status_pb2.Status.FromString(details[0]) if details else None
    raise AssertionError(f"expected {code}")


def detail(status, message):
    for packed in status.details:
        if packed.Unpack(message):
            return message
    raise AssertionError(f"no {message.DESCRIPTOR.name} in {status}")


with grpc.insecure_channel(f"unix:{sys.argv[1]}") as channel:
    policies = policy_pb2_grpc.PolicyServiceStub(channel)
    watch = policies.Watch(pb.WatchPolicyRequest())
    assert next(watch).kind == Kind.KIND_PRESENT

    # Only planned: nothing changes.
    plan = policies.Apply(pb.ApplyPolicyRequest(source=source("base", COUNT), dry_run=True), timeout=WAIT)
    assert not plan.HasField("applied") and plan.plan.to_revision == 1 and len(plan.plan.steps) == 7, plan
    assert [c.kind for c in plan.plan.diff.chains] == [history.CHANGE_KIND_ADDED], plan
    assert not policies.Get(pb.GetPolicyRequest(), timeout=WAIT).HasField("applied")

    # Compare-and-swap, for none and for a revision.
    base = policies.Apply(
        pb.ApplyPolicyRequest(source=source("base", COUNT), expect_none=True, author="alice", comment="the first"), timeout=WAIT)
    assert base.applied.revision == 1 and base.revision.author == "alice" and base.revision.state == State.STATE_RUNNING, base
    assert next(watch).kind == Kind.KIND_APPLIED
    again = fails(
        grpc.StatusCode.FAILED_PRECONDITION,
        lambda: policies.Apply(pb.ApplyPolicyRequest(source=source("other", COUNT), expect_none=True), timeout=WAIT))
    info = detail(again, error_details_pb2.ErrorInfo())
    assert info.reason == "REVISION_MISMATCH" and info.metadata["running_revision"] == "1" and info.metadata["running_name"] == "base", info
    assert detail(again, error_details_pb2.PreconditionFailure()).violations[0].type == "REVISION_MISMATCH"

    # On trial, and not confirmed.
    trial = policies.Apply(
        pb.ApplyPolicyRequest(source=source("trial", COUNT, RECORD), expected_revision=1, confirm_within_seconds=1), timeout=WAIT)
    assert trial.revision.state == State.STATE_UNCONFIRMED and trial.revision.revert_to_revision == 1, trial
    assert trial.plan.diff.chains[0].changes[0].after == "record", trial
    assert next(watch).kind == Kind.KIND_APPLIED
    reverted = next(watch)
    assert reverted.kind == Kind.KIND_REVERTED and reverted.revision.revision == 1 and reverted.previous_revision == 2, reverted
    assert policies.Get(pb.GetPolicyRequest(), timeout=WAIT).applied.name == "base"
    fails(grpc.StatusCode.FAILED_PRECONDITION, lambda: policies.Confirm(pb.ConfirmPolicyRequest(revision=2), timeout=WAIT))

    # On trial, and confirmed.
    policies.Apply(pb.ApplyPolicyRequest(source=source("kept", RECORD), confirm_within_seconds=600), timeout=WAIT)
    assert policies.Confirm(pb.ConfirmPolicyRequest(revision=3), timeout=WAIT).revision.state == State.STATE_RUNNING
    assert [next(watch).kind, next(watch).kind] == [Kind.KIND_APPLIED, Kind.KIND_CONFIRMED]

    # History in pages, any of it, differences, and back.
    first = policies.History(pb.PolicyHistoryRequest(page_size=2), timeout=WAIT)
    rest = policies.History(pb.PolicyHistoryRequest(page_size=2, page_token=first.next_page_token), timeout=WAIT)
    seen = [(r.revision, r.state) for page in (first, rest) for r in page.revisions]
    assert seen == [(3, State.STATE_RUNNING), (2, State.STATE_REVERTED), (1, State.STATE_SUPERSEDED)] and not rest.next_page_token, seen
    assert rest.revisions[0].comment == "the first" and rest.revisions[0].peer.startswith("unix:uid=0"), rest
    assert policies.Get(pb.GetPolicyRequest(revision=2), timeout=WAIT).policy.name == "trial"
    assert policies.Diff(pb.DiffPolicyRequest(to_revision=1), timeout=WAIT).diff.chains[0].kind == history.CHANGE_KIND_CHANGED
    fails(grpc.StatusCode.NOT_FOUND, lambda: policies.Get(pb.GetPolicyRequest(revision=99), timeout=WAIT))
    fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: policies.Rollback(pb.RollbackPolicyRequest(), timeout=WAIT))
    fails(
        grpc.StatusCode.FAILED_PRECONDITION,
        lambda: policies.Rollback(pb.RollbackPolicyRequest(revision=1, expected_revision=1), timeout=WAIT))
    back = policies.Rollback(pb.RollbackPolicyRequest(revision=1, expected_revision=3, comment="back"), timeout=WAIT)
    assert back.applied.name == "base" and back.revision.revision == 4 and back.revision.from_revision == 1, back
    assert back.revision.author == "root" and back.revision.origin == history.PolicyRevision.Origin.ORIGIN_ROLLBACK, back

    # Into the history only, and every error with its place.
    stored = policies.Import(pb.ImportPolicyRequest(source=source("later", COUNT), comment="for the night"), timeout=WAIT)
    assert stored.revision.state == State.STATE_IMPORTED, stored
    assert policies.Get(pb.GetPolicyRequest(), timeout=WAIT).applied.revision == 4
    bad = fails(
        grpc.StatusCode.INVALID_ARGUMENT,
        lambda: policies.Apply(pb.ApplyPolicyRequest(source=source("Bad Name")), timeout=WAIT))
    fields = [v.field for v in detail(bad, error_details_pb2.BadRequest()).field_violations]
    assert "name" in fields and "chains[0].actors" in fields, fields
    fails(
        grpc.StatusCode.INVALID_ARGUMENT,
        lambda: policies.Apply(pb.ApplyPolicyRequest(source=source("x", COUNT), confirm_within_seconds=10 ** 9), timeout=WAIT))
    watch.cancel()
