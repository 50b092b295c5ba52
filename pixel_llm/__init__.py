"""Pixel-LLM from Python: the pixel files of the protocol, and the engine that answers them."""
