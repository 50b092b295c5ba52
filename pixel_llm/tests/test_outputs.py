import math
import os
import subprocess
import sys
import unittest

import numpy as np

from pixel_llm.core.pixel_io import (
    pixel_decode_logits_heatmap,
    pixel_decode_prediction,
    pixel_encode_logits_heatmap,
    pixel_encode_prediction,
)
from pixel_llm.tests import ROOT
from pixel_llm.tests.cases import FolderCase, picture

GOLDEN = os.path.join(ROOT, "cartridges", "golden")


def golden_logits():
    """Name to the logits that the golden cartridge gives. // [256]"""
    with open(os.path.join(GOLDEN, "logits.txt"), encoding="utf-8") as file:
        lines = [line.split() for line in file if not line.startswith("#")]
    return {words[0]: np.array(words[1:], dtype=np.float32) for words in lines if words}


class GoldenTest(FolderCase):
    def test_the_golden_cartridges_logits_become_its_images_byte_for_byte(self):
        logits = golden_logits()
        self.assertGreater(len(logits), 5)
        for name, values in logits.items():
            pixel_encode_prediction(values, self.path("output_token.pxi"))
            pixel_encode_logits_heatmap(values, self.path("logits_heatmap.pxi"))
            for kind in ("output_token.pxi", "logits_heatmap.pxi"):
                golden = self.bytes_of(GOLDEN, f"{name}.{kind}")
                self.assertEqual(self.bytes_of(self.path(kind)), golden, f"{name}.{kind}")


class ScriptTest(FolderCase):
    def test_the_module_runs_as_a_script_from_any_folder(self):
        script = os.path.join(ROOT, "pixel_llm", "core", "pixel_io.py")
        result = subprocess.run(
            [sys.executable, "-B", script], cwd=self.folder, capture_output=True, text=True, timeout=60)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("read back as 'pxOS evolution system'", result.stdout)
        self.assertEqual(os.listdir(self.folder), [])


class PredictionTest(FolderCase):
    def encoded(self, logits, **options):
        pixel_encode_prediction(logits, self.path("output_token.pxi"), **options)
        return pixel_decode_prediction(self.path("output_token.pxi"))

    def test_the_documents_example_is_read(self):
        example = [(32, 0, 73), (101, 0, 45), (116, 0, 45), (10, 0, 45), (115, 0, 44)]
        read = pixel_decode_prediction(self.put(picture([example])))
        self.assertEqual(read["top_tokens"], [32, 101, 116, 10, 115])
        self.assertEqual(read["top_probs"], [73 / 255, 45 / 255, 45 / 255, 45 / 255, 44 / 255])
        self.assertEqual((read["top_token"], read["top_prob"]), (32, 73 / 255))
        self.assertEqual({type(value) for value in read["top_tokens"] + [read["top_token"]]}, {int})

    def test_confidences_are_the_softmax_over_the_highest_rounded_down(self):
        logits = np.zeros(1024, np.float32)
        logits[[1000, 5, 7]] = [3, 2, 2]
        weights = [math.e ** 3, math.e ** 2, math.e ** 2, 1, 1]
        read = self.encoded(logits)
        self.assertEqual(read["top_tokens"], [1000, 5, 7, 0, 1])
        self.assertEqual(read["top_probs"], [math.floor(255 * w / sum(weights)) / 255 for w in weights])

    def test_the_image_is_returned_whether_or_not_there_is_a_file(self):
        self.assertEqual(pixel_encode_prediction([0.0, 1.0], top_k=1).tolist(), [[[1, 0, 255]]])
        image = pixel_encode_prediction([0.0, 0.0], output_path=self.path("output_token.pxi"))
        self.assertEqual((image.dtype, image.tolist()), (np.uint8, [[[0, 0, 127], [1, 0, 127]]]))
        self.assertEqual(pixel_encode_logits_heatmap([3.0, 1.0, 2.0], width=2).tolist(), [
            [[255] * 3, [0] * 3], [[127] * 3, [0] * 3]])
        self.assertEqual(os.listdir(self.folder), ["output_token.pxi"])

    def test_what_could_be_tokens_to_the_pixel_is_read_as_the_prediction_that_was_asked_for(self):
        logits = np.zeros(1024)
        logits[1023] = 1.5
        read = self.encoded(logits, top_k=1024)
        self.assertEqual((read["top_token"], read["top_prob"], sum(read["top_probs"])), (1023, 1 / 255, 1 / 255))

    def test_five_equals_get_a_fifth_each(self):
        self.assertEqual(self.encoded([1.0] * 5)["top_probs"], [51 / 255] * 5)

    def test_more_than_all_is_all(self):
        self.assertEqual(self.encoded([0, 1], top_k=9)["top_tokens"], [1, 0])
        self.assertEqual(self.encoded([0, 1], top_k=1), {
            "top_tokens": [1], "top_probs": [1.0], "top_token": 1, "top_prob": 1.0})

    def test_the_largest_vocabulary_fits(self):
        read = self.encoded(np.arange(65_536, dtype=np.float32), top_k=65_536)
        self.assertEqual(read["top_tokens"][:2], [65_535, 65_534])
        self.assertEqual(len(read["top_tokens"]), 65_536)

    def test_logits_that_make_no_image_are_refused(self):
        for bad in ([], [[1.0]], [0, math.nan], [math.inf], [0.0] * ((1 << 19) + 1)):
            with self.assertRaises(ValueError):
                pixel_encode_prediction(bad, self.path("output_token.pxi"))
        with self.assertRaises(ValueError):
            pixel_encode_prediction([1.0], self.path("output_token.pxi"), top_k=0)
        self.assertEqual(os.listdir(self.folder), [])

    def test_broken_rules_are_named(self):
        for rows, words in (
                ([[(1, 0, 10), (2, 0, 11)]], ["pixel 1", "at most 10", "confidence 11"]),
                ([[(1, 0, 10)], [(2, 0, 9)]], ["1 pixel high", "a 1 x 2 picture"]),
                ([[(1, 0, 1), (97, 0, 0)]], ["a token image (2 x 1)"])):
            self.assert_refused(words, pixel_decode_prediction, self.put(picture(rows)))
        scores = picture([[(1, 0, 0)]], {"Kind": "prompt_scores"})
        self.assert_refused(["prompt scores (1 x 1)"], pixel_decode_prediction, self.put(scores))


class HeatmapTest(FolderCase):
    def encoded(self, logits, **options):
        pixel_encode_logits_heatmap(logits, self.path("logits_heatmap.pxi"), **options)
        return pixel_decode_logits_heatmap(self.path("logits_heatmap.pxi"))

    def test_lowest_is_black_highest_white_and_the_rest_black(self):
        cells = self.encoded([-0.22, 0.69, 0.235], width=2)
        self.assertEqual(cells.tolist(), [[0, 255], [127, 0]])

    def test_equal_logits_are_middle_grey(self):
        self.assertEqual(self.encoded([2.5] * 3, width=2).tolist(), [[128, 128], [128, 0]])

    def test_1024_logits_are_32_by_32_whatever_they_are(self):
        logits = np.sin(np.arange(1024)).astype(np.float32)
        cells = self.encoded(logits)
        self.assertEqual((cells.shape, cells.dtype), ((32, 32), np.uint8))
        self.assertEqual(int(cells.argmax()), int(logits.argmax()))
        self.assertEqual((cells.min(), cells.max()), (0, 255))

    def test_the_highest_is_white_whatever_the_rounding(self):
        random = np.random.default_rng(1)
        for _ in range(50):
            logits = random.normal(size=40) * 10.0 ** random.integers(-30, 30)
            self.assertEqual(self.encoded(logits).max(), 255)

    def test_a_coloured_pixel_or_another_image_is_refused(self):
        self.assert_refused(
            ["pixel (1, 0)", "R = G = B", "(1, 2, 1)"],
            pixel_decode_logits_heatmap,
            self.put(picture([[(1, 1, 1), (1, 2, 1)]])))
        attention = picture([[(255, 255, 255)]], {"Kind": "attention"})
        self.assert_refused(["an attention map (1 x 1)"], pixel_decode_logits_heatmap, self.put(attention))

    def test_a_width_that_no_image_has_is_refused(self):
        for width in (0, -1, 65_537):
            with self.assertRaises(ValueError):
                pixel_encode_logits_heatmap([1.0, 2.0], self.path("logits_heatmap.pxi"), width=width)


if __name__ == "__main__":
    unittest.main()
