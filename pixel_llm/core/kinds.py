"""What a picture is: told by its text entry ``Kind``; else by its pixels, those of an output of version 2 first."""

from pixel_llm.core import wide
from pixel_llm.core.errors import PxiError

KEYWORD = "Kind"
NAMES = {  # name in the text entry to words for messages
    "output_sequence": "an output sequence",
    "output_beams": "output beams",
    "prompt_scores": "prompt scores",
    "attention": "an attention map",
    "activations": "activations",
    "view": "a view for eyes",
}

HEATMAP_WIDTH = 32
FLAT = 128


def is_denied(png, kind=None):
    """Whether the picture's own text says that it is something else than this kind."""
    name = png.text.get(KEYWORD)
    return name in NAMES and name != kind


def is_wide(png, rgb, kind):
    """Whether a picture is this output in version 2: its first pixel says so, and its text nothing else."""
    return wide.kind(png, rgb) == kind and not is_denied(png, kind)


def is_nameless_tokens(png, rgb):
    """Whether a picture without a name has the pixels of a token image. What is named is what its name says."""
    return png.text.get(KEYWORD) not in NAMES and looks_like_tokens(png, rgb)


def describe(png, rgb):
    """The picture and its size for a message: ``a 640 x 480 picture``."""
    size = f"{png.width} x {png.height}"
    name = NAMES.get(wide.kind(png, rgb) or png.text.get(KEYWORD, ""))
    if name:
        return f"{name} ({size})"
    if wide.kind(png, rgb):
        return f"a prediction ({size})"
    if looks_like_tokens(png, rgb):
        return f"a token image ({size})"
    if looks_like_prediction(png, rgb):
        return f"a prediction ({size})"
    if _looks_like_heatmap(png, rgb):
        return f"a heat map ({size})"
    return f"a {size} picture"


def fault(png, rgb, expected, remedy):
    """The error for a picture that is another one than was asked for."""
    return PxiError(png.file, "picture", expected, describe(png, rgb), remedy)


def id_at(rgb, pixel):
    """A token id or a count as a pixel keeps it: red + 256 · green."""
    return rgb[3 * pixel] + 256 * rgb[3 * pixel + 1]


def looks_like_tokens(png, rgb):
    """A sound token image. // rgb [height, width, 3]"""
    return (
        png.height == 1
        and png.width > 1
        and id_at(rgb, 0) == png.width - 1
        and (rgb[2] == 1 and not any(rgb[5::3]) or rgb[2] == wide.VERSION and _has_no_white(png, rgb)))


def _has_no_white(png, rgb):
    return all(wide.colour(rgb, pixel) != wide.WHITE for pixel in range(1, png.width))


def looks_like_prediction(png, rgb):
    """One row of distinct ids whose confidences do not increase and sum to 255, but for what rounding takes."""
    if png.height != 1:
        return False
    confidences = rgb[2::3]
    ids = set(zip(rgb[0::3], rgb[1::3]))
    falling = all(a >= b for a, b in zip(confidences, confidences[1:]))
    return falling and len(ids) == png.width and abs(sum(confidences) - 255) <= png.width


def _looks_like_heatmap(png, rgb):
    """Grey, 32 wide, and spanning black to white, or flat."""
    grey = rgb[0::3]
    if png.width != HEATMAP_WIDTH or grey != rgb[1::3] or grey != rgb[2::3]:
        return False
    last_row = len(grey) - HEATMAP_WIDTH
    logits = grey[:last_row + 1] + grey[last_row + 1:].rstrip(b"\0")
    return (0 in grey and 255 in grey) or not logits.strip(bytes((FLAT,)))
