"""One check of the server by gRPC's own Python client: client.py TARGET STUBS CHECK."""
import os
import sys
import threading
import time

sys.path.insert(0, sys.argv[2])

import grpc
import echo_pb2
import echo_pb2_grpc
from google.protobuf import descriptor_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_health_stub import health_pb2, health_pb2_grpc
from grpc_reflection_stub import v1_pb2, v1_pb2_grpc, v1alpha_pb2, v1alpha_pb2_grpc

MIB = 1024 * 1024
OPTIONS = [("grpc.max_receive_message_length", 64 * MIB), ("grpc.max_send_message_length", 64 * MIB)]
channel = grpc.insecure_channel(sys.argv[1], options=OPTIONS)
echo = echo_pb2_grpc.EchoStub(channel)


def message(text="", payload=b""):
    return echo_pb2.EchoRequest(text=text, payload=payload)


def error_of(call):
    try:
        result = call()
        if hasattr(result, "__next__"):
            list(result)
    except grpc.RpcError as error:
        return error
    raise AssertionError("the call did not fail")


def cancelled(name):
    patience = time.monotonic() + 60
    while echo.Cancelled(echo_pb2.WaitRequest(name=name)).count == 0:
        assert time.monotonic() < patience, "the handler was never cancelled"
        time.sleep(0.02)


def unary():
    assert echo.Say(message("hällo")).text == "hällo"


def server_streaming():
    replies = list(echo.Repeat(echo_pb2.RepeatRequest(message=message("x"), times=5000)))
    assert len(replies) == 5000 and all(reply.text == "x" for reply in replies)


def client_streaming():
    reply = echo.Join(message(str(i)) for i in range(1000))
    assert reply.text == ",".join(str(i) for i in range(1000))


def duplex():
    replies = [reply.text for reply in echo.Chat(message(str(i)) for i in range(1000))]
    assert replies == [str(i) for i in range(1000)]


def ping_pong():
    turn = threading.Semaphore(1)

    def requests():
        for i in range(20):
            turn.acquire()
            yield message(str(i))

    count = 0
    for reply in echo.Chat(requests()):
        assert reply.text == str(count)
        count += 1
        turn.release()
    assert count == 20


def deadline():
    error = error_of(lambda: echo.Wait(echo_pb2.WaitRequest(name="py-deadline"), timeout=0.2))
    assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED, error
    cancelled("py-deadline")
    stream = error_of(lambda: echo.WaitStream(echo_pb2.WaitRequest(name="py-stream"), timeout=0.2))
    assert stream.code() == grpc.StatusCode.DEADLINE_EXCEEDED, stream


def cancellation():
    call = echo.WaitStream(echo_pb2.WaitRequest(name="py-cancel"))
    assert next(call).text == "waiting"
    call.cancel()
    assert call.code() == grpc.StatusCode.CANCELLED
    cancelled("py-cancel")


def sizes():
    payload = os.urandom(12 * MIB)
    assert echo.Say(message(payload=payload)).payload == payload
    error = error_of(lambda: echo.Say(message(payload=bytes(17 * MIB))))
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED, error
    unary()


def gzip():
    payload = b"abc" * 500000
    reply, call = echo.Say.with_call(message(payload=payload), compression=grpc.Compression.Gzip)
    assert reply.payload == payload
    replies = list(echo.Chat((message(payload=payload) for _ in range(5)), compression=grpc.Compression.Gzip))
    assert len(replies) == 5 and all(reply.payload == payload for reply in replies)


def metadata():
    sent = (("x-text", "a b"), ("x-bytes-bin", b"\x00\x01\xff"))
    reply, call = echo.Inspect.with_call(message(), metadata=sent)
    for received in (dict(call.initial_metadata()), dict(call.trailing_metadata())):
        assert received["x-text"] == "a b" and received["x-bytes-bin"] == b"\x00\x01\xff", received
    if sys.argv[1].startswith("unix:"):
        assert reply.has_credentials and reply.process_id == os.getpid() and reply.user_id == os.getuid(), reply


def errors():
    error = error_of(lambda: echo.Fail(message()))
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert error.details() == "100 % wröng\nsecond line", error.details()
    trailers = dict(error.trailing_metadata())
    assert trailers["x-cause"] == "test"
    status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
    assert status.code == 3 and status.message == error.details()
    request = error_details_pb2.BadRequest()
    assert status.details[0].Unpack(request)
    assert request.field_violations[0].field == "text"
    crash = error_of(lambda: echo.Crash(message()))
    assert crash.code() == grpc.StatusCode.INTERNAL and "secret" not in crash.details()
    nothing = channel.unary_unary("/gateway.rpc.tests.Echo/Nothing", lambda m: m, lambda m: m)
    assert error_of(lambda: nothing(b"")).code() == grpc.StatusCode.UNIMPLEMENTED
    garbage = channel.unary_unary("/gateway.rpc.tests.Echo/Say", lambda m: m, lambda m: m)
    assert error_of(lambda: garbage(b"\xff\xff\xff")).code() == grpc.StatusCode.INTERNAL


def health():
    stub = health_pb2_grpc.HealthStub(channel)
    assert stub.Check(health_pb2.HealthCheckRequest()).status == health_pb2.HealthCheckResponse.SERVING
    error = error_of(lambda: stub.Check(health_pb2.HealthCheckRequest(service="nobody")))
    assert error.code() == grpc.StatusCode.NOT_FOUND
    watch = stub.Watch(health_pb2.HealthCheckRequest(service="nobody"))
    assert next(watch).status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
    watch.cancel()


def reflection():
    for pb2, stubs in ((v1_pb2, v1_pb2_grpc), (v1alpha_pb2, v1alpha_pb2_grpc)):
        stub = stubs.ServerReflectionStub(channel)
        request = pb2.ServerReflectionRequest
        answers = list(stub.ServerReflectionInfo(iter([
            request(list_services=""),
            request(file_containing_symbol="gateway.rpc.tests.Echo"),
            request(file_by_filename="grpc/health/v1/health.proto"),
            request(file_by_filename="nothing.proto"),
        ])))
        names = [service.name for service in answers[0].list_services_response.service]
        assert "gateway.rpc.tests.Echo" in names and "grpc.health.v1.Health" in names, names
        files = [descriptor_pb2.FileDescriptorProto.FromString(file)
                 for file in answers[1].file_descriptor_response.file_descriptor_proto]
        assert files[0].name == "echo.proto" and len(files[0].service[0].method) == 10
        assert len(files) == 2
        assert len(answers[2].file_descriptor_response.file_descriptor_proto) == 1
        assert answers[3].error_response.error_code == 5


globals()[sys.argv[3]]()
print("passed", sys.argv[3])
