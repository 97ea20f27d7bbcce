"""Transcripts told step by step, and comparing values with what a case says."""

from ..strobe import Transcript


class Recorder(Transcript):
    """A transcript that writes its own steps down."""

    def __init__(self, label=None):
        self.steps = []
        super().__init__(label)

    def absorb(self, label, value):
        self.steps.append(["absorb", label, bytes(value).hex()])
        super().absorb(label, value)

    def draw(self, label):
        number = super().draw(label)
        self.steps.append(["draw", label, number.to_bytes(32, "little").hex()])
        return number

    def challenge_bytes(self, label, count):
        data = super().challenge_bytes(label, count)
        if count != 64:
            self.steps.append(["bytes", label, data.hex()])
        return data


def play(steps):
    """The transcript that the steps make; every draw must come out as written."""
    transcript = None
    for kind, label, *value in steps:
        if kind == "new":
            transcript = Recorder(label)
        elif kind == "absorb":
            transcript.absorb(label, bytes.fromhex(value[0]))
        elif kind == "draw":
            same(transcript.draw(label).to_bytes(32, "little"), value[0], label)
        elif kind == "bytes":
            same(transcript.challenge_bytes(label, len(value[0]) // 2), value[0], label)
        else:
            raise AssertionError(f"a step of kind {kind}")
    transcript.steps = []
    return transcript


def same(mine, theirs, what):
    if isinstance(mine, (bytes, bytearray)):
        mine = bytes(mine).hex()
    assert mine == theirs, f"{what}: {mine} here, {theirs} in the case"
