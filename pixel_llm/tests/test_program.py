import os
import shutil
import stat
import subprocess
import sys
import unittest

from pixel_llm.core import cartridge, daemon, png, shown, tokens
from pixel_llm.tests import ROOT
from pixel_llm.tests.cases import FolderCase
from pixel_llm.tests.fake_daemon import FakeDaemon, prediction, refusal

LAUNCHER = """#!/bin/sh
printf '%s\\n' "$0" "$@" >"$FAKE_LOG"
echo "what the engine says"
echo "what the engine warns of" >&2
exit 65
"""
NOTES = {"Software": "fake", "Executor": "abacus"}
OUTPUT_TOKEN = png.encode(2, 1, bytes((32, 0, 140, 101, 0, 115)), NOTES)
HEATMAP = png.encode(32, 1, bytes(96), NOTES)


class ProgramCase(FolderCase):
    """The program as pip installs it, a home with a launcher that says how it was called, and a current folder elsewhere."""

    def setUp(self):
        super().setUp()
        self.home = self.path("home")
        os.makedirs(os.path.join(self.home, "cartridges"))
        os.makedirs(self.path("here"))
        self.program = self.installed()
        self.launcher = os.path.join(self.home, "pixel-llm")
        self.make_launcher(self.launcher)
        self.cartridge = os.path.join(self.home, "cartridges", "default.pxi")
        os.symlink(os.path.join(ROOT, "cartridges", "default.pxi"), self.cartridge)
        self.environment = {"PATH": os.environ["PATH"], "PIXELLLM_HOME": self.home, "FAKE_LOG": self.path("log")}

    def make_launcher(self, path):
        with open(path, "w", encoding="utf-8") as file:
            file.write(LAUNCHER)
        os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)

    def installed(self):
        """The package alone."""
        target = self.path("site", "pixel_llm")
        for part in ("core", "programs"):
            shutil.copytree(
                os.path.join(ROOT, "pixel_llm", part), os.path.join(target, part), ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(os.path.join(ROOT, "pixel_llm", "__init__.py"), target)
        return os.path.join(target, "programs", "pixellm_infer_pure.py")

    def run_program(self, *words, folder="here"):
        return subprocess.run(
            [sys.executable, "-B", self.program, *words],
            cwd=self.path(folder), env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)

    def called(self):
        """How the launcher was called, or None."""
        try:
            with open(self.path("log"), encoding="utf-8") as file:
                return file.read().split("\n")[:-1]
        except FileNotFoundError:
            return None


class LauncherTest(ProgramCase):
    def test_what_the_engine_says_and_how_it_ends_goes_through(self):
        result = self.run_program("--input", "query.pxi")
        self.assertEqual(result.returncode, 65)
        self.assertEqual(result.stdout, b"what the engine says\n")
        self.assertEqual(result.stderr, b"what the engine warns of\n")
        self.assertEqual(self.called(), [self.launcher, "infer", "-o", "pixel_llm/outputs", "-i", "query.pxi"])

    def test_every_option_and_spelling_reaches_it(self):
        for words in (
                ["--cartridge", "m.pxi", "--verbose", "--output", "out", "--", "--text é"],
                ["-c", "m.pxi", "-v", "-o", "out", "--", "--text é"],
                ["--cartridge=m.pxi", "--verbose", "--output=out", "--", "--text é"]):
            self.run_program(*words)
            self.assertEqual(
                self.called(), [self.launcher, "infer", "-o", "out", "-c", "m.pxi", "-v", "--", "--text é"])

    def test_standard_input_is_left_to_it(self):
        self.run_program("-")
        self.assertEqual(self.called()[-2:], ["--", "-"])

    def test_wrong_words_are_a_usage_error(self):
        for words, message in (
                ([], "Give either a text or --input FILE."),
                (["a", "-i", "b.pxi"], "Give either a text or --input FILE."),
                (["a", "b"], "Give one text: put it in quotes."),
                (["--top", "5", "a"], "There is no option --top."),
                (["-x", "a"], "There is no option -x."),
                (["--input"], "--input needs a value.")):
            result = self.run_program(*words)
            self.assertEqual(result.returncode, 2, words)
            self.assertTrue(result.stderr.decode().startswith(message + "\n"), result.stderr)
        self.assertIsNone(self.called())

    def test_help_is_shown(self):
        result = self.run_program("--help")
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertIn(b"usage: pixellm_infer_pure.py", result.stdout)

    def test_it_needs_neither_numpy_nor_pillow(self):
        code = ("import sys; sys.modules.update(numpy=None, PIL=None);"
                "import pixel_llm.programs.pixellm_infer_pure as p; sys.exit(p.main(['text']))")
        result = subprocess.run(
            [sys.executable, "-B", "-c", code],
            cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        self.assertEqual((result.returncode, result.stdout), (65, b"what the engine says\n"))


class OutputsTest(ProgramCase):
    """Where the images go, whoever answers."""

    def outputs_of(self, folder):
        self.run_program("a", folder=folder)
        return self.called()[3]

    def test_in_a_checkout_they_go_where_the_original_puts_them(self):
        self.make_launcher(self.path("site", "pixel-llm"))
        theirs = os.path.join(os.path.realpath(self.path("site")), "pixel_llm", "outputs")
        self.assertEqual(self.outputs_of("here"), theirs)
        os.makedirs(self.path("site", "deep"))
        self.assertEqual(self.outputs_of("site/deep"), theirs)
        self.assertEqual(self.outputs_of("site"), "pixel_llm/outputs")

    def test_a_link_to_the_program_leads_to_its_checkout(self):
        self.make_launcher(self.path("site", "pixel-llm"))
        os.symlink(self.program, self.path("here", "infer"))
        self.program = self.path("here", "infer")
        self.assertEqual(
            self.outputs_of("here"), os.path.join(os.path.realpath(self.path("site")), "pixel_llm", "outputs"))

    def test_elsewhere_they_go_below_the_current_folder(self):
        self.assertEqual(self.outputs_of("here"), "pixel_llm/outputs")

    def test_an_answer_of_the_daemon_goes_there_too(self):
        self.make_launcher(self.path("site", "pixel-llm"))
        os.makedirs(self.path("daemon"))
        fake = FakeDaemon(
            self.path("daemon"), self.cartridge, lambda header, body: prediction(OUTPUT_TOKEN, HEATMAP))
        self.addCleanup(fake.close)
        self.environment[daemon.VARIABLE] = fake.file
        result = self.run_program("a")
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertEqual(
            self.bytes_of(self.path("site", "pixel_llm", "outputs", "output_token.pxi")), OUTPUT_TOKEN)
        self.assertFalse(os.path.exists(self.path("here", "pixel_llm")))


class HomeTest(ProgramCase):
    def test_a_home_without_a_launcher_is_named(self):
        self.environment["PIXELLLM_HOME"] = self.path("here")
        result = self.run_program("a")
        self.assertEqual(result.returncode, 69)
        self.assertIn(f"PIXELLLM_HOME is {self.path('here')}, but there is no".encode(), result.stderr)

    def test_the_checkout_that_holds_the_package_is_next(self):
        del self.environment["PIXELLLM_HOME"]
        self.make_launcher(self.path("site", "pixel-llm"))
        self.run_program("a")
        self.assertEqual(self.called()[0], self.path("site", "pixel-llm"))

    def test_the_path_is_last(self):
        del self.environment["PIXELLLM_HOME"]
        self.environment["PATH"] = self.home + os.pathsep + self.environment["PATH"]
        self.run_program("a")
        self.assertEqual(self.called()[0], self.launcher)

    def test_nowhere_says_where_it_was_looked_for(self):
        del self.environment["PIXELLLM_HOME"]
        result = self.run_program("a")
        self.assertEqual(result.returncode, 69)
        for word in ("The engine was not found", "PIXELLLM_HOME is not set", self.path("site"), "PATH"):
            self.assertIn(word.encode(), result.stderr)


class DaemonTest(ProgramCase):
    def start(self, answers=lambda header, body: prediction(OUTPUT_TOKEN, HEATMAP), cartridge=None):
        os.makedirs(self.path("daemon"))
        fake = FakeDaemon(self.path("daemon"), cartridge or self.cartridge, answers)
        self.addCleanup(fake.close)
        self.environment[daemon.VARIABLE] = fake.file
        return fake

    def outputs(self, *names):
        return self.path("here", "pixel_llm", "outputs", *names)

    def test_a_text_is_answered_without_the_launcher(self):
        fake = self.start(lambda header, body: prediction(OUTPUT_TOKEN, HEATMAP, "A note.\n"))
        result = self.run_program("pxOS é")
        self.assertEqual((result.returncode, result.stderr), (0, b"A note.\n"))
        self.assertIsNone(self.called())
        [(header, body)] = fake.requests
        self.assertEqual(header, f"pixel-llm/1 predict top=5 length={len(body)}")
        self.assertEqual(body, tokens.encode([112, 120, 79, 83, 32, 233]))
        self.assertEqual(self.bytes_of(self.outputs("output_token.pxi")), OUTPUT_TOKEN)
        self.assertEqual(self.bytes_of(self.outputs("logits_heatmap.pxi")), HEATMAP)
        written = png.decode(self.bytes_of(self.outputs("input_tokens.pxi")), "input_tokens.pxi")
        self.assertEqual((tokens.decode(written, written.rgb_as_stored())[:2], written.text), ([112, 120], NOTES))
        lines = result.stdout.decode().split("\n")
        self.assertEqual(lines[0], "  1  ' '       54.9 %  ██████████████████████")
        self.assertEqual(lines[2:6], [""] + [
            os.path.join("pixel_llm", "outputs", name + ".pxi")
            for name in ("input_tokens", "output_token", "logits_heatmap")])
        self.assertRegex(lines[6], r"^abacus executor, \d+\.\d ms$")

    def test_a_token_image_is_sent_as_it_is(self):
        image = tokens.encode([1, 2, 3])
        with open(self.path("here", "query.pxi"), "wb") as file:
            file.write(image)
        fake = self.start()
        result = self.run_program("--input", "query.pxi", "--output", "out")
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertEqual([body for _, body in fake.requests], [image])
        self.assertEqual(sorted(os.listdir(self.path("here", "out"))), ["logits_heatmap.pxi", "output_token.pxi"])

    def test_a_refusal_goes_through_with_the_files_name(self):
        with open(self.path("here", "query.pxi"), "wb") as file:
            file.write(b"<html>")
        self.start(lambda header, body: refusal(65, "pixel-llm: <input>: byte 0: expected a PNG image"))
        result = self.run_program("--input", "query.pxi")
        self.assertEqual(result.returncode, 65)
        self.assertEqual(result.stderr, b"pixel-llm: query.pxi: byte 0: expected a PNG image\n")
        self.assertEqual(os.listdir(self.path("here")), ["query.pxi"])
        self.assertIsNone(self.called())

    def test_a_full_queue_ends_with_its_code(self):
        self.start(lambda header, body: refusal(75, "pixel-llm: The queue is full. Try again."))
        result = self.run_program("a")
        self.assertEqual((result.returncode, result.stderr), (75, b"pixel-llm: The queue is full. Try again.\n"))

    def test_its_own_cartridge_named_otherwise_is_its_own(self):
        os.symlink(self.cartridge, self.path("here", "link.pxi"))
        with open(self.path("here", "query.pxi"), "wb") as file:
            file.write(tokens.encode([1]))
        self.start()
        self.assertEqual(self.run_program("-i", "query.pxi", "-c", "link.pxi").returncode, 0)
        self.assertIsNone(self.called())

    def test_the_launcher_answers_where_the_daemon_cannot(self):
        fake = self.start()
        other = self.put(b"other model", "other.pxi")
        for words in (["-c", other, "a"], ["-"], [""], ["-i", "none.pxi"], ["-i", "."]):
            result = self.run_program(*words)
            self.assertEqual((result.returncode, result.stderr), (65, b"what the engine warns of\n"), words)
        self.assertEqual(fake.requests, [])

    def test_a_model_with_words_of_its_own_gets_token_images_and_no_texts(self):
        golden = os.path.join(ROOT, "cartridges", "golden.pxi")
        fake = self.start(cartridge=golden)
        self.assertEqual(self.run_program("-c", golden, "a").returncode, 65)
        image = os.path.join(ROOT, "conformance", "golden", "a.pxi")
        result = self.run_program("-c", golden, "-i", image)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual([body for _, body in fake.requests], [self.bytes_of(image)])
        self.assertIn("'#101'", result.stdout.decode())

    def test_the_launcher_answers_where_the_daemon_has_another_model(self):
        self.start(cartridge=self.put(b"other model", "other.pxi"))
        self.assertEqual(self.run_program("a").returncode, 65)

    def test_the_launcher_answers_where_the_daemon_does_not(self):
        broken = png.encode(1, 1, bytes(3))[:-1]
        for i, answer in enumerate((None, b"pixel-llm/2 ok\n", prediction(broken, HEATMAP), prediction(OUTPUT_TOKEN, b""))):
            os.rename(self.path("daemon"), self.path(f"daemon-{i}")) if i else None
            fake = self.start(lambda header, body, answer=answer: answer)
            result = self.run_program("a")
            self.assertEqual((result.returncode, result.stderr), (65, b"what the engine warns of\n"), answer)
            self.assertEqual(len(fake.requests), 1)
        fake.close()
        self.assertEqual(self.run_program("a").returncode, 65)
        self.assertFalse(os.path.exists(self.outputs()))

    def test_a_place_that_cannot_be_written_is_named(self):
        self.put(b"", "here/file")
        self.start()
        result = self.run_program("a", "-o", "file")
        self.assertEqual(result.returncode, 73)
        self.assertIn(b"file/input_tokens.pxi: cannot be written: a file is where its path needs a folder", result.stderr)

    def test_it_says_more_where_it_is_asked(self):
        self.start()
        result = self.run_program("-v", "a")
        self.assertIn(b"Answered by the daemon, process", result.stderr)

    def test_a_locale_without_unicode_changes_nothing(self):
        self.start()
        self.environment["LC_ALL"] = "C"
        self.environment["PYTHONIOENCODING"] = "ascii"
        result = self.run_program("é")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("█".encode(), result.stdout)


class CartridgeTest(FolderCase):
    def test_the_shipped_model_reads_the_protocols_characters(self):
        self.assertEqual(cartridge.characters(os.path.join(ROOT, "cartridges", "default.pxi")), tokens.VOCABULARY)

    def test_the_golden_one_has_words_of_its_own(self):
        self.assertIsNone(cartridge.characters(os.path.join(ROOT, "cartridges", "golden.pxi")))

    def test_what_is_no_cartridge_says_nothing(self):
        for path in (self.put(b""), self.put(bytes(100_000)), self.put(tokens.encode([1])), self.path("none"), self.folder):
            self.assertIsNone(cartridge.characters(path))


class ShownTest(unittest.TestCase):
    def test_tokens_are_shown_as_the_command_shows_them(self):
        for token, expected in (
                (65, "'A'"), (10, "'\\n'"), (7, "'\\x07'"), (127, "'\\x7F'"), (233, "'é'"), (0x301, "'\\u0301'"),
                (160, "'\\u00A0'"), (1023, "'Ͽ'"), (1024, "'#1024'")):
            self.assertEqual(shown.prediction([token], [0])[0].split("  ")[2].strip(), expected)

    def test_bars_are_as_long_as_the_share(self):
        self.assertEqual(
            shown.prediction([65, 66, 67], [255, 128, 0]),
            ["  1  'A'      100.0 %  " + "█" * 40, "  2  'B'       50.2 %  " + "█" * 20 + "▏", "  3  'C'        0.0 %  "])

    def test_a_picture_has_two_rows_in_a_line(self):
        self.assertEqual(
            shown.picture(1, bytes(range(9))),
            ["\033[38;2;0;1;2m\033[48;2;3;4;5m▀\033[0m", "\033[38;2;6;7;8m\033[48;2;0;0;0m▀\033[0m"])


if __name__ == "__main__":
    unittest.main()
