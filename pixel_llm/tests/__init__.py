"""Run them with: python3 -m unittest discover -s pixel_llm/tests -t ."""

import os

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
