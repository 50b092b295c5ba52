import os
import struct
import unittest

import numpy as np

from pixel_llm.core.pixel_io import (
    pixel_decode_activations,
    pixel_decode_attention,
    pixel_decode_beams,
    pixel_decode_prompt_scores,
    pixel_decode_sequence,
    pixel_notes,
)
from pixel_llm.tests import ROOT
from pixel_llm.tests.cases import FolderCase, picture

GOLDEN = os.path.join(ROOT, "cartridges", "golden")
WHITE = (255, 255, 255)
GREY = [[(v, v, v) for v in row] for row in ([255, 0], [100, 155])]


class SequenceTest(FolderCase):
    def test_a_sequence_is_read(self):
        file = self.put(picture([[(72, 0, 200), (1, 4, 255)]], {"Kind": "output_sequence", "Stop": "length"}))
        self.assertEqual(
            pixel_decode_sequence(file), {"tokens": [72, 1025], "probs": [200 / 255, 1.0], "stop": "length"})

    def test_it_need_not_be_named_nor_have_ended(self):
        self.assertIsNone(pixel_decode_sequence(self.put(picture([[(72, 0, 200)]])))["stop"])

    def test_one_that_looks_like_tokens_is_what_it_says_it_is(self):
        file = self.put(picture([[(1, 0, 1), (97, 0, 0)]], {"Kind": "output_sequence"}))
        self.assertEqual(pixel_decode_sequence(file)["tokens"], [1, 97])
        named = os.path.join(ROOT, "protocol", "src", "test", "resources", "sequence-like-tokens.pxi")
        self.assertEqual(len(pixel_decode_sequence(named)["tokens"]), 33)

    def test_the_golden_ones_say_the_golden_rhyme(self):
        with open(os.path.join(GOLDEN, "rhyme.txt"), encoding="utf-8") as file:
            rhyme = file.read()
        said = pixel_decode_sequence(os.path.join(GOLDEN, "greedy.output_sequence.pxi"))["tokens"]
        self.assertIn("".join(map(chr, said[:20])), rhyme)

    def test_another_image_is_refused(self):
        for rows, text, words in (
                ([[(1, 0, 1), (97, 0, 0)]], {}, ["a token image (2 x 1)"]),
                ([[(1, 0, 1)], [(1, 0, 1)]], {}, ["1 pixel high", "a 1 x 2 picture"]),
                ([[(1, 0, 1)]], {"Kind": "output_beams"}, ["output beams (1 x 1)"])):
            self.assert_refused(words, pixel_decode_sequence, self.put(picture(rows, text)))


class BeamsTest(FolderCase):
    def test_shorter_beams_end_where_white_begins(self):
        file = self.put(picture([[(1, 0, 9), (255, 255, 254)], [(2, 1, 7), WHITE]], {"Kind": "output_beams"}))
        self.assertEqual(pixel_decode_beams(file), [
            {"tokens": [1, 65_535], "probs": [9 / 255, 254 / 255]},
            {"tokens": [258], "probs": [7 / 255]}])

    def test_broken_rules_are_named(self):
        for rows, words in (
                ([[(1, 0, 9), WHITE, (2, 0, 9)]], ["pixel (2, 0)", "after a beam's 1 tokens", "token 2"]),
                ([[(1, 0, 9)], [WHITE]], ["pixel (0, 1)", "first token of a beam"]),
                ([[(1, 0, 9), WHITE]], ["longest beam, 1", "a width of 2"]),
                ([[(1, 0, 9)]] * 257, ["1 to 256 pixels high"])):
            self.assert_refused(words, pixel_decode_beams, self.put(picture(rows)))


class ScoresTest(FolderCase):
    def test_scores_are_read(self):
        file = self.put(picture([[(112, 0, 0), (120, 0, 51)]], {"Kind": "prompt_scores"}))
        self.assertEqual(pixel_decode_prompt_scores(file), {"tokens": [112, 120], "probs": [0.0, 0.2]})

    def test_nothing_predicts_the_first_token(self):
        self.assert_refused(["pixel 0", "blue 1"], pixel_decode_prompt_scores, self.put(picture([[(112, 0, 1)]])))


class AttentionTest(FolderCase):
    def test_a_map_is_read(self):
        read = pixel_decode_attention(self.put(picture(GREY, {"Kind": "attention"})))
        self.assertEqual(read["weights"].tolist(), [[1, 0], [100 / 255, 155 / 255]])
        self.assertEqual((read["row"], read["column"]), (0, 0))

    def test_a_tile_says_where_it_begins(self):
        read = pixel_decode_attention(self.put(picture(GREY[1:], {"Kind": "attention", "Tile": "2048,0"})))
        self.assertEqual((read["row"], read["column"], read["weights"].shape), (2048, 0, (1, 2)))

    def test_broken_rules_are_named(self):
        for rows, text, words in (
                (GREY[1:], {}, ["as high as wide"]),
                ([[(1, 1, 2)]], {}, ["pixel (0, 0)", "R = G = B", "(1, 1, 2)"]),
                ([[(9,) * 3, (1,) * 3], [(9,) * 3] * 2], {}, ["pixel (1, 0)", "above the diagonal", "grey 1"]),
                ([[(1,) * 3, (0,) * 3], [(200,) * 3] * 2], {}, ["row 1", "a sum of 400"]),
                (GREY, {"Tile": "1"}, ["text entry Tile"]),
                (GREY, {"Tile": "99999999,0"}, ["text entry Tile", "16777216"]),
                (GREY, {"Kind": "view"}, ["a view for eyes (2 x 2)"])):
            self.assert_refused(words, pixel_decode_attention, self.put(picture(rows, text)))


class ActivationsTest(FolderCase):
    def test_values_are_read_to_the_bit(self):
        values = [1.0, -0.0, 3.14159274, float("inf"), float("-inf"), 1e-45]
        rows = []
        for at in (0, 3):
            row = []
            for value in values[at:at + 3]:
                low, middle, high, top = struct.pack("<f", value)
                row += [(low, middle, high), (top, 0, 0)]
            rows.append(row)
        self.assertEqual(rows[0][:2], [(0, 0, 128), (63, 0, 0)])
        read = pixel_decode_activations(self.put(picture(rows, {"Kind": "activations"})))
        self.assertEqual((read.dtype, read.shape), (np.float32, (2, 3)))
        self.assertEqual(read.tobytes(), np.array(values, np.float32).tobytes())

    def test_a_nan_keeps_its_bits(self):
        read = pixel_decode_activations(self.put(picture([[(1, 2, 192), (127, 0, 0)]])))
        self.assertEqual(read.view(np.uint32)[0, 0], 0x7FC00201)

    def test_broken_rules_are_named(self):
        for rows, words in (
                ([[(0, 0, 128)]], ["two pixels for each value"]),
                ([[(0, 0, 128), (63, 0, 0), (0, 0, 0), (0, 1, 2)]], ["pixel (3, 0)", "green 1, blue 2"])):
            self.assert_refused(words, pixel_decode_activations, self.put(picture(rows)))


class NotesTest(FolderCase):
    def test_notes_are_the_text_entries_in_their_order(self):
        notes = {"Software": "ours", "Title": "a text é 中 🚀"}
        escaped = {"Software": "ours", "Title": "a text é \\u4E2D \\uD83D\\uDE80"}
        read = pixel_notes(self.put(picture([[(1, 2, 3)]], notes)))
        self.assertEqual(list(read.items()), list(escaped.items()))


if __name__ == "__main__":
    unittest.main()
