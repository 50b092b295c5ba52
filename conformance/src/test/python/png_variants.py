"""Stores one picture in every way that keeps its pixels: png_variants.py PICTURE FOLDER

Prints the name of each file that it wrote, after PIL has read it back to the same pixels.
"""
import pathlib
import struct
import sys
import zlib

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

picture = Image.open(sys.argv[1]).convert("RGB")
pixels = np.array(picture)
folder = pathlib.Path(sys.argv[2])


def check(name, interlaced=False):
    with Image.open(folder / name) as image:
        same = np.array_equal(np.array(image.convert("RGB")), pixels)
        if not same or bool(image.info.get("interlace")) != interlaced:
            sys.exit(f"{name} does not hold the picture")
    print(name)


def save(name, image, **options):
    image.save(folder / name, "PNG", **options)
    check(name)


def palette():
    """The picture with a palette of exactly its colours, or None where they are too many."""
    colours, indexes = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True)
    if len(colours) > 256:
        return None
    image = Image.fromarray(indexes.reshape(pixels.shape[:2]).astype(np.uint8), "P")
    image.putpalette(colours.flatten().tolist())
    return image


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def save_interlaced(name):
    """Adam7 by hand: PIL reads it, but does not write it."""
    rows = b""
    for x, y, step_x, step_y in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4),
                                 (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
        for row in pixels[y::step_y, x::step_x]:
            rows += b"\0" + row.tobytes() if len(row) else b""
    header = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 2, 0, 0, 1)
    (folder / name).write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    check(name, interlaced=True)


note = PngInfo()
note.add_text("Title", "a token image")
note.add_text("Comment", "compressed, and not Latin: 日本", zip=True)

save("rgb.pxi", picture)
save("optimized.pxi", picture, optimize=True)
save("stored.pxi", picture, compress_level=0)
save("noted.pxi", picture, pnginfo=note, dpi=(72, 72))
save("rgba.pxi", picture.convert("RGBA"))
if palette():
    save("palette.pxi", palette())
if (pixels == pixels[:, :, :1]).all():
    save("grey.pxi", Image.fromarray(pixels[:, :, 0], "L"))
    save("grey-alpha.pxi", Image.fromarray(pixels[:, :, 0], "L").convert("LA"))
save_interlaced("interlaced.pxi")
