"""What a worker has loaded stays until its end: the collector need not look through it while a reader waits."""

import gc


def spare():
    """This will have the collector leave alone all that is there now. A look through it takes a tenth of a second."""
    gc.collect()
    gc.freeze()


def spare_what_came_late():
    """This will do so in a worker that has done it before; a command ends before it would matter."""
    if gc.get_freeze_count():
        spare()
