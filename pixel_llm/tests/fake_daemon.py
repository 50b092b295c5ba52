"""A daemon of a few lines, which answers what a test says, byte by byte if need be."""

import os
import socket
import threading


class FakeDaemon:
    """Listens in a folder; answers(header, body) gives the bytes to send back, or None to hang up.

    full   bytes to send to whoever comes, before anything is read, and then to hang up
    """

    def __init__(self, folder, cartridge, answers, full=b""):
        self.file = os.path.join(folder, "daemon")
        self.requests = []
        self.answers = answers
        self.full = full
        path = os.path.join(folder, "socket")
        self.listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listening.bind(path)
        os.chmod(path, 0o600)
        self.listening.listen()
        with open(self.file, "w", encoding="utf-8") as file:
            os.chmod(self.file, 0o600)
            file.write(f"{path}\n{os.getpid()}\n{os.path.realpath(cartridge)}\n")
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                if self.full:
                    connection.sendall(self.full)
                    continue
                header = stream.readline().decode().rstrip("\n")
                body = stream.read(int(header.rpartition("length=")[2]))
                self.requests.append((header, body))
                answer = self.answers(header, body)
                if answer is not None:
                    connection.sendall(answer)

    def close(self):
        if self.thread.is_alive():
            # A shutdown wakes the thread that waits; closing alone would not.
            self.listening.shutdown(socket.SHUT_RDWR)
            self.thread.join(10)
        self.listening.close()


def prediction(output_token, logits_heatmap, notes=""):
    """The bytes of an answer to predict."""
    said = notes.encode()
    header = f"pixel-llm/1 ok output_token={len(output_token)} logits_heatmap={len(logits_heatmap)} notes={len(said)}\n"
    return header.encode() + output_token + logits_heatmap + said


def refusal(code, message):
    """The bytes of an error."""
    said = message.encode()
    return f"pixel-llm/1 error code={code} message={len(said)}\n".encode() + said
