"""Runs the document's snippet for other tokens: create_with_tokens.py SNIPPET TOKENS

TOKENS is a file of ids between blanks. The snippet writes input_tokens.pxi into the current folder.
"""
import sys

EXAMPLE = "tokens = [112, 120, 79, 83]\n"

with open(sys.argv[1], encoding="utf-8") as file:
    snippet = file.read()
with open(sys.argv[2], encoding="utf-8") as file:
    ids = [int(word) for word in file.read().split()]
if snippet.count(EXAMPLE) != 1:
    sys.exit("the snippet no longer states its tokens as: " + EXAMPLE)
exec(compile(snippet.replace(EXAMPLE, f"tokens = {ids}\n"), sys.argv[1], "exec"))
