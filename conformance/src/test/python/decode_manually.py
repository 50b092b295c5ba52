import numpy as np
from PIL import Image

img = Image.open("output_token.pxi").convert("RGB")
arr = np.array(img, dtype=np.uint8)

for i in range(arr.shape[1]):
    token_id = int(arr[0, i, 0]) + int(arr[0, i, 1]) * 256
    prob = float(arr[0, i, 2]) / 255.0
    print(f"Token {token_id}: {prob:.3f}")
