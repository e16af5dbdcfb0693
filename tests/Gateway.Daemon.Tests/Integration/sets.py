"""Fills a set of subflows by a stream with Python's own gRPC. Arguments: socket, directory of the stubs."""
import sys

sys.path.insert(0, sys.argv[2])

import grpc  # noqa: E402
from gateway.v1 import subflow_set_pb2 as pb, subflow_set_pb2_grpc  # noqa: E402

BATCHES, SIZE = 20, 1000


def subflow(number):
    if number % 2:
        return pb.SubflowEnds(src="2001:db8::1", src_port=1 + number % 60000, dst=f"2001:db8::{number:x}", dst_port=443)
    return pb.SubflowEnds(src=f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", src_port=1 + number % 60000, dst="192.0.2.1", dst_port=443)


def requests():
    for batch in range(BATCHES):
        yield pb.UpdateSubflowSetRequest(set="" if batch else "edge", add=[subflow(batch * SIZE + i) for i in range(SIZE)])
    yield pb.UpdateSubflowSetRequest(remove=[subflow(i) for i in range(SIZE // 2)], add=[subflow(0), subflow(SIZE)])


with grpc.insecure_channel(f"unix:{sys.argv[1]}") as channel:
    sets = subflow_set_pb2_grpc.SubflowSetServiceStub(channel)
    answers = [(a.added, a.removed) for a in sets.Update(requests(), timeout=120)]
    assert answers == [(SIZE, 0)] * BATCHES + [(1, SIZE // 2)], answers
    listed = sets.List(pb.ListSubflowSetsRequest(), timeout=30)
    assert [(s.name, s.ipv4 + s.ipv6, s.in_use) for s in listed.sets] == [("edge", BATCHES * SIZE - SIZE // 2 + 1, False)], listed
    members = {(m.subflow.src, m.subflow.src_port, m.subflow.dst, m.subflow.dst_port) for part in sets.Members(pb.SubflowSetMembersRequest(set="edge"), timeout=60) for m in part.members}
    assert len(members) == BATCHES * SIZE - SIZE // 2 + 1, len(members)
    one = subflow(SIZE + 2)
    assert (one.src, one.src_port, one.dst, one.dst_port) in members or (one.dst, one.dst_port, one.src, one.src_port) in members, one

    for request, field in [
        (pb.UpdateSubflowSetRequest(set="edge", add=[subflow(1), pb.SubflowEnds(src="10.0.0.1", src_port=1, dst="::1", dst_port=2)]), b"add[1].dst"),
        (pb.UpdateSubflowSetRequest(set="edge", remove=[pb.SubflowEnds(src="10.0.0.1", src_port=70000, dst="10.0.0.2", dst_port=2)]), b"remove[0].src_port"),
        (pb.UpdateSubflowSetRequest(set="No name"), b""),
        (pb.UpdateSubflowSetRequest(add=[subflow(1)]), b"set"),
        (pb.UpdateSubflowSetRequest(set="edge", add=[subflow(i) for i in range(16385)]), b"add"),
    ]:
        try:
            list(sets.Update(iter([request]), timeout=30))
            raise AssertionError(f"{request.set} was taken")
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
            details = [value for key, value in error.trailing_metadata() if key == "grpc-status-details-bin"]
            assert not field or field in details[0], (field, details)

    assert sets.Clear(pb.ClearSubflowSetRequest(set="edge"), timeout=30).removed == BATCHES * SIZE - SIZE // 2 + 1
    assert sets.Remove(pb.RemoveSubflowSetRequest(set="edge"), timeout=30).removed == 0
    try:
        list(sets.Members(pb.SubflowSetMembersRequest(set="edge"), timeout=30))
        raise AssertionError("a set that was removed has members")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.NOT_FOUND, error
