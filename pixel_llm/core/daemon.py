"""Asks an engine that is kept alive behind a Unix-domain socket; docs/daemon.md has what both sides say.

Whoever finds no daemon, or one that does not answer in time, starts the engine instead: all that can go wrong here but
the engine's own refusal gives None.
"""

import os
import stat
import time

VARIABLE = "PIXELLLM_DAEMON"
OFF = "off"
AUTO = "auto"  # as if it were not set: what starts a daemon is the command that runs where there is none
GREETING = "pixel-llm/1"
INPUT = "<input>"  # what a refusal calls the image that was sent
CONNECT_SECONDS = 2
ANSWER_SECONDS = 60
MAX_AGREEMENT_BYTES = 16_384
MAX_HEADER_BYTES = 1024
MAX_PART_BYTES = 16 << 20


class Refusal(Exception):
    """The engine refuses the request; code is the exit code that the command would have had."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Daemon:
    """Where one answers: its socket, its process, and the real path of the cartridge that it holds."""

    def __init__(self, socket, process, cartridge):
        self.socket = socket
        self.process = process
        self.cartridge = cartridge


def find(home):
    """The daemon of the checkout at home, or of the file that PIXELLLM_DAEMON names; None where there is none or none is
    wanted."""
    file = os.environ.get(VARIABLE)
    if file == OFF:
        return None
    if not file or file == AUTO:
        file = os.path.join(home, "cli", "target", "daemon")
    try:
        with open(_open_own(file), encoding="utf-8") as agreement:
            lines = agreement.read(MAX_AGREEMENT_BYTES).split("\n")
        return Daemon(lines[0], int(lines[1]), lines[2])
    except (OSError, ValueError, IndexError):
        return None


def _open_own(file):
    """Opens a regular file that this user owns and nobody else can write: in a shared folder anybody may leave one."""
    # Not to wait for a pipe, nor to follow another user's link.
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or not _is_own(status):
            raise PermissionError(f"{file} is not this user's alone")
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _is_own(status):
    user = getattr(os, "geteuid", lambda: status.st_uid)()
    return status.st_uid == user and not status.st_mode & 0o022


def predict(daemon, image, top):
    """Asks for a prediction.

    image   a token image, as bytes
    top     how many tokens the prediction names
    Returns output_token and logits_heatmap as bytes, and what the command would say on stderr; or None.
    Raises Refusal.
    """
    parts = _ask(daemon, f"predict top={top}", image)
    try:
        return parts["output_token"], parts["logits_heatmap"], parts["notes"].decode()
    except (TypeError, KeyError, UnicodeDecodeError):
        return None


def status(daemon):
    """What the daemon says of itself, as JSON, or None."""
    parts = _ask(daemon, "status", b"")
    try:
        return parts["status"].decode()
    except (TypeError, KeyError, UnicodeDecodeError):
        return None


def _ask(daemon, request, body):
    """One request on a connection of its own: the parts of the answer by name, or None."""
    try:
        connection = _connect(daemon.socket)
    except (OSError, AttributeError, ValueError):
        return None  # nobody listens, or this system has no such sockets
    try:
        connection.settimeout(ANSWER_SECONDS)
        try:
            connection.sendall(f"{GREETING} {request} length={len(body)}\n".encode() + body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # one that has no room says so before it reads, and hangs up
        return _Answer(connection).parts()
    except (OSError, ValueError):
        return None
    finally:
        connection.close()


def _connect(path):
    try:
        # What the module socket is made of. Around it socket loads much that is of no use here.
        import _socket as sockets
    except ImportError:
        import socket as sockets
    if not _is_own(os.lstat(path)):
        raise PermissionError(f"{path} is not this user's socket")
    connection = sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM)
    try:
        connection.settimeout(CONNECT_SECONDS)
        connection.connect(path)
    except BaseException:
        connection.close()
        raise
    return connection


class _Answer:
    """Reads one answer; a peer that says something else raises ValueError, one that hangs up or is late OSError."""

    def __init__(self, connection):
        self.connection = connection
        self.deadline = time.monotonic() + ANSWER_SECONDS
        self.received = bytearray()

    def parts(self):
        words = self.header().split(" ")
        if len(words) < 2 or words[0] != GREETING or words[1] not in ("ok", "error"):
            raise ValueError("not an answer of a daemon of this version")
        fields = dict(word.split("=", 1) for word in words[2:])
        if words[1] == "error":
            message = self.take(int(fields["message"]) if "message" in fields else 0)
            raise Refusal(int(fields.get("code", "70")), message.decode("utf-8", "replace"))
        return {name: self.take(int(length)) for name, length in fields.items()}

    def header(self):
        while b"\n" not in self.received[:MAX_HEADER_BYTES]:
            if len(self.received) >= MAX_HEADER_BYTES:
                raise ValueError("a header without an end")
            self.receive()
        header, _, rest = self.received.partition(b"\n")
        self.received = rest
        return header.decode()

    def take(self, length):
        if not 0 <= length <= MAX_PART_BYTES:
            raise ValueError("a part over the limit")
        while len(self.received) < length:
            self.receive()
        part = bytes(self.received[:length])
        del self.received[:length]
        return part

    def receive(self):
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        self.connection.settimeout(left)
        some = self.connection.recv(1 << 16)
        if not some:
            raise ConnectionError("the daemon hung up")
        self.received += some
