"""Whether an error says that the database is away, or too busy, rather than that something here is wrong."""

from django.db import InterfaceError, OperationalError

from ledger.refusals import code_of

RETRY_AFTER = 30  # seconds after which who met it is told to come again
# PostgreSQL's classes: no connection (08), no room (53), an operator or a timeout ended it (57), and a lock that was
# waited for too long (55P03). A connection that was refused has no code at all.
OF_POSTGRESQL = ("08", "53", "57", "55P03")
OF_SQLITE = {5, 6, 10, 13, 14}  # busy, locked, cannot be read, full, cannot be opened


def is_away(error):
    """This will say whether `error` came of a database that does not answer, so that trying again later may help."""
    if isinstance(error, InterfaceError):  # the connection was lost
        return True
    if not isinstance(error, OperationalError):
        return False
    code = code_of(error)
    if isinstance(code, int):
        return code in OF_SQLITE
    return code is None or code.startswith(OF_POSTGRESQL)
