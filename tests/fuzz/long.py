"""How long to fuzz: a few examples of the suite, the same each time, or others for `FUZZ_MINUTES` minutes."""

import os
import time
import zlib

from hypothesis import HealthCheck, Phase, seed, settings

MINUTES = float(os.environ.get("FUZZ_MINUTES") or 0)
_began = time.monotonic()


def examples(few, of):
    """This will decorate a test of `of`, which has a name, that tries `few` examples in the suite: its own, each time."""
    tried = settings(
        max_examples=few * 12 if MINUTES else few, derandomize=not MINUTES, database=None, deadline=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate], report_multiple_bugs=False,
    )  # fmt: skip
    return lambda test: tried(test if MINUTES else seed(zlib.crc32(str(of).encode()))(test))


def rounds():
    """This will yield once in the suite, and again and again in a long run until its time is over."""
    yield 0
    number = 0
    while MINUTES and time.monotonic() - _began < MINUTES * 60:
        number += 1
        yield number
