"""The program pixellm_infer_pure: answers a text or a token image with the engine of Pixel-LLM.

A call that a daemon answers should cost what starting Python costs, so nothing large is loaded for it.
"""

import os
import sys
import time

from pixel_llm.core import cartridge, daemon, engine, files, png, shown, tokens
from pixel_llm.core.errors import PxiError

USAGE = """\
usage: pixellm_infer_pure.py [OPTIONS] TEXT
       pixellm_infer_pure.py [OPTIONS] --input FILE

Predicts the next token of a text or of a token image. Text - is standard input.

  -i, --input FILE      a token image
  -o, --output DIR      where the images go; default: pixel_llm/outputs in the checkout that holds this program, or,
                        where it is installed without one, under the current folder
  -c, --cartridge FILE  the model; default: the shipped cartridge
  -v, --verbose         say what is done and why
  -h, --help            show this help

Exit codes: 0 done, 2 usage, 65 bad data, 66 missing input, 69 no engine, 70 internal error, 73 cannot write,
75 a daemon that is busy."""

OUTPUT = os.path.join("pixel_llm", "outputs")
TOP = 5

USAGE_ERROR = 2
NO_ENGINE = 69
CANNOT_WRITE = 73

NAMES = {"-i": "input", "-o": "output", "-c": "cartridge", "-v": "verbose", "-h": "help"}


def outputs(options):
    """Where the images go: where callers of the original find them, wherever it is called from."""
    if options.output is not None:
        return options.output
    checkout = engine.checkout()
    if checkout is None or os.path.samefile(checkout, os.curdir):
        return OUTPUT
    return os.path.join(checkout, OUTPUT)


class UsageError(Exception):
    pass


class Options:
    def __init__(self):
        self.text = self.input = self.output = self.cartridge = None
        self.verbose = self.help = False


def parse(words):
    """Options and text. By hand: argparse takes longer to load than a daemon takes to answer."""
    options = Options()
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if name.startswith("--") and len(name) > 2:
            name = name[2:]
        elif word == "--" or not word.startswith("-") or word == "-":
            _take_texts(options, list(rest) if word == "--" else [word])
            continue
        else:
            name = NAMES.get(word, "")
            equals = ""
        if name in ("verbose", "help") and not equals:
            setattr(options, name, True)
        elif name in ("input", "output", "cartridge"):
            value = value if equals else next(rest, None)
            if not value:
                raise UsageError(f"--{name} needs a value.")
            setattr(options, name, value)
        else:
            raise UsageError(f"There is no option {word}.")
    if not options.help and (options.text is None) == (options.input is None):
        raise UsageError("Give either a text or --input FILE.")
    return options


def _take_texts(options, texts):
    for text in texts:
        if options.text is not None:
            raise UsageError("Give one text: put it in quotes.")
        options.text = text


def main(words=None):
    try:
        options = parse(sys.argv[1:] if words is None else words)
        if options.help:
            print(USAGE)
            return 0
        launcher = engine.find()
    except UsageError as e:
        print(f"{e}\n--help shows what is possible.", file=sys.stderr)
        return USAGE_ERROR
    except engine.EngineNotFound as e:
        print(f"pixel-llm: {e}", file=sys.stderr)
        return NO_ENGINE
    code = ask_daemon(options, engine.home(launcher))
    return launch(options, launcher) if code is None else code


def launch(options, launcher):
    """Becomes the engine, so that what it says and how it ends go through as they are."""
    command = [launcher, "infer", "-o", outputs(options)]
    if options.cartridge is not None:
        command += ["-c", options.cartridge]
    if options.verbose:
        command.append("-v")
    command += ["-i", options.input] if options.input is not None else ["--", options.text]
    if os.name == "nt":
        import subprocess

        return subprocess.call(command)
    try:
        os.execv(launcher, command)
    except OSError as e:
        print(f"pixel-llm: {launcher} cannot be started: {e.strerror}.", file=sys.stderr)
        return NO_ENGINE


def ask_daemon(options, home):
    """Lets a daemon answer; None where there is none for this request. Then the launcher does, or says what is wrong."""
    running = daemon.find(home)
    wanted = options.cartridge or os.path.join(home, "cartridges", "default.pxi")
    if running is None or running.cartridge != os.path.realpath(wanted):
        return None
    characters = cartridge.characters(wanted)
    image = request(options, characters)
    if image is None:
        return None
    start = time.perf_counter()
    try:
        answer = daemon.predict(running, image, TOP)
    except daemon.Refusal as e:
        print(str(e).rstrip("\n").replace(daemon.INPUT, options.input or "<text>", 1), file=sys.stderr)
        return e.code
    if answer is None:
        return None
    milliseconds = 1000 * (time.perf_counter() - start)
    try:
        delivery = Delivery(*answer)
    except PxiError:
        return None  # not what a daemon of ours answers
    if options.verbose:
        print(f"Answered by the daemon, process {running.process}; cartridge {running.cartridge}.", file=sys.stderr)
    sys.stderr.write(delivery.notes)
    try:
        paths = delivery.write(options, image)
    except OSError as e:
        print(f"pixel-llm: {e.filename}: {e.strerror}.", file=sys.stderr)
        return CANNOT_WRITE
    delivery.show(paths, milliseconds, characters is not None)
    return 0


def request(options, characters):
    """The token image to send, or None where only the engine can make it or say what is wrong with it."""
    try:
        if options.input is not None:
            return files.read(options.input)
        if characters is None or options.text == "-":
            return None
        options.text.encode()  # a text that is not Unicode is not ours to mend
        return tokens.encode(tokens.ids_of(options.text, characters))
    except ValueError:
        return None


class Delivery:
    """What a daemon answered, checked."""

    def __init__(self, output_token, logits_heatmap, notes):
        self.images = {"output_token": output_token, "logits_heatmap": logits_heatmap}
        self.notes = notes
        self.origin, rgb = stored(output_token)
        self.ids, self.confidences = tokens.decode_prediction(self.origin, rgb)
        self.heatmap, self.heatmap_rgb = stored(logits_heatmap)

    def write(self, options, image):
        """Writes the images as the command does; their paths."""
        if options.input is None:
            sent = png.decode(image, "the text's token image")
            named = png.encode(sent.width, 1, sent.rgb_as_stored(), self.origin.text)
            self.images = {"input_tokens": named, **self.images}
        paths = []
        folder = outputs(options)
        for name, data in self.images.items():
            paths.append(os.path.join(folder, name + ".pxi"))
            files.write(paths[-1], data)
        return paths

    def show(self, paths, milliseconds, characters):
        """Says what they say, as the command does."""
        lines = shown.prediction(self.ids, self.confidences, characters) + [""]
        if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
            lines += shown.picture(self.heatmap.width, self.heatmap_rgb) + [""]
        lines += paths
        lines.append(f"{self.origin.text.get('Executor', 'unknown')} executor, {shown.tenths(milliseconds)} ms")
        sys.stdout.reconfigure(encoding="utf-8")
        print("\n".join(lines))


def stored(data):
    """A PNG as the engine writes it, and its pixels, without a library."""
    picture = png.decode(data, "the daemon's answer")
    rgb = picture.rgb_as_stored()
    if rgb is None:
        raise PxiError(picture.file, "picture", "rows as they are", "another way to store them", "Ask the engine.")
    return picture, rgb
