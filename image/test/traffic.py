"""Ends of a Multipath TCP connection: traffic.py serve ADDRESS PORT | send ADDRESS PORT SECONDS"""
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time

MPTCP = 262


def answer(connection):
    """Takes everything, and says what it was."""
    digest, count = hashlib.sha256(), 0
    while data := connection.recv(1 << 18):
        digest.update(data)
        count += len(data)
    connection.sendall(f"{count} {digest.hexdigest()}".encode())
    connection.close()


def serve(to):
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, MPTCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(to)
    listener.listen()
    print("listening", flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


def bytes_sent(to):
    """What each subflow has sent, by its local address."""
    lines = subprocess.run(["ss", "-Htin", "state", "established", "dst", f"{to[0]}:{to[1]}"], capture_output=True, text=True, check=True).stdout
    sent, address = {}, None
    for line in lines.splitlines():
        if not line[:1].isspace():
            address = line.split()[2].rsplit(":", 1)[0].split("%")[0]
        elif address:
            found = re.search(r"bytes_sent:(\d+)", line)
            sent[address] = int(found[1]) if found else 0
    return sent


def send(to, seconds):
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM, MPTCP)
    connection.settimeout(60)
    connection.connect(to)
    block, digest, count, begin = os.urandom(1 << 16), hashlib.sha256(), 0, None
    # The second subflow, and what the gateway says about it, take some packets to come.
    start = time.monotonic()
    while (now := time.monotonic()) < start + seconds:
        if begin is None and now > start + 2:
            begin = bytes_sent(to)
        connection.sendall(block)
        digest.update(block)
        count += len(block)
    end = bytes_sent(to)
    connection.shutdown(socket.SHUT_WR)
    arrived = connection.recv(200).decode()
    if arrived != f"{count} {digest.hexdigest()}":
        sys.exit(f"sent {count} bytes, {digest.hexdigest()}; arrived {arrived}")
    print(json.dumps({"sent": count, "subflows": {address: value - begin.get(address, 0) for address, value in end.items()}}))


if sys.argv[1] == "serve":
    serve((sys.argv[2], int(sys.argv[3])))
else:
    send((sys.argv[2], int(sys.argv[3])), float(sys.argv[4]))
