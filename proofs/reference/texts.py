"""What a text may hold: texts and names of the manifest (§12.2), clean text of entries (§19.1)."""

import re
import unicodedata

WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"

# §12.2, Text, rule 2, beside category Cc and the two last code points of every plane
_FORBIDDEN = re.compile(
    "[\u200b\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffd\ue000-\uf8ff\ufdd0-\ufdef"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_NOT_IN_NAMES = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u00ad\u200c\u200d]")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_OVERRIDES = re.compile("[\u202a-\u202e]")


def _has_controls(text):
    return any(unicodedata.category(c) == "Cc" for c in text)


def _is_plain(text, limit):
    """Rules 1 to 3."""
    return (
        0 < len(text.encode("utf-8")) <= limit
        and not _has_controls(text)
        and not _FORBIDDEN.search(text)
        and not any(ord(c) & 0xFFFE == 0xFFFE for c in text)
        and text.strip(WHITE_SPACE) == text
        and unicodedata.is_normalized("NFC", text)
    )


def is_text(text, limit):
    if not _is_plain(text, limit) or _OVERRIDES.search(text):
        return False
    open_isolates = 0
    for c in text:
        if "\u2066" <= c <= "\u2068":
            open_isolates += 1
        elif c == "\u2069":
            open_isolates -= 1
            if open_isolates < 0:
                return False
    return open_isolates == 0


def is_name(text, limit):
    return _is_plain(text, limit) and not _NOT_IN_NAMES.search(text)


def look(text):
    """Two texts look alike if this is equal."""
    lower = "".join(c.lower() for c in unicodedata.normalize("NFKC", text)).replace("\u03c2", "\u03c3")
    folded = unicodedata.normalize("NFKC", lower)
    return re.sub(f"[{WHITE_SPACE}]+", " ", folded)


def is_clean(text):
    """§19.1."""
    return unicodedata.is_normalized("NFC", text) and not _has_controls(text) and not _TURNING.search(text)
