#!/usr/bin/env python3
"""Makes the subflows from a prefix backups, on trial, and shows what the gateway did; from any machine that has gRPC.

    python3 -m grpc_tools.protoc -I protos --python_out=stubs --grpc_python_out=stubs protos/gateway/v1/*.proto
    python3 demote.py unix:/run/gateway/gateway.sock stubs 10.0.2.0/24

A gateway that listens on TCP wants a certificate: grpc.secure_channel with grpc.ssl_channel_credentials.
"""
import sys

TARGET, STUBS, PREFIX = sys.argv[1:]
sys.path.insert(0, STUBS)

import grpc  # noqa: E402
from gateway.v1 import policy_pb2 as p, policy_pb2_grpc, telemetry_pb2, telemetry_pb2_grpc  # noqa: E402

POLICY = f"""
version: 1
name: lte-is-backup
chains:
  - name: demote-lte
    priority: 100
    select: {{src: {PREFIX}}}
    actors: [{{set_backup: on}}]
"""

with grpc.insecure_channel(TARGET) as channel:
    policies = policy_pb2_grpc.PolicyServiceStub(channel)
    running = policies.Get(p.GetPolicyRequest(), timeout=10)
    request = p.ApplyPolicyRequest(source=p.PolicySource(yaml=POLICY), confirm_within_seconds=60, comment="LTE to backup")
    # Nobody else's change is overwritten: between the two calls the gateway may have got another policy.
    if running.HasField("applied"):
        request.expected_revision = running.applied.revision
    else:
        request.expect_none = True
    try:
        applied = policies.Apply(request, timeout=60).applied
    except grpc.RpcError as refusal:
        sys.exit(f"{refusal.code().name}: {refusal.details()}")
    # Without this the policy of before runs again after a minute: here is the place to look whether all is well.
    policies.Confirm(p.ConfirmPolicyRequest(revision=applied.revision), timeout=10)
    print(f"revision {applied.revision} runs")
    counters = telemetry_pb2_grpc.TelemetryServiceStub(channel).Counters(telemetry_pb2.CountersRequest(), timeout=10)
    for chain in counters.chains:
        print(f"{chain.chain}: {chain.packets} packets")
