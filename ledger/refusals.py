"""Why a database refused what it was asked, by the code of its driver."""


def code_of(error):
    """This will return the code that an error of Django's came with, or None.

    Of SQLite that is the primary one, a number; of PostgreSQL a SQLSTATE, a text of five letters and digits.
    """
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    return getattr(cause, "pgcode", None) if code is None else code & 0xFF
