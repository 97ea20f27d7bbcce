"""Strict JSON (§12.1, rule 2). Everything that it refuses is `Strict(Json)`."""

import re

from .errors import Refused

DEEPEST = 127
_NUMBER = re.compile(r"0|[1-9][0-9]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def parse(data):
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("Strict(Json)", "not UTF-8") from None
    reader = _Reader(text)
    value = reader.value(0)
    reader.space()
    if reader.at != len(text):
        raise reader.refusal("something stands after the value")
    return value


class _Reader:
    def __init__(self, text):
        self.text = text
        self.at = 0

    def refusal(self, reason):
        return Refused("Strict(Json)", f"{reason}, at character {self.at}")

    def space(self):
        while self.at < len(self.text) and self.text[self.at] in " \t\n\r":
            self.at += 1

    def take(self, expected):
        """Takes `expected` if it comes next."""
        found = self.text.startswith(expected, self.at)
        if found:
            self.at += len(expected)
        return found

    def value(self, depth):
        self.space()
        if self.take("{"):
            return self.members(depth + 1)
        if self.take("["):
            return self.elements(depth + 1)
        if self.take('"'):
            return self.string()
        for word, value in (("true", True), ("false", False), ("null", None)):
            if self.take(word):
                return value
        match = _NUMBER.match(self.text, self.at)
        if not match:
            raise self.refusal("no value")
        self.at = match.end()
        if self.at < len(self.text) and self.text[self.at] in ".eE0123456789":
            raise self.refusal("a number is written as an integer without leading zeros")
        # so long a number is too great, and is not even read
        number = int(match[0]) if len(match[0]) <= 20 else 2**64
        if number >= 2**64:
            raise self.refusal("a number is too great")
        return number

    def deep(self, depth):
        if depth > DEEPEST:
            raise self.refusal("nested too deep")

    def members(self, depth):
        self.deep(depth)
        members = {}
        self.space()
        if self.take("}"):
            return members
        while True:
            self.space()
            if not self.take('"'):
                raise self.refusal("no key")
            key = self.string()
            if key in members:
                raise self.refusal(f"the key {key!r} stands twice")
            self.space()
            if not self.take(":"):
                raise self.refusal("no colon")
            members[key] = self.value(depth)
            self.space()
            if self.take("}"):
                return members
            if not self.take(","):
                raise self.refusal("no comma")

    def elements(self, depth):
        self.deep(depth)
        elements = []
        self.space()
        if self.take("]"):
            return elements
        while True:
            elements.append(self.value(depth))
            self.space()
            if self.take("]"):
                return elements
            if not self.take(","):
                raise self.refusal("no comma")

    def string(self):
        parts = []
        while True:
            match = _PLAIN.match(self.text, self.at)
            parts.append(match[0])
            self.at = match.end()
            if self.take('"'):
                return "".join(parts)
            if not self.take("\\"):
                raise self.refusal("a string ends early or has a control character")
            parts.append(self.escape())

    def escape(self):
        letter = self.text[self.at : self.at + 1]
        self.at += 1
        if letter in _ESCAPES and letter:
            return _ESCAPES[letter]
        if letter != "u":
            raise self.refusal("no escape")
        unit = self.hexadecimal()
        if 0xD800 <= unit < 0xDC00 and self.take("\\u"):
            second = self.hexadecimal()
            if not 0xDC00 <= second < 0xE000:
                raise self.refusal("a lone surrogate")
            return chr(0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00))
        if 0xD800 <= unit < 0xE000:
            raise self.refusal("a lone surrogate")
        return chr(unit)

    def hexadecimal(self):
        match = _HEX.match(self.text, self.at)
        if not match:
            raise self.refusal("no four hexadecimal digits")
        self.at = match.end()
        return int(match[0], 16)
