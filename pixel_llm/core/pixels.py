"""From a checked PNG to the bytes of an opaque 8-bit RGB picture, however the file stores it."""

import io
import struct

from pixel_llm.core import files, png
from pixel_llm.core.errors import PxiError


def read(path, max_pixels=png.MAX_PIXELS, max_bytes=files.MAX_IMAGE_FILE_BYTES):
    """Reads a file: the PNG and its samples. // rgb [height, width, 3]"""
    picture = png.decode(files.read(path, max_bytes), str(path), max_pixels)
    return picture, rgb(picture)


def rgb(picture):
    """The samples of a picture, row by row, as bytes. // [height, width, 3]"""
    stored = picture.rgb_as_stored()
    return _converted(picture) if stored is None else stored


def _converted(picture):
    import numpy as np

    if picture.colour == png.PALETTE:
        return _from_palette(picture, _pillow(picture)[:, :, 0]).tobytes()
    samples = _samples_of_16_bits(picture) if picture.depth == 16 else _pillow(picture)
    full = 65_535 if picture.depth == 16 else 255
    channels = png.CHANNELS[picture.colour]
    if channels in (2, 4):
        alpha = samples[:, :, -1]
        refuse(picture, alpha != full, "an opaque pixel", lambda y, x: f"alpha {alpha[y, x]} of {full}, a translucent pixel")
        samples = samples[:, :, :-1]
    elif picture.transparency:
        # PNG asks readers to ignore the bits of a key above the picture's depth.
        most = (1 << picture.depth) - 1
        key = [(value & most) * full // most for value in struct.unpack(f">{channels}H", picture.transparency)]
        found = "the colour that tRNS makes transparent, a translucent pixel"
        refuse(picture, (samples == key).all(axis=2), "an opaque pixel", lambda y, x: found)
    if picture.depth == 16:
        refuse(
            picture,
            ((samples >> 8) != (samples & 255)).any(axis=2),
            "a 16-bit sample that is exactly an 8-bit one (both bytes equal)",
            lambda y, x: "sample " + ", ".join(f"0x{value:x}" for value in samples[y, x]),
            "Save it with 8 bits a channel.")
    if samples.shape[2] == 1:
        samples = np.repeat(samples, 3, axis=2)
    return (samples & 255).astype(np.uint8).tobytes()


def _from_palette(picture, indices):
    import numpy as np

    colours = np.frombuffer(picture.palette, np.uint8).reshape(-1, 3)
    expected = f"a palette index below {len(colours)}"
    refuse(picture, indices >= len(colours), expected, lambda y, x: f"palette index {indices[y, x]}", png.SAVE_AGAIN)
    alpha = np.full(256, 255, np.uint8)
    alpha[:len(picture.transparency)] = np.frombuffer(picture.transparency, np.uint8)
    # An entry that no pixel uses may be translucent: the picture is opaque all the same.
    translucent = alpha[indices]
    refuse(
        picture, translucent != 255, "an opaque pixel", lambda y, x: f"alpha {translucent[y, x]} of 255, a translucent pixel")
    return colours[indices]


def refuse(picture, wrong, expected, found, remedy="Save it without alpha."):
    """Refuses the first pixel of those that are wrong. // wrong [height, width]"""
    if wrong.any():
        y, x = divmod(int(wrong.argmax()), picture.width)
        raise PxiError(picture.file, f"pixel ({x}, {y})", expected, found(y, x), remedy)


def _pillow(picture):
    """Samples of up to 8 bits. Pillow sees what was checked and nothing else. // [height, width, channels]"""
    import numpy as np
    from PIL import Image

    header = struct.pack(
        ">IIBBBBB", picture.width, picture.height, picture.depth, picture.colour, 0, 0, picture.interlaced)
    parts = [png.SIGNATURE, png.chunk(b"IHDR", header)]
    if picture.colour == png.PALETTE:
        parts.append(png.chunk(b"PLTE", picture.palette))
    parts += [png.chunk(b"IDAT", picture.data), png.chunk(b"IEND", b"")]
    with Image.open(io.BytesIO(b"".join(parts))) as image:
        samples = np.array(image.convert("L") if image.mode == "1" else image, dtype=np.uint8)
    return samples.reshape(picture.height, picture.width, -1)


def _samples_of_16_bits(picture):
    """Pillow would drop the low bytes, which say whether the colour is an 8-bit one. // [height, width, channels]"""
    import numpy as np

    channels = png.CHANNELS[picture.colour]
    samples = np.empty((picture.height, picture.width, channels), np.uint16)
    for (x, y, step_x, step_y), columns, count, at in picture.passes():
        size = picture.row_bytes(columns)
        above = bytearray(size)
        for row in range(count):
            begin = at + row * (size + 1)
            line = bytearray(picture.rows[begin + 1:begin + 1 + size])
            _undo_filter(picture.rows[begin], line, above, 2 * channels)
            samples[y + row * step_y, x::step_x] = np.frombuffer(line, ">u2").reshape(columns, channels)
            above = line
    return samples


def _undo_filter(kind, line, above, distance):
    """Undoes the filter of a PNG row in place."""
    if kind == 0:
        return
    for i, filtered in enumerate(line):
        left = line[i - distance] if i >= distance else 0
        corner = above[i - distance] if i >= distance else 0
        up = above[i]
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = up
        elif kind == 3:
            guess = (left + up) // 2
        else:
            guess = _paeth(left, up, corner)
        line[i] = (filtered + guess) & 255


def _paeth(left, up, corner):
    """Of its three neighbours the one that is nearest to left + up - corner."""
    to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    if to_left <= to_up and to_left <= to_corner:
        return left
    return up if to_up <= to_corner else corner
