"""PNG files as the protocol reads and writes them, with nothing but Python's own library.

Reading checks everything that can be checked without looking at a colour: each chunk's bounds, checksum and place, the
size against a limit before memory is taken, the compressed data to its last byte. ``docs/png.md`` has the rules.
"""

import struct
import zlib

from pixel_llm.core.errors import PxiError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
DEPTHS = {GREY: (1, 2, 4, 8, 16), RGB: (8, 16), PALETTE: (1, 2, 4, 8), GREY_ALPHA: (8, 16), RGBA: (8, 16)}

MAX_WIDTH = 65_536
MAX_HEIGHT = 65_536
MAX_PIXELS = 1 << 22
MAX_TEXT_BYTES = 1 << 20
MAX_KEYWORD_BYTES = 79

# No deflate stream expands more than this many times.
MAX_EXPANSION = 1032

# Up to this many bytes of rows are stored, not compressed: the same file on every machine.
STORED_BYTES = 4096
LEVEL = 6

COPY_AGAIN = "The file was cut or damaged on its way: copy or download it again."
SAVE_AGAIN = "Save it again as a plain, opaque 8-bit RGB PNG."

# first column, first row, columns and rows from one to the next
WHOLE = ((0, 0, 1, 1),)
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


class Png:
    """A PNG whose container is sound; its colours are still as the file stores them."""

    def __init__(self, file):
        self.file = file
        self.width = self.height = self.depth = self.colour = 0
        self.interlaced = False
        self.palette = b""
        self.transparency = b""
        self.text = {}
        self.data = b""  # the zlib stream
        self.rows = b""  # what it inflates to: rows, each after its filter byte

    def row_bytes(self, columns):
        """Bytes of so many pixels of one row, without the filter byte."""
        return (columns * CHANNELS[self.colour] * self.depth + 7) // 8

    def passes(self):
        """The rows in their order: for each pass its place, its columns, its rows and where they begin."""
        at = 0
        for x, y, step_x, step_y in ADAM7 if self.interlaced else WHOLE:
            columns = (self.width - x + step_x - 1) // step_x
            rows = (self.height - y + step_y - 1) // step_y
            if columns > 0 and rows > 0:
                yield (x, y, step_x, step_y), columns, rows, at
                at += rows * (1 + self.row_bytes(columns))

    def rgb_as_stored(self):
        """The picture's bytes where they stand in the rows as they are, else None. // [height, width, 3]"""
        if (self.colour, self.depth, self.interlaced, self.transparency) != (RGB, 8, False, b""):
            return None
        pitch = 3 * self.width + 1
        if any(self.rows[::pitch]):
            return None
        return b"".join(self.rows[at + 1:at + pitch] for at in range(0, len(self.rows), pitch))


def decode(data, file, max_pixels=MAX_PIXELS):
    """Reads the bytes of a file; messages begin with the name that is given for it."""
    return _Reader(data, file, max_pixels).png


class _Reader:
    def __init__(self, data, file, max_pixels):
        self.data = data
        self.max_pixels = max_pixels
        self.png = Png(file)
        self.text_bytes = 0
        self.parts = []
        self.first_data = self.data_end = -1
        self.has_palette = self.has_transparency = False
        self.require_signature()
        self.at = len(SIGNATURE)
        self.next()
        self.header()
        while self.name != b"IEND":
            self.at = self.end
            self.next()
            self.accept()
        self.require_end()
        self.inflate()

    def fault(self, expected, found, remedy=SAVE_AGAIN, place=None):
        return PxiError(self.png.file, place or self.place(), expected, found, remedy)

    def place(self):
        return f"chunk {_shown(self.name)} at byte {self.at}"

    def require_signature(self):
        if self.data.startswith(SIGNATURE):
            return
        if self.data and SIGNATURE.startswith(self.data):
            found = f"the end of the file after {len(self.data)}"
            raise self.fault("the 8 bytes of the PNG signature", found, COPY_AGAIN, "byte 0")
        from pixel_llm.core import look

        found, remedy = look.describe(self.data)
        raise self.fault("a PNG image", found, remedy, "byte 0")

    def next(self):
        """Reads the frame of the chunk at the cursor."""
        left = len(self.data) - self.at
        if left == 0:
            raise self.fault("more chunks, up to IEND", "nothing", COPY_AGAIN, f"end of file at byte {self.at}")
        if left < 8:
            found = f"the end of the file after {left}"
            raise self.fault("the 8 bytes that begin a chunk", found, COPY_AGAIN, f"byte {self.at}")
        self.length, self.name = struct.unpack_from(">I4s", self.data, self.at)
        if not (self.name.isalpha() and self.name.isascii()):
            raise self.fault("a chunk name of four letters", _shown(self.name), COPY_AGAIN)
        if self.length >= 1 << 31:
            raise self.fault("a length of at most 2147483647 bytes", f"a length of {self.length}", COPY_AGAIN)
        if self.length > left - 12:
            found = f"the end of the file after {left - 8}"
            raise self.fault(f"{self.length} bytes of data and 4 of checksum", found, COPY_AGAIN)
        self.end = self.at + 12 + self.length
        self.body = self.data[self.at + 8:self.end - 4]
        crc = zlib.crc32(self.body, zlib.crc32(self.name))
        stated = int.from_bytes(self.data[self.end - 4:self.end], "big")
        if crc != stated:
            raise self.fault(f"checksum (CRC) 0x{crc:x}", f"0x{stated:x}", COPY_AGAIN)

    def header(self):
        if self.name == b"CgBI":
            raise self.fault("IHDR as the first chunk", "CgBI, an iPhone's private kind of PNG")
        if self.name != b"IHDR":
            raise self.fault("IHDR as the first chunk", _shown(self.name))
        if self.length != 13:
            raise self.fault("13 bytes of header", f"{self.length} bytes")
        width, height, depth, colour, compression, filters, interlace = struct.unpack(">IIBBBBB", self.body)
        if not (0 < width < 1 << 31 and 0 < height < 1 << 31):
            raise self.fault("a width and a height from 1 to 2147483647", f"{width} x {height}")
        if width > MAX_WIDTH or height > MAX_HEIGHT or width * height > self.max_pixels:
            expected = f"a picture of at most {MAX_WIDTH} x {MAX_HEIGHT} and {self.max_pixels} pixels"
            found = f"a {width} x {height} picture, over the limit"
            raise self.fault(expected, found, "Is this the file you meant? A picture this large is not read here.")
        if depth not in DEPTHS.get(colour, ()):
            found = f"colour type {colour} with bit depth {depth}"
            raise self.fault("a colour type and bit depth that PNG knows", found)
        if compression != 0:
            raise self.fault("compression method 0", f"compression method {compression}")
        if filters != 0:
            raise self.fault("filter method 0", f"filter method {filters}")
        if interlace > 1:
            raise self.fault("interlace method 0 or 1", f"interlace method {interlace}")
        png = self.png
        png.width, png.height, png.depth, png.colour, png.interlaced = width, height, depth, colour, interlace == 1

    def accept(self):
        if self.name == b"IHDR":
            raise self.fault("one IHDR chunk", "a second IHDR")
        if self.name == b"PLTE":
            self.accept_palette()
        elif self.name == b"tRNS":
            self.accept_transparency()
        elif self.name == b"IDAT":
            self.accept_data()
        elif self.name == b"tEXt":
            self.accept_text()
        elif self.name in (b"acTL", b"fcTL", b"fdAT"):
            raise self.fault("a still picture", "an animation (APNG)", "Save one frame as a plain PNG.")
        elif self.name != b"IEND" and not self.name[0] & 0x20:
            raise self.fault("a chunk that PNG knows", "unknown critical chunk")

    def accept_palette(self):
        self.require_before_data()
        if self.has_palette:
            raise self.fault("one PLTE chunk", "a second PLTE")
        if self.has_transparency:
            raise self.fault("PLTE before tRNS", "PLTE after tRNS")
        if self.png.colour in (GREY, GREY_ALPHA):
            raise self.fault("no palette in a grey picture", "PLTE")
        most = 1 << self.png.depth if self.png.colour == PALETTE else 256
        if self.length == 0 or self.length % 3 or self.length > 3 * most:
            raise self.fault(f"1 to {most} colours of 3 bytes", f"{self.length} bytes")
        self.png.palette = self.body
        self.has_palette = True

    def accept_transparency(self):
        self.require_before_data()
        if self.has_transparency:
            raise self.fault("one tRNS chunk", "a second tRNS")
        entries = len(self.png.palette) // 3
        fits = {GREY: self.length == 2, RGB: self.length == 6, PALETTE: 1 <= self.length <= entries}
        if not fits.get(self.png.colour, False):
            found = f"{self.length} bytes of tRNS" + ("" if self.has_palette else " and no PLTE before")
            raise self.fault(f"transparency that fits colour type {self.png.colour}", found)
        self.png.transparency = self.body
        self.has_transparency = True

    def require_before_data(self):
        if self.parts:
            name = _shown(self.name)
            raise self.fault(f"{name} before IDAT", f"{name} after IDAT")

    def accept_data(self):
        if not self.parts:
            if self.png.colour == PALETTE and not self.has_palette:
                raise self.fault("PLTE before IDAT in a palette picture", "no PLTE")
            self.first_data = self.at
        elif self.at != self.data_end:
            raise self.fault("IDAT chunks one after another", "another chunk between them")
        self.data_end = self.end
        self.parts.append(self.body)

    def accept_text(self):
        self.text_bytes += self.length
        if self.text_bytes > MAX_TEXT_BYTES:
            found = f"at least {self.text_bytes} bytes"
            raise self.fault(f"at most {MAX_TEXT_BYTES} bytes of text in all", found, "Remove the text entries from the file.")
        keyword, zero, value = self.body.partition(b"\0")
        if not zero or not 1 <= len(keyword) <= MAX_KEYWORD_BYTES:
            found = f"a keyword of {len(keyword)} bytes" if zero else "no zero byte"
            raise self.fault("a keyword of 1 to 79 bytes, a zero byte, and text", found)
        self.png.text.setdefault(keyword.decode("latin-1"), value.decode("latin-1"))

    def require_end(self):
        if self.length != 0:
            raise self.fault("no data in IEND", f"{self.length} bytes")
        if not self.parts:
            raise self.fault("IDAT before IEND", "no IDAT")
        if self.end != len(self.data):
            raise self.fault(
                "the end of the file after IEND",
                f"{len(self.data) - self.end} more bytes",
                "Something was appended to the picture: cut it off, or save the picture again.",
                f"byte {self.end}")

    def inflate(self):
        png = self.png
        png.data = b"".join(self.parts)
        self.name, self.at = b"IDAT", self.first_data  # the place of what is wrong from here on
        needed = (png.row_bytes(png.width) + 1) * png.height // MAX_EXPANSION
        if len(png.data) < needed:
            expected = f"at least {needed} bytes of data for a {png.width} x {png.height} picture"
            raise self.fault(expected, f"{len(png.data)} bytes", COPY_AGAIN)
        size = sum(rows * (1 + png.row_bytes(columns)) for _, columns, rows, _ in png.passes())
        stream = zlib.decompressobj()
        try:
            # One byte more than there should be: enough to see that there is more.
            rows = stream.decompress(png.data, size + 1)
        except zlib.error as e:
            if "incorrect data check" in str(e):
                raise self.fault("the checksum (Adler-32) of the picture's data", "another checksum", COPY_AGAIN) from e
            reason = str(e).rpartition(": ")[2]  # zlib's own words, without Python's
            dictionary = reason.startswith("Error 2 ")
            raise self.fault("a sound zlib stream", "a preset dictionary" if dictionary else reason, COPY_AGAIN) from e
        if len(rows) > size:
            expected = f"the end of the picture's data after {size} bytes"
            raise self.fault(expected, "more data than the picture has room for")
        if not stream.eof:
            found = f"the last IDAT chunk's end after {len(rows)} bytes of picture"
            raise self.fault("more compressed data", found, COPY_AGAIN)
        if len(rows) < size:
            raise self.fault("more rows of the picture", f"the end of its data after {len(rows)} bytes", COPY_AGAIN)
        if stream.unused_data:
            raise self.fault("nothing after the end of the zlib stream", "bytes left over")
        png.rows = rows
        for (_, y, _, step_y), columns, count, at in png.passes():
            pitch = 1 + png.row_bytes(columns)
            filters = rows[at:at + count * pitch:pitch]
            for row, kind in enumerate(filters):
                if kind > 4:
                    place = f"row {y + row * step_y} in {self.place()}"
                    raise self.fault("a row filter from 0 to 4", f"filter {kind}", place=place)


def _shown(name):
    return name.decode("ascii") if name.isalpha() and name.isascii() else f"0x{int.from_bytes(name, 'big'):x}"


def encode(width, height, rgb, text=None):
    """A picture as an 8-bit RGB PNG.

    rgb   its samples, row by row // [height, width, 3]
    text  tEXt entries; characters of a value that tEXt cannot hold are written as escapes such as \\u4E2D
    """
    pitch = 3 * width
    if len(rgb) != pitch * height:
        raise ValueError(f"a {width} x {height} picture needs {pitch * height} bytes, not {len(rgb)}")
    rows = b"".join(b"\0" + rgb[at:at + pitch] for at in range(0, len(rgb), pitch))
    data = zlib.compress(rows, 0 if len(rows) <= STORED_BYTES else LEVEL)
    parts = [SIGNATURE, chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, RGB, 0, 0, 0))]
    for keyword, value in (text or {}).items():
        parts.append(chunk(b"tEXt", keyword.encode("latin-1") + b"\0" + _latin1(value)))
    parts += [chunk(b"IDAT", data), chunk(b"IEND", b"")]
    return b"".join(parts)


def chunk(name, data):
    """One chunk: its length, name, data and checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))


def _latin1(value):
    units = struct.iter_unpack(">H", value.encode("utf-16-be", "surrogatepass"))
    return b"".join(bytes((unit,)) if 0 < unit < 256 else b"\\u%04X" % unit for unit, in units)
