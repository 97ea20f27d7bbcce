"""The command line; `README.md` shows it."""

import pathlib
import sys

if not __package__:  # started by the folder's name
    sys.path[0] = str(pathlib.Path(__file__).resolve().parent.parent)
    import reference  # noqa: F401

    __package__ = "reference"

from reference.command import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
