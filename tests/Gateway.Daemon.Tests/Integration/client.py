"""Calls Status and Validate of a running daemon with Python's own gRPC. Arguments: socket, directory of the stubs."""
import sys

sys.path.insert(0, sys.argv[2])

import grpc  # noqa: E402
from gateway.v1 import policy_pb2, policy_pb2_grpc, system_pb2, system_pb2_grpc  # noqa: E402

with grpc.insecure_channel(f"unix:{sys.argv[1]}") as channel:
    status = system_pb2_grpc.SystemServiceStub(channel).Status(system_pb2.StatusRequest(), timeout=30)
    assert status.abi_version > 0 and status.process_id > 0 and status.pin_path, status

    policies = policy_pb2_grpc.PolicyServiceStub(channel)
    good = policy_pb2.Policy(name="good", chains=[policy_pb2.Chain(name="all", actors=[policy_pb2.Actor(record=policy_pb2.RecordActor())])])
    answer = policies.Validate(policy_pb2.ValidatePolicyRequest(source=policy_pb2.PolicySource(policy=good)), timeout=30)
    assert not answer.errors and answer.compiled.chains == 1, answer

    answer = policies.Validate(policy_pb2.ValidatePolicyRequest(source=policy_pb2.PolicySource(yaml="name: [")), timeout=30)
    assert answer.errors and answer.errors[0].line > 0 and not answer.HasField("compiled"), answer

    try:
        policies.Apply(policy_pb2.ApplyPolicyRequest(source=policy_pb2.PolicySource(yaml="version: 9")), timeout=30)
        raise AssertionError("a bad policy was applied")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
        assert any(key == "grpc-status-details-bin" for key, _ in error.trailing_metadata()), error
