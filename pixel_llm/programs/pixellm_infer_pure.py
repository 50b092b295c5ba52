"""Answers a text or a token image with the engine of Pixel-LLM.

Only the entrance: Python compiles a program that it is given as a file at every start, and a module once.
"""

import os
import sys

if not __package__:
    # Started as a file: its package lies two folders up.
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from pixel_llm.core.infer import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
