"""Version 2 of the images, for models of more than 65,536 ids."""

import os
import unittest

import numpy as np

from pixel_llm.core import cartridge, pixel_io, tokens
from pixel_llm.core.pixel_io import (
    pixel_decode_beams,
    pixel_decode_logits_heatmap,
    pixel_decode_prediction,
    pixel_decode_prompt_scores,
    pixel_decode_sequence,
    pixel_decode_tokens,
    pixel_encode_logits_heatmap,
    pixel_encode_prediction,
    pixel_encode_tokens,
)
from pixel_llm.tests import ROOT
from pixel_llm.tests.cases import FolderCase, picture

HIGH = 262_143
BLACK = (0, 0, 0)
WHITE = (255, 255, 255)


def grey(value):
    return (value, value, value)


PREDICTION = [[(1, 0, 2), (255, 255, 3), (0, 0, 1)], [BLACK, grey(200), grey(50)]]
SEQUENCE = [[(2, 0, 2), (255, 255, 3), (7, 0, 0)], [BLACK, grey(50), grey(255)]]
BEAMS = [
    [(3, 2, 2), (255, 255, 3), (0, 0, 1)], [BLACK, grey(9), grey(8)],
    [BLACK, (7, 0, 0), WHITE], [BLACK, grey(255), BLACK]]
SCORES = [[(4, 0, 2), (255, 255, 3), (7, 0, 0)], [BLACK, BLACK, grey(99)]]
READERS = (
    (pixel_decode_prediction, PREDICTION, "a prediction"),
    (pixel_decode_sequence, SEQUENCE, "an output sequence"),
    (pixel_decode_beams, BEAMS, "output beams"),
    (pixel_decode_prompt_scores, SCORES, "prompt scores"))


class WideTest(FolderCase):
    def test_tokens_have_three_bytes(self):
        image = pixel_encode_tokens([7, 65_536, HIGH], self.path("tokens.pxi"), version=2)
        self.assertEqual(image.tolist(), [[[3, 0, 2], [7, 0, 0], [0, 0, 1], [255, 255, 3]]])
        self.assertEqual(pixel_decode_tokens(self.path("tokens.pxi")).tolist(), [7, 65_536, HIGH])
        self.assertEqual(pixel_encode_tokens("pé", version=2).tolist(), [[[2, 0, 2], [112, 0, 0], [233, 0, 0]]])
        ids = np.arange(65_535) * 4
        pixel_encode_tokens(ids, self.path("tokens.pxi"), version=2)
        self.assertEqual(pixel_decode_tokens(self.path("tokens.pxi")).tolist(), ids.tolist())

    def test_what_version_2_does_not_hold_is_refused(self):
        for bad, version in (([0xFFFFFF], 2), ([-1], 2), ([65_536], 1), ([1], 3), ([1], 0)):
            with self.assertRaises(ValueError):
                pixel_encode_tokens(bad, self.path("tokens.pxi"), version=version)
        self.assertEqual(os.listdir(self.folder), [])
        for row, words in (
                ([(1, 0, 2), WHITE], ["pixel 1", "white"]),
                ([(2, 0, 2), (1, 2, 3)], ["pixel 0", "a count of 2"]),
                ([(0, 0, 2), (1, 2, 3)], ["0 tokens"])):
            self.assert_refused(words, pixel_decode_tokens, self.put(picture([row])))

    def test_outputs_are_read(self):
        self.assertEqual(pixel_decode_prediction(self.put(picture(PREDICTION))), {
            "top_tokens": [HIGH, 65_536], "top_probs": [200 / 255, 50 / 255], "top_token": HIGH, "top_prob": 200 / 255})
        self.assertEqual(pixel_decode_sequence(self.put(picture(SEQUENCE, {"Stop": "length"}))), {
            "tokens": [HIGH, 7], "probs": [50 / 255, 1.0], "stop": "length"})
        self.assertEqual(pixel_decode_beams(self.put(picture(BEAMS))), [
            {"tokens": [HIGH, 65_536], "probs": [9 / 255, 8 / 255]}, {"tokens": [7], "probs": [1.0]}])
        self.assertEqual(pixel_decode_prompt_scores(self.put(picture(SCORES))), {
            "tokens": [HIGH, 7], "probs": [0.0, 99 / 255]})

    def test_each_is_no_other_whether_or_not_it_is_named(self):
        for reader, _, _ in READERS + ((pixel_decode_tokens, None, None),):
            for other, rows, words in READERS:
                if other is not reader:
                    self.assert_refused([words], reader, self.put(picture(rows)))
        named = picture(SEQUENCE, {"Kind": "prompt_scores"})
        self.assert_refused(["output sequence"], pixel_decode_sequence, self.put(named))

    def test_beams_of_version_1_stay_themselves(self):
        rows = [[(1, 0, 2), (5, 0, 9)], [BLACK, (5, 0, 9)]]
        file = self.put(picture(rows, {"Kind": "output_beams"}))
        self.assertEqual([beam["tokens"] for beam in pixel_decode_beams(file)], [[1, 5], [0, 5]])

    def test_broken_rules_are_named(self):
        for reader, rows, _ in READERS:
            for x, y, colour, words in (
                    (0, 1, (0, 1, 0), ["pixel (0, 1)", "black", "(0, 1, 0)"]),
                    (1, 1, (9, 9, 8), ["pixel (1, 1)", "R = G = B", "(9, 9, 8)"]),
                    (1, 0, WHITE, ["pixel (1, 0)", "token", "(255, 255, 255)"])):
                broken = [list(row) for row in rows]
                broken[y][x] = colour
                self.assert_refused(words, reader, self.put(picture(broken)))
            self.assert_refused(["1 to 65535 tokens"], reader, self.put(picture([row[:1] for row in rows])))
        for reader, rows, x, y, colour, words in (
                (pixel_decode_prediction, PREDICTION, 2, 1, grey(201), ["pixel (2, 1)", "at most 200"]),
                (pixel_decode_prompt_scores, SCORES, 1, 1, grey(1), ["pixel (1, 1)", "grey 0"]),
                (pixel_decode_beams, BEAMS, 2, 3, grey(1), ["pixel (2, 3)", "padding"]),
                (pixel_decode_beams, BEAMS, 1, 2, WHITE, ["pixel (1, 2)", "the first token of a beam"])):
            broken = [list(row) for row in rows]
            broken[y][x] = colour
            self.assert_refused(words, reader, self.put(picture(broken)))
        spare = [row + [WHITE if y % 2 == 0 else BLACK] for y, row in enumerate(BEAMS)]
        self.assert_refused(["the width of its longest beam, 2"], pixel_decode_beams, self.put(picture(spare)))

    def test_many_logits_become_images_of_version_2(self):
        logits = np.zeros(HIGH + 1, np.float32)
        logits[[HIGH, 3]] = [2, 1]
        image = pixel_encode_prediction(logits, self.path("output_token.pxi"), top_k=2)
        self.assertEqual(image.tolist(), [
            [[1, 0, 2], [255, 255, 3], [3, 0, 0]], [[0, 0, 0], [186, 186, 186], [68, 68, 68]]])
        self.assertEqual(pixel_decode_prediction(self.path("output_token.pxi"))["top_tokens"], [HIGH, 3])
        self.assertEqual(pixel_encode_prediction(logits, top_k=HIGH + 1).shape, (2, 65_536, 3))
        pixel_encode_logits_heatmap(logits, self.path("logits_heatmap.pxi"))
        cells = pixel_decode_logits_heatmap(self.path("logits_heatmap.pxi"))
        self.assertEqual((cells.shape, int(cells.argmax())), ((8192, 32), HIGH))
        for write in (pixel_encode_prediction, pixel_encode_logits_heatmap):
            with self.assertRaises(ValueError):
                write(np.zeros(tokens.MAX_VOCABULARY + 1), self.path("x.pxi"))

    def test_a_cartridges_ids_are_counted(self):
        for name, ids in (("default.pxi", 1024), ("golden.pxi", 256)):
            with open(os.path.join(ROOT, "cartridges", name), "rb") as file:
                self.assertEqual(cartridge.vocabulary(file), ids)

    def test_every_name_is_still_there(self):
        for name in pixel_io.__all__:
            self.assertTrue(hasattr(pixel_io, name))


if __name__ == "__main__":
    unittest.main()
