import numpy as np
from PIL import Image

tokens = [112, 120, 79, 83]
n = len(tokens)

img = np.zeros((1, n+1, 3), dtype=np.uint8)
img[0, 0] = (n % 256, n // 256, 1)
for i, tok in enumerate(tokens):
    img[0, i+1] = (tok % 256, tok // 256, 0)

Image.fromarray(img, "RGB").save("input_tokens.pxi", "PNG")
