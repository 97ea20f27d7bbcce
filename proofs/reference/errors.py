"""How this package says no: every refusal has a name (§9.9, §12, §20, §23, and the vectors' README)."""


class Refused(Exception):
    """Bytes that are not accepted. `name` is the error's or the check's name, `reason` is for people."""

    def __init__(self, name, reason="", **details):
        super().__init__(f"{name}: {reason}" if reason else name)
        self.name = name
        self.reason = reason
        self.details = details


class NoVerdict(Exception):
    """An input is missing or malformed: exit code 3 (§23.5)."""


def demand(condition, name, reason=""):
    if not condition:
        raise Refused(name, reason)
