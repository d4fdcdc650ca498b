"""Encrypts an archive as it is made and opens it as it is read, in pieces: age's chunks of 64 KiB, each authenticated.

A chunk that was changed, moved or left out is refused, and so is a file that ends too early or too late.
"""

import contextlib
import io
import os
import threading

import pyrage


class Damaged(Exception):
    """The archive is not what was once written. The message names the place."""


class WrongKey(Exception):
    """The archive was encrypted to other keys."""


class _Source:
    """What the library reads: pieces that are made as it asks. It keeps the error that ended them."""

    def __init__(self, pieces):
        self.pieces, self.rest, self.error = iter(pieces), memoryview(b""), None

    def read(self, size=-1):
        try:
            while not self.rest:
                piece = next(self.pieces, None)
                if piece is None:
                    return b""
                self.rest = memoryview(piece)
        except BaseException as error:
            self.error = error
            raise
        size = len(self.rest) if size is None or size < 0 else size
        given, self.rest = self.rest[:size], self.rest[size:]
        return bytes(given)


class _Sink:
    """What the library writes into. It swallows the error of its last write, so the error is kept here."""

    def __init__(self, file):
        self.file, self.error = file, None

    def write(self, content):
        try:
            return self.file.write(content)
        except BaseException as error:
            self.error = error
            raise

    def flush(self):
        pass


def seal(pieces, keys, file):
    """This will write the pieces into the open `file`, encrypted to each of these public keys.

    What is raised while the pieces are made, or by the file, is raised here.
    """
    source, sink = _Source(pieces), _Sink(file)
    try:
        pyrage.encrypt_io(source, sink, keys)
    except BaseException as error:
        raise source.error or sink.error or error from None
    if sink.error:
        raise sink.error


class _Opened(io.RawIOBase):
    """The content of an archive, to be read once. Its end is believed when the library has found it whole."""

    def __init__(self, pipe, work):
        self.pipe, self.work = pipe, work

    def readable(self):
        return True

    def readinto(self, buffer):
        length = self.pipe.readinto(buffer)
        if not length:
            self.work.join()
            if self.work.error:
                raise self.work.error
        return length


class _Opening(threading.Thread):
    """Decrypts into a pipe, since the library pushes and a reader pulls."""

    def __init__(self, file, keys, end):
        super().__init__(daemon=True)
        self.file, self.keys, self.end, self.error = file, keys, end, None

    def run(self):
        sink = _Sink(open(self.end, "wb", buffering=0))
        try:
            pyrage.decrypt_io(self.file, sink, self.keys)
        except Exception as error:
            self.error = _judged(error)
        finally:
            with contextlib.suppress(OSError):
                sink.file.close()


def _judged(error):
    if isinstance(error, pyrage.DecryptError) and "No matching keys" in str(error):
        return WrongKey("The archive was encrypted to other keys than this one.")
    return Damaged(f"The archive cannot be decrypted: {str(error) or type(error).__name__}.")


@contextlib.contextmanager
def opened(path, keys):
    """This will yield the decrypted content of the file as a stream.

    Reading it raises `WrongKey`, or `Damaged` at the first chunk that is not as it was written.
    """
    read_end, write_end = os.pipe()
    with open(path, "rb") as file, open(read_end, "rb", buffering=0) as pipe:
        work = _Opening(file, keys, write_end)
        work.start()
        try:
            yield io.BufferedReader(_Opened(pipe, work), 1 << 16)
        finally:
            pipe.close()  # who writes into it meanwhile is told, and ends
            work.join()
