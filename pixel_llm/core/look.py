"""Guesses from its first bytes what a file is that is not a PNG, to word a message."""

BYTES = 512
LFS = b"version https://git-lfs"

BEGINNINGS = (
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"BM", "a BMP image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"qoif", "a QOI image"),
    (b"\0\0\1\0", "an icon (ICO)"),
    (b"GGUF", "a GGUF model"),
    (b"PK\3\4", "a ZIP archive (a PyTorch or NumPy file is one too)"),
    (b"\x1f\x8b", "gzip data"),
    (b"(\xb5/\xfd", "zstd data"),
    (b"%PDF", "a PDF document"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x7fELF", "a program (ELF)"),
    (LFS, "a git-LFS pointer: the file itself was not fetched"),
)


def describe(data):
    """What the bytes look like, such as ``an HTML page``, and what to do about it."""
    head = bytes(data[:BYTES])
    if not head:
        return "an empty file", "Give a .pxi file, which is a PNG image."
    if 1 <= head.find(b"PNG") <= 3 and (head[0] >= 0x80 or head[0] == 9):
        return "a PNG damaged by a text-mode transfer (line ends or high bits were changed)", "Copy it again in binary mode."
    if head.startswith(LFS):
        return BEGINNINGS[-1][1], "Run `git lfs pull` to fetch the file itself."
    return _kind(head), "Give a .pxi file, which is a PNG image."


def _kind(head):
    for beginning, name in BEGINNINGS:
        if head.startswith(beginning):
            return name
    if head.startswith(b"RIFF"):
        return "a WebP image" if head[8:12] == b"WEBP" else "a RIFF file"
    if head[4:8] == b"ftyp":
        return "an AVIF image" if head[8:11] == b"avi" else "an HEIF image or MP4 video"
    if head[5:9] == b"\0\0\0{":
        return "a safetensors model"
    if any(byte < 0x20 and byte not in b"\n\r\t\f" for byte in head):
        return "unknown data that begins " + head[:8].hex(" ")
    words = (head[3:] if head.startswith(b"\xef\xbb\xbf") else head).lstrip().lower()
    if not words:
        return "blank text"
    if words.startswith((b"<!doctype html", b"<html", b"<head")):
        return "an HTML page"
    if words.startswith(b"<"):
        return "an SVG drawing (XML)" if b"<svg" in words else "an XML or HTML document"
    return "JSON text" if words.startswith((b"{", b"[")) else "text"
