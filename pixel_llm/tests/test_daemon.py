import os
import threading
import unittest

from pixel_llm.core import daemon
from pixel_llm.tests.cases import FolderCase
from pixel_llm.tests.fake_daemon import FakeDaemon, prediction, refusal


class DaemonTest(FolderCase):
    def setUp(self):
        super().setUp()
        known = os.environ.pop(daemon.VARIABLE, None)
        if known is not None:
            self.addCleanup(os.environ.__setitem__, daemon.VARIABLE, known)
        self.addCleanup(os.environ.pop, daemon.VARIABLE, None)

    def start(self, answers):
        fake = FakeDaemon(self.folder, self.put(b"model", "model.pxi"), answers)
        self.addCleanup(fake.close)
        os.environ[daemon.VARIABLE] = fake.file
        return fake, daemon.find("/nowhere")

    def answered(self, answer):
        _, running = self.start(lambda header, body: answer)
        return daemon.predict(running, b"image", 5)

    def test_a_prediction_is_asked_for_and_given(self):
        fake, running = self.start(lambda header, body: prediction(b"token", b"heat", "A note: é.\n"))
        self.assertEqual(running.cartridge, os.path.realpath(self.path("model.pxi")))
        self.assertEqual(running.process, os.getpid())
        self.assertEqual(daemon.predict(running, b"image", 7), (b"token", b"heat", "A note: é.\n"))
        self.assertEqual(fake.requests, [("pixel-llm/1 predict top=7 length=5", b"image")])

    def test_large_parts_arrive_whole(self):
        token, heat = bytes(300_000), b"h" * 500_000
        self.assertEqual(self.answered(prediction(token, heat)), (token, heat, ""))

    def test_a_status_is_given(self):
        fake, running = self.start(lambda header, body: b"pixel-llm/1 ok status=8\n{\"a\": 1}")
        self.assertEqual(daemon.status(running), "{\"a\": 1}")
        self.assertEqual(fake.requests, [("pixel-llm/1 status length=0", b"")])

    def test_a_refusal_has_its_code_and_words(self):
        with self.assertRaises(daemon.Refusal) as refused:
            self.answered(refusal(75, "The queue is full: é."))
        self.assertEqual((refused.exception.code, str(refused.exception)), (75, "The queue is full: é."))

    def test_one_that_is_full_says_so_without_reading(self):
        fake = FakeDaemon(self.folder, self.put(b"model"), None, refusal(75, "Busy."))
        self.addCleanup(fake.close)
        running = daemon.Daemon(self.path("socket"), 1, "model")
        for body in (b"image", bytes(1 << 20)):
            with self.assertRaises(daemon.Refusal) as refused:
                daemon.predict(running, body, 5)
            self.assertEqual((refused.exception.code, str(refused.exception)), (75, "Busy."))

    def test_none_is_found_where_none_is_wanted(self):
        fake, _ = self.start(lambda header, body: prediction(b"token", b"heat", ""))
        os.makedirs(self.path("cli", "target"))
        os.rename(fake.file, self.path("cli", "target", "daemon"))
        os.environ[daemon.VARIABLE] = "auto"
        self.assertIsNotNone(daemon.find(self.folder))
        os.environ[daemon.VARIABLE] = "off"
        self.assertIsNone(daemon.find(self.folder))

    def test_its_file_is_the_checkouts_where_no_other_is_named(self):
        os.makedirs(self.path("cli", "target"))
        with open(self.path("cli", "target", "daemon"), "w", encoding="utf-8") as file:
            file.write("/tmp/socket\n12\n/models/é.pxi\n")
        found = daemon.find(self.folder)
        self.assertEqual((found.socket, found.process, found.cartridge), ("/tmp/socket", 12, "/models/é.pxi"))

    def test_no_file_or_another_one_is_no_daemon(self):
        self.assertIsNone(daemon.find(self.folder))
        for text in (b"", b"/tmp/socket\n", b"/tmp/socket\nnone\n/model\n", b"\xff\xfe\n1\n2\n"):
            os.environ[daemon.VARIABLE] = self.put(text, "daemon")
            self.assertIsNone(daemon.find(self.folder), text)

    def test_what_others_could_have_written_is_not_believed(self):
        fake, running = self.start(lambda header, body: prediction(b"token", b"heat", ""))
        os.environ[daemon.VARIABLE] = fake.file
        self.assertIsNotNone(daemon.find(self.folder))
        for mode in (0o620, 0o602):
            os.chmod(fake.file, mode)
            self.assertIsNone(daemon.find(self.folder))
        os.chmod(fake.file, 0o600)
        os.chmod(running.socket, 0o602)
        self.assertIsNone(daemon.predict(running, b"image", 5))
        os.chmod(running.socket, 0o600)
        self.assertIsNotNone(daemon.predict(running, b"image", 5))
        os.symlink(fake.file, self.path("link"))
        os.environ[daemon.VARIABLE] = self.path("link")
        self.assertIsNone(daemon.find(self.folder))
        os.mkfifo(self.path("pipe"))
        os.environ[daemon.VARIABLE] = self.path("pipe")
        self.assertIsNone(daemon.find(self.folder))
        if os.geteuid() == 0:
            os.environ[daemon.VARIABLE] = fake.file
            os.chown(fake.file, 12345, -1)
            self.assertIsNone(daemon.find(self.folder))
            os.chown(running.socket, 12345, -1)
            self.assertIsNone(daemon.predict(running, b"image", 5))

    def test_a_socket_that_nobody_answers_gives_nothing(self):
        gone = daemon.Daemon(self.path("none"), 1, "model")
        self.assertIsNone(daemon.predict(gone, b"image", 5))
        too_long = daemon.Daemon(self.path("n" * 200), 1, "model")
        self.assertIsNone(daemon.predict(too_long, b"image", 5))
        fake, running = self.start(lambda header, body: None)
        fake.close()
        self.assertIsNone(daemon.predict(running, b"image", 5))
        self.assertIsNone(daemon.status(running))

    def test_one_that_hangs_up_halfway_gives_nothing(self):
        whole = prediction(b"token", b"heat", "note")
        for length in range(len(whole)):
            with self.subTest(length=length):
                self.folder_of_its_own()
                self.assertIsNone(self.answered(whole[:length]))

    def test_one_that_says_something_else_gives_nothing(self):
        for answer in (
                b"HTTP/1.1 200 OK\r\n\r\n",
                b"pixel-llm/2 ok output_token=0 logits_heatmap=0 notes=0\n",
                b"pixel-llm/1 ok output_token=x logits_heatmap=0 notes=0\n",
                b"pixel-llm/1 ok output_token=-1 logits_heatmap=0 notes=0\n",
                b"pixel-llm/1 ok output_token=99999999 logits_heatmap=0 notes=0\n",
                b"pixel-llm/1 ok output_token\n",
                b"pixel-llm/1 ok\n",
                b"pixel-llm/1 ok output_token=0 logits_heatmap=0 notes=1\n\xff",
                b"\xff\xff\n",
                b"\n",
                b"x" * 5000):
            with self.subTest(answer=answer):
                self.folder_of_its_own()
                self.assertIsNone(self.answered(answer))

    def test_one_that_never_answers_is_given_up(self):
        self.addCleanup(setattr, daemon, "ANSWER_SECONDS", daemon.ANSWER_SECONDS)
        daemon.ANSWER_SECONDS = 0.05
        given_up = threading.Event()

        def never(header, body):
            given_up.wait(10)

        _, running = self.start(never)
        self.addCleanup(given_up.set)
        self.assertIsNone(daemon.predict(running, b"image", 5))

    def folder_of_its_own(self):
        super().setUp()


if __name__ == "__main__":
    unittest.main()
