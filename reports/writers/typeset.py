"""Sets a paper by typst, in a process of its own: `typeset.py TEMPLATE FONTS SECOND MEMORY < JSON > PDF`.

A big table takes gigabytes while it is set. Here they are bounded (`MEMORY`, in bytes) and go back to the machine, and
what else the machine does goes first. `SECOND` is the moment that the file bears, since 1970. Nothing of the house is
imported, so that the process starts at once.
"""

import os
import resource
import sys
from pathlib import Path

import typst


def main(template, fonts, second, memory):
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    content = typst.compile(
        Path(template).read_bytes(), font_paths=typst.Fonts(False, False, [fonts]),
        sys_inputs={"paper": sys.stdin.buffer.read().decode()}, timestamp=int(second), pdf_standards=["ua-1"],
    )  # fmt: skip
    sys.stdout.buffer.write(content)


if __name__ == "__main__":
    main(*sys.argv[1:])
