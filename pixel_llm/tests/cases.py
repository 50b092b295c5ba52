"""What the tests share: a folder of their own, and PNG files put together by hand."""

import os
import struct
import tempfile
import unittest
import zlib

from pixel_llm.core import png
from pixel_llm.core.errors import PxiError


class FolderCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def put(self, data, name="picture.pxi"):
        path = self.path(name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def bytes_of(self, *names):
        with open(os.path.join(*names), "rb") as file:
            return file.read()

    def assert_refused(self, words, read, *arguments):
        """Checks that a reader refuses, and that its message has these words."""
        with self.assertRaises(PxiError) as refused:
            read(*arguments)
        message = str(refused.exception)
        for word in words:
            self.assertIn(word, message)
        for part in ("file", "place", "expected", "found", "remedy"):
            self.assertIn(getattr(refused.exception, part), message)


def picture(rows, text=None):
    """Rows of (R, G, B) as a PNG file."""
    rgb = b"".join(bytes(pixel) for row in rows for pixel in row)
    return png.encode(len(rows[0]), len(rows), rgb, text)


def header(width, height, depth=8, colour=png.RGB, compression=0, filters=0, interlace=0):
    return png.chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, compression, filters, interlace))


def data(rows):
    """Rows with their filter bytes as an IDAT chunk."""
    return png.chunk(b"IDAT", zlib.compress(rows))


def file_of(*chunks):
    return png.SIGNATURE + b"".join(chunks) + png.chunk(b"IEND", b"")
