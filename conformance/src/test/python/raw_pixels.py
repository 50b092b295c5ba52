"""Decodes a picture with PIL and numpy: raw_pixels.py PICTURE RAW

Prints its format, mode, height and width, and writes its samples, row by row, to the file RAW.
"""
import sys

import numpy as np
from PIL import Image

with Image.open(sys.argv[1]) as image:
    samples = np.array(image, dtype=np.uint8)
    print(image.format, image.mode, *samples.shape[:2])
with open(sys.argv[2], "wb") as raw:
    raw.write(samples.tobytes())
