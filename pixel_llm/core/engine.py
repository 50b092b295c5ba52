"""Where the engine is, and how it is started."""

import os

LAUNCHER = "pixel-llm.cmd" if os.name == "nt" else "pixel-llm"
VARIABLE = "PIXELLLM_HOME"


class EngineNotFound(Exception):
    """There is no launcher; the message says where it was looked for and what to do."""


def checkout():
    """The checkout that holds this package, or None where it is installed elsewhere."""
    folder = _above()
    return folder if os.path.isfile(os.path.join(folder, LAUNCHER)) else None


def _above():
    """The folder in which the package lies."""
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))


def find():
    """The path of the launcher: in PIXELLLM_HOME, else in the checkout that holds this package, else on the PATH."""
    named = os.environ.get(VARIABLE)
    if named:
        launcher = os.path.join(named, LAUNCHER)
        if os.path.isfile(launcher):
            return launcher
        raise EngineNotFound(f"{VARIABLE} is {named}, but there is no {launcher}. Set it to a checkout of Pixel-LLM.")
    holder = checkout()
    if holder is not None:
        return os.path.join(holder, LAUNCHER)
    import shutil

    launcher = shutil.which(LAUNCHER)
    if launcher:
        return launcher
    raise EngineNotFound(
        f"The engine was not found: {VARIABLE} is not set, {_above()} is no checkout of Pixel-LLM, and no {LAUNCHER} is on"
        f" the PATH. Set {VARIABLE} to a checkout.")


def home(launcher):
    """The checkout that a launcher lies in."""
    return os.path.dirname(os.path.realpath(launcher))
