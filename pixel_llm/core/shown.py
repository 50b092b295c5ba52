"""Predictions as people read them in a terminal, the same as the command shows them."""

import math

from pixel_llm.core.tokens import VOCABULARY

BAR_CELLS = 40
EIGHTHS = " ▏▎▍▌▋▊▉"
ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
INVISIBLE = ("Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Mc", "Zs", "Zl", "Zp")


def prediction(ids, confidences, characters=True):
    """One line a token: rank, token, probability, bar.

    characters  whether the ids are those of the protocol's own characters; others are shown as numbers
    """
    lines = []
    for rank, (token, confidence) in enumerate(zip(ids, confidences), 1):
        share = confidence / 255.0
        name = _quoted(token) if characters and token < VOCABULARY else f"'#{token}'"
        lines.append(f"{rank:3}  {name:8}{tenths(100 * share):>6} %  {_bar(share)}")
    return lines


def _quoted(token):
    character = chr(token)
    if character in ESCAPES:
        return f"'{ESCAPES[character]}'"
    return f"'{character}'" if _is_printable(character) else f"'{_escape(token)}'"


def _is_printable(character):
    if character < "\x7f":
        return character >= " "
    import unicodedata

    return unicodedata.category(character) not in INVISIBLE


def _escape(token):
    return f"\\x{token:02X}" if token < 0x80 else f"\\u{token:04X}"


def _bar(share):
    eighths = math.floor(share * BAR_CELLS * 8 + 0.5)
    return "█" * (eighths // 8) + (EIGHTHS[eighths % 8] if eighths % 8 else "")


def tenths(value):
    """One decimal."""
    whole, tenth = divmod(math.floor(value * 10 + 0.5), 10)
    return f"{whole}.{tenth}"


def picture(width, rgb):
    """A picture as half blocks: two rows of pixels in one line."""
    pitch = 3 * width
    rows = [rgb[at:at + pitch] for at in range(0, len(rgb), pitch)]
    if len(rows) % 2:
        rows.append(bytes(pitch))
    return ["".join(_cell(upper[x:x + 3], lower[x:x + 3]) for x in range(0, pitch, 3)) + "\033[0m"
            for upper, lower in zip(rows[::2], rows[1::2])]


def _cell(upper, lower):
    return "\033[38;2;%d;%d;%dm" % tuple(upper) + "\033[48;2;%d;%d;%dm▀" % tuple(lower)
