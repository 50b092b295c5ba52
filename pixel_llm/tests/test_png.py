import io
import itertools
import struct
import unittest
import zlib

import numpy as np
from PIL import Image

from pixel_llm.core import pixels, png
from pixel_llm.core.pixel_io import pixel_decode_tokens
from pixel_llm.tests.cases import FolderCase, data, file_of, header, picture

# The row of a token image of one token, with its filter byte.
ROW = bytes((0, 1, 0, 1, 65, 0, 0))
SOUND = file_of(header(2, 1), data(ROW))


def rgb_of(file):
    """The pixels of a PNG. // [height, width, 3]"""
    read = png.decode(file, "picture.pxi")
    return np.frombuffer(pixels.rgb(read), np.uint8).reshape(read.height, read.width, 3)


def stored(samples, depth, colour, interlaced=False, filters=(0, 1, 2, 3, 4), before=()):
    """Samples as a PNG by hand, its rows filtered by each filter in turn. // samples [height, width, channels]"""
    height, width, channels = samples.shape
    distance = max(1, channels * depth // 8)
    kinds = itertools.cycle(filters)
    rows = b""
    for x, y, step_x, step_y in png.ADAM7 if interlaced else png.WHOLE:
        part = samples[y::step_y, x::step_x]
        if part.size == 0:
            continue
        if depth == 16:
            packed = part.astype(">u2").reshape(len(part), -1).view(np.uint8)
        else:
            bits = np.unpackbits(part.astype(np.uint8)[..., None], axis=-1)[..., 8 - depth:]
            packed = np.packbits(bits.reshape(len(part), -1), axis=1)
        above = np.zeros(packed.shape[1], np.int64)
        for line in packed.astype(np.int64):
            kind = next(kinds)
            left = np.concatenate([np.zeros(distance, np.int64), line])[:len(line)]
            corner = np.concatenate([np.zeros(distance, np.int64), above])[:len(line)]
            guess = (0, left, above, (left + above) // 2, paeth(left, above, corner))[kind]
            rows += bytes([kind]) + ((line - guess) & 255).astype(np.uint8).tobytes()
            above = line
    return file_of(header(width, height, depth, colour, interlace=interlaced), *before, data(rows))


def paeth(left, up, corner):
    guess = left + up - corner
    to = [abs(guess - each) for each in (left, up, corner)]
    return np.where((to[0] <= to[1]) & (to[0] <= to[2]), left, np.where(to[1] <= to[2], up, corner))


class EncodingsTest(unittest.TestCase):
    """However a picture is stored, its pixels are read."""

    def setUp(self):
        self.random = np.random.default_rng(7)

    def samples(self, channels, most):
        return self.random.integers(0, most + 1, (11, 13, channels))

    def test_every_colour_type_and_depth_plain_and_interlaced(self):
        for interlaced in (False, True):
            for colour, depths in png.DEPTHS.items():
                for depth in depths:
                    with self.subTest(colour=colour, depth=depth, interlaced=interlaced):
                        self.check(colour, depth, interlaced)

    def check(self, colour, depth, interlaced):
        channels, most = png.CHANNELS[colour], (1 << min(depth, 8)) - 1
        samples = self.samples(channels, most)
        if colour in (png.GREY_ALPHA, png.RGBA):
            samples[:, :, -1] = most
        before = []
        if colour == png.PALETTE:
            palette = self.random.integers(0, 256, (most + 1, 3))
            before = [png.chunk(b"PLTE", palette.astype(np.uint8).tobytes())]
            expected = palette[samples[:, :, 0]]
        else:
            colours = samples[:, :, :3 if channels >= 3 else 1] * 255 // most
            expected = np.broadcast_to(colours, (11, 13, 3))
        file = stored(samples * 257 if depth == 16 else samples, depth, colour, interlaced, before=before)
        self.assertTrue(np.array_equal(rgb_of(file), expected))

    def test_pillows_own_files_and_ours_are_read_alike(self):
        rgb = self.samples(3, 255).astype(np.uint8)
        for options in ({}, {"optimize": True}, {"compress_level": 0}):
            file = io.BytesIO()
            Image.fromarray(rgb, "RGB").save(file, "PNG", **options)
            self.assertTrue(np.array_equal(rgb_of(file.getvalue()), rgb))
        ours = png.encode(13, 11, rgb.tobytes())
        self.assertTrue(np.array_equal(rgb_of(ours), rgb))
        with Image.open(io.BytesIO(ours)) as image:
            self.assertEqual(image.mode, "RGB")
            self.assertTrue(np.array_equal(np.array(image), rgb))

    def test_what_is_translucent_but_not_used_is_accepted(self):
        unused = [png.chunk(b"PLTE", bytes(range(6))), png.chunk(b"tRNS", b"\xff\0")]
        self.assertEqual(rgb_of(stored(np.zeros((1, 2, 1), int), 8, png.PALETTE, before=unused)).max(), 2)
        key = [png.chunk(b"tRNS", struct.pack(">HHH", 1, 2, 4))]
        self.assertEqual(rgb_of(stored(np.array([[[1, 2, 3]]]), 8, png.RGB, before=key)).tolist(), [[[1, 2, 3]]])

    def test_data_may_come_in_any_number_of_chunks(self):
        stream = zlib.compress(ROW)
        chunks = [png.chunk(b"IDAT", stream[at:at + 1]) for at in range(len(stream))]
        empty = png.chunk(b"IDAT", b"")
        self.assertEqual(rgb_of(file_of(header(2, 1), empty, *chunks, empty)).tolist(), rgb_of(SOUND).tolist())

    def test_notes_about_display_and_unknown_ones_change_nothing(self):
        notes = [png.chunk(b"gAMA", bytes(4)), png.chunk(b"iCCP", b"broken"), png.chunk(b"zzZz", b"?")]
        self.assertEqual(rgb_of(file_of(header(2, 1), *notes, data(ROW))).tolist(), rgb_of(SOUND).tolist())


class RefusalsTest(FolderCase):
    def refuses(self, file, *words):
        self.assert_refused(("picture.pxi: ",) + words, pixel_decode_tokens, self.put(file))

    def test_other_files_are_named(self):
        for file, word in (
                (b"", "an empty file"),
                (b"\n<!DOCTYPE html><html>", "an HTML page"),
                (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
                (b"\xff\xd8\xff\xe0", "a JPEG image"),
                (b"RIFF\0\0\0\0WEBPVP8 ", "a WebP image"),
                (b"GGUF\3\0\0\0", "a GGUF model"),
                (b"@\0\0\0\0\0\0\0{\"a\":1}", "a safetensors model"),
                (b"{\"tokens\": [1]}", "JSON text"),
                (b"\1\2\3\4", "unknown data that begins 01 02 03 04"),
                (b"\x89PNG\n\x1a\n\0\0", "text-mode transfer")):
            self.refuses(file, word)

    def test_a_cut_anywhere_is_refused(self):
        text = png.chunk(b"tEXt", b"Title\0a")
        file = file_of(header(2, 1), text, data(ROW))
        for length in range(1, len(file)):
            self.refuses(file[:length], "copy or download it again")

    def test_every_flipped_bit_is_refused_or_harmless(self):
        for at in range(8 * len(SOUND)):
            flipped = bytearray(SOUND)
            flipped[at // 8] ^= 1 << at % 8
            self.refuses(bytes(flipped))

    def test_headers(self):
        for broken, word in (
                (header(2 ** 31 - 1, 2 ** 31 - 1), "over the limit"),
                (header(65_537, 1), "65537 x 1"),
                (header(65_536, 65_536), "over the limit"),
                (header(2048, 2048), "for a 2048 x 2048 picture"),
                (header(0, 1), "0 x 1"),
                (header(2 ** 32 - 1, 1), "4294967295 x 1"),
                (header(2, 1, 8, 5), "colour type 5"),
                (header(2, 1, 4), "bit depth 4"),
                (header(2, 1, compression=1), "compression method 1"),
                (header(2, 1, filters=64), "filter method 64"),
                (header(2, 1, interlace=2), "interlace method 2"),
                (png.chunk(b"IHDR", bytes(12)), "13 bytes"),
                (b"", "IHDR as the first chunk"),
                (png.chunk(b"CgBI", bytes(4)), "iPhone")):
            self.refuses(file_of(broken, data(ROW)), word)

    def test_order_of_chunks(self):
        first, rows = header(2, 1), data(ROW)
        palette, key = png.chunk(b"PLTE", bytes(6)), png.chunk(b"tRNS", bytes(6))
        text = png.chunk(b"tEXt", b"a\0b")
        for chunks, word in (
                ((first, first, rows), "a second IHDR"),
                ((first, rows, palette), "PLTE after IDAT"),
                ((first, palette, palette, rows), "a second PLTE"),
                ((first, key, palette, rows), "PLTE after tRNS"),
                ((first, key, key, rows), "a second tRNS"),
                ((first, png.chunk(b"tRNS", bytes(5)), rows), "5 bytes of tRNS"),
                ((header(2, 1, 8, png.PALETTE), rows), "no PLTE"),
                ((header(2, 1, 8, png.GREY), palette, rows), "no palette in a grey picture"),
                ((first, png.chunk(b"PLTE", bytes(4)), rows), "4 bytes"),
                ((first, rows, text, rows), "another chunk between them"),
                ((first, png.chunk(b"acTL", bytes(8)), rows), "an animation (APNG)"),
                ((first, png.chunk(b"ABCD", b""), rows), "unknown critical chunk"),
                ((first, png.chunk(b"tEXt", b"no zero"), rows), "no zero byte"),
                ((first, png.chunk(b"tEXt", b"\0empty"), rows), "a keyword of 0 bytes"),
                ((first, png.chunk(b"tEXt", b"a\0" + bytes(png.MAX_TEXT_BYTES)), rows), "bytes of text in all"),
                ((first,), "no IDAT")):
            self.refuses(file_of(*chunks), word)
        self.refuses(SOUND + b"tail", "4 more bytes")
        self.refuses(SOUND[:-12] + png.chunk(b"IEND", b"x"), "no data in IEND")

    def test_compressed_data(self):
        stream = zlib.compress(ROW)
        dictionary = zlib.compressobj(zdict=ROW)
        for broken, word in (
                (zlib.compress(ROW[:-1]), "more rows of the picture"),
                (zlib.compress(ROW + b"\0"), "more data than the picture has room for"),
                (zlib.compress(bytes(10_000_000)), "more data than the picture has room for"),
                (stream + b"x", "bytes left over"),
                (stream[:-4], "more compressed data"),
                (stream[:-1] + bytes([stream[-1] ^ 1]), "Adler-32"),
                (b"\0" + stream[1:], "a sound zlib stream, found incorrect header check"),
                (dictionary.compress(ROW) + dictionary.flush(), "a preset dictionary"),
                (zlib.compress(b"\7" + ROW[1:]), "filter 7")):
            self.refuses(file_of(header(2, 1), png.chunk(b"IDAT", broken)), word)

    def test_pixels_that_are_not_opaque_8_bit_colours(self):
        grey = np.array([[[1], [2]]])
        for file, words in (
                (stored(np.array([[[1, 0, 1, 255], [9, 0, 0, 254]]]), 8, png.RGBA), ("pixel (1, 0)", "alpha 254 of 255")),
                (stored(np.array([[[257, 65_535], [257, 255]]]), 16, png.GREY_ALPHA), ("pixel (1, 0)", "alpha 255 of 65535")),
                (stored(grey, 4, png.GREY, before=[png.chunk(b"tRNS", struct.pack(">H", 2))]), ("pixel (1, 0)", "tRNS")),
                (stored(grey * 257, 16, png.GREY, before=[png.chunk(b"tRNS", b"\1\1")]), ("pixel (0, 0)", "tRNS")),
                (stored(grey, 16, png.GREY), ("pixel (0, 0)", "both bytes equal", "0x1")),
                (stored(grey, 2, png.PALETTE, before=[png.chunk(b"PLTE", bytes(6))]), ("pixel (1, 0)", "index 2")),
                (stored(grey, 2, png.PALETTE, before=[png.chunk(b"PLTE", bytes(9)), png.chunk(b"tRNS", b"\0\xff\x80")]),
                 ("pixel (1, 0)", "alpha 128 of 255"))):
            self.refuses(file, *words)

    def test_a_keyword_twice_is_read_once(self):
        twice = [png.chunk(b"tEXt", b"Kind\0view"), png.chunk(b"tEXt", b"Kind\0other")]
        self.refuses(file_of(header(2, 1), *twice, data(ROW)), "a view for eyes")


class StoredTest(unittest.TestCase):
    def test_small_files_are_stored_and_larger_ones_compressed(self):
        small, large = picture([[(1, 2, 3)] * 1365]), picture([[(1, 2, 3)] * 1366])
        self.assertGreater(len(small), 4096)
        self.assertLess(len(large), 200)


if __name__ == "__main__":
    unittest.main()
