import os
import unittest

import numpy as np

from pixel_llm.core.pixel_io import V, pixel_decode_tokens, pixel_encode_tokens, simple_detokenize, simple_tokenize
from pixel_llm.tests import ROOT
from pixel_llm.tests.cases import FolderCase, picture

GOLDEN = os.path.join(ROOT, "conformance", "golden")
CONTENTS = {
    "pxos": "pxOS",
    "a": "a",
    "accents-and-emoji": "Zoë ate a jalapeño 🌶 in Łódź",
    "256-tokens": [5 * i % 1024 for i in range(256)],
    "257-tokens": [5 * i % 1024 for i in range(257)],
}
SOUND = [(2, 0, 1), (112, 0, 0), (120, 3, 0)]


class TokensTest(FolderCase):
    def test_golden_files_are_written_byte_for_byte_and_read(self):
        names = {name[:-4] for name in os.listdir(GOLDEN) if name.endswith(".pxi")}
        self.assertEqual(names, set(CONTENTS))
        for name, content in CONTENTS.items():
            golden = os.path.join(GOLDEN, name + ".pxi")
            pixel_encode_tokens(content, self.path("input_tokens.pxi"))
            self.assertEqual(self.bytes_of(self.path("input_tokens.pxi")), self.bytes_of(golden), name)
            expected = [ord(c) % 1024 for c in content] if isinstance(content, str) else content
            self.assertEqual(pixel_decode_tokens(golden).tolist(), expected)

    def test_every_count_comes_back(self):
        for count in (1, 2, 255, 256, 257, 1364, 1365, 65_535):
            ids = np.arange(count) * 331 % 65_536
            pixel_encode_tokens(ids, self.path("tokens.pxi"))
            read = pixel_decode_tokens(self.path("tokens.pxi"))
            self.assertEqual(read.dtype, np.int32)
            self.assertEqual(read.tolist(), ids.tolist())

    def test_the_image_is_returned_whether_or_not_there_is_a_file(self):
        for image in (pixel_encode_tokens("pxO"), pixel_encode_tokens(text="pxO", output_path=self.path("tokens.pxi"))):
            self.assertEqual((image.dtype, image.shape), (np.uint8, (1, 4, 3)))
            self.assertEqual(image.tolist(), [[[3, 0, 1], [112, 0, 0], [120, 0, 0], [79, 0, 0]]])
            image[0, 1, 0] = 113  # it is the caller's own
        self.assertEqual(os.listdir(self.folder), ["tokens.pxi"])
        self.assertEqual(pixel_decode_tokens(image_path=self.path("tokens.pxi")).tolist(), [112, 120, 79])

    def test_the_originals_tokenizer_is_there(self):
        self.assertEqual(V, 1024)
        self.assertEqual(simple_tokenize("pé🌶").tolist(), [112, 233, 0x1F336 % 1024])
        self.assertEqual(simple_tokenize("pé", vocab_size=100).tolist(), [12, 33])
        self.assertEqual(simple_tokenize("").dtype, np.int32)
        self.assertEqual(simple_detokenize(simple_tokenize("pxOS é\n")), "pxOS ?\n")
        self.assertEqual(simple_detokenize([65, 127, 128, 1023]), "A\x7f??")

    def test_any_sequence_of_whole_numbers_is_taken(self):
        for ids in ([1, 2], (1, 2), iter([1, 2]), np.array([1, 2], np.uint16)):
            pixel_encode_tokens(ids, self.path("tokens.pxi"))
            self.assertEqual(pixel_decode_tokens(self.path("tokens.pxi")).tolist(), [1, 2])

    def test_what_no_token_image_holds_is_refused_and_nothing_is_written(self):
        for bad, error in (("", ValueError), ([], ValueError), ("a" * 65_536, ValueError), ([65_536], ValueError),
                           ([-1], ValueError), ([1.5], TypeError), (["a"], TypeError)):
            with self.assertRaises(error):
                pixel_encode_tokens(bad, self.path("tokens.pxi"))
        self.assertEqual(os.listdir(self.folder), [])

    def test_broken_rules_are_named(self):
        def changed(pixel, value):
            return [[value if i == pixel else each for i, each in enumerate(SOUND)]]

        for rows, words in (
                (changed(0, (2, 0, 3)), ["pixel 0", "version 1 or 2", "version 3"]),
                (changed(0, (0, 0, 1)), ["pixel 0", "0 tokens"]),
                (changed(0, (3, 0, 1)), ["pixel 0", "a count of 2", "a count of 3"]),
                (changed(0, (1, 0, 1)), ["pixel 2", "1 trailing pixels"]),
                (changed(2, (120, 0, 3)), ["pixel 2", "blue 0", "blue 3"]),
                ([SOUND, SOUND], ["1 pixel high", "a 3 x 2 picture"]),
                ([[(32, 0, 200), (10, 0, 55)]], ["a prediction (2 x 1)"]),
                ([[(v, v, v) for v in range(0, 256, 8)][:31] + [(255,) * 3]] * 2, ["a heat map (32 x 2)"])):
            self.assert_refused(["picture.pxi"] + words, pixel_decode_tokens, self.put(picture(rows)))
        sequence = picture([SOUND], {"Kind": "output_sequence"})
        self.assert_refused(["an output sequence (3 x 1)"], pixel_decode_tokens, self.put(sequence))


if __name__ == "__main__":
    unittest.main()
