"""Who may do what, with Python's own gRPC. Arguments: target, directory of the stubs, directory of certificates, and "tcp" or
the role that a caller by the Unix socket has."""
import socket
import ssl
import sys

sys.path.insert(0, sys.argv[2])

import google  # noqa: E402

google.__path__.append(sys.argv[2] + "/google")

import grpc  # noqa: E402
from gateway.v1 import policy_pb2 as pb, policy_pb2_grpc, port_pb2, port_pb2_grpc, system_pb2, system_pb2_grpc  # noqa: E402
from google.rpc import error_details_pb2, status_pb2  # noqa: E402

TARGET, CERTS, MODE = sys.argv[1], sys.argv[3], sys.argv[4]
Code = grpc.StatusCode
WAIT = 60


class Client:
    def __init__(self, name=None, ca="ca"):
        if MODE == "tcp":
            def read(file):
                with open(f"{CERTS}/{file}", "rb") as content:
                    return content.read()

            credentials = grpc.ssl_channel_credentials(
                read(f"{ca}.pem"), read(f"{name}.key") if name else None, read(f"{name}.pem") if name else None)
            self.channel = grpc.secure_channel(TARGET, credentials, [("grpc.ssl_target_name_override", "gateway.test")])
        else:
            self.channel = grpc.insecure_channel(f"unix:{TARGET}")
        self.policies = policy_pb2_grpc.PolicyServiceStub(self.channel)
        self.ports = port_pb2_grpc.PortServiceStub(self.channel)
        self.system = system_pb2_grpc.SystemServiceStub(self.channel)

    def status(self, wait=WAIT):
        return self.system.Status(system_pb2.StatusRequest(), timeout=wait)

    def clear(self):
        return self.policies.Clear(pb.ClearPolicyRequest(), timeout=WAIT)

    def detach(self, nic="nowhere"):
        return self.ports.Detach(port_pb2.DetachPortRequest(nic=nic), timeout=WAIT)

    def refusals(self):
        return {refusal.reason: refusal.count for refusal in self.status().refusals}


def fails(code, call):
    try:
        answer = call()
    except grpc.RpcError as error:
        assert error.code() == code, error
        return error
    raise AssertionError(f"expected {code}, got {answer}")


def reason(error):
    details = [value for key, value in error.trailing_metadata() if key == "grpc-status-details-bin"]
    info = error_details_pb2.ErrorInfo()
    assert status_pb2.Status.FromString(details[0]).details[0].Unpack(info), error
    return info.reason, info.metadata["required_role"], info.metadata["role"]


def of_role(client, role):
    """Each role may do its own things and not those of the next."""
    assert client.status().role == role, client.status()
    if role == "viewer":
        denied = fails(Code.PERMISSION_DENIED, client.clear)
        assert reason(denied) == ("ROLE_TOO_LOW", "operator", "viewer"), denied
        assert "needs the role operator" in denied.details() and "has the role viewer" in denied.details(), denied
    else:
        client.clear()
    if role == "admin":
        fails(Code.NOT_FOUND, client.detach)
    else:
        assert reason(fails(Code.PERMISSION_DENIED, client.detach)) == ("ROLE_TOO_LOW", "admin", role)


def stranger(client):
    denied = fails(Code.PERMISSION_DENIED, client.status)
    assert reason(denied) == ("NO_ROLE", "viewer", "none") and "has none" in denied.details(), denied


def raw(data):
    """Bytes on the port, until the server ends the connection."""
    with socket.create_connection(TARGET.split(":"), timeout=WAIT) as connection:
        converse(connection, data)


def converse(connection, data):
    try:
        connection.sendall(data)
        if not isinstance(connection, ssl.SSLSocket):
            connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass
    except TimeoutError:
        raise
    except OSError:
        pass


def tcp():
    viewer, operator, admin = Client("viewer"), Client("operator"), Client("admin")
    for client, role in ((viewer, "viewer"), (operator, "operator"), (admin, "admin")):
        of_role(client, role)
    assert operator.status().caller == "spiffe://example.net/noc/alice", operator.status()
    stranger(Client("stranger"))

    # Connections that are refused, each for its reason.
    before = admin.refusals()
    for name, why in (("foreign", "UNTRUSTED_CERTIFICATE"), (None, "NO_CERTIFICATE"), ("expired", "EXPIRED_CERTIFICATE"), ("server", "INVALID_CERTIFICATE")):
        error = fails(Code.UNAVAILABLE, lambda: Client(name).status(wait=10))
        print(why, error.details())
        assert admin.refusals()[why] > before[why], (why, admin.refusals())
    fails(Code.UNAVAILABLE, lambda: Client("admin", ca="other").status(wait=10))

    # What is no TLS, and TLS that is too old or no gRPC.
    before = admin.refusals()["HANDSHAKE_FAILED"]
    for data in (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9), b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"\xa5" * 70000, bytes(range(256)) * 64, b""):
        raw(data)
    context = ssl.create_default_context(cafile=f"{CERTS}/ca.pem")
    context.load_cert_chain(f"{CERTS}/viewer.pem", f"{CERTS}/viewer.key")
    context.set_alpn_protocols(["h2"])
    with socket.create_connection(TARGET.split(":"), timeout=WAIT) as plain, context.wrap_socket(plain, server_hostname="gateway.test") as tls:
        converse(tls, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 4096)
    assert admin.refusals()["HANDSHAKE_FAILED"] >= before + 4, admin.refusals()

    # Messages over the limits: small ones, and those with a policy.
    fails(Code.RESOURCE_EXHAUSTED, lambda: admin.detach("x" * 70000))
    big = pb.ApplyPolicyRequest(source=pb.PolicySource(yaml="#" * (2 << 20)))
    fails(Code.RESOURCE_EXHAUSTED, lambda: operator.policies.Apply(big, timeout=WAIT))
    big.source.yaml = "#" * (1 << 19)
    fails(Code.INVALID_ARGUMENT, lambda: operator.policies.Apply(big, timeout=WAIT))

    # Deadline and cancellation of a stream.
    watch = viewer.policies.Watch(pb.WatchPolicyRequest(), timeout=1)
    next(watch)
    fails(Code.DEADLINE_EXCEEDED, lambda: next(watch))
    watch = viewer.policies.Watch(pb.WatchPolicyRequest())
    next(watch)
    watch.cancel()
    fails(Code.CANCELLED, lambda: next(watch))
    of_role(viewer, "viewer")


if MODE == "tcp":
    tcp()
elif MODE == "none":
    stranger(Client())
else:
    of_role(Client(), MODE)
