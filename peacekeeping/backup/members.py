"""The members of an archive: how they are packed, one after another, and what is believed of them when they come back.

In their order: `head.json`, the tables in parts, the files, `manifest.json` and `SHA256SUMS`, in the form that the
`sha256sum` tool checks. Of the parts, each line after the first is a row.
"""

import contextlib
import gzip
import hashlib
import re
import tarfile
import tempfile
import zlib
from dataclasses import dataclass, field
from typing import BinaryIO

from peacekeeping.backup.sealing import Damaged

HEAD, MANIFEST, SUMS = "head.json", "manifest.json", "SHA256SUMS"
PART = re.compile(r"tables/([a-z0-9_]+\.[a-z0-9_]+)/[0-9]{6}\.jsonl")
FILE = re.compile(r"media/(.+)", re.S)
BLOCK = 1 << 18
LARGEST = 1 << 28  # bytes of a part: a row of 256 MB is nobody's
LEVEL = 4  # of gzip, for rows: a third of the time of level 6 for a tenth more


@dataclass
class Member:
    """One member, whose bytes are read once and in their order."""

    name: str
    size: int
    file: BinaryIO = field(repr=False)
    modified: int = 0
    digest: object = field(default_factory=hashlib.sha256, repr=False)
    left: int = -1

    def __post_init__(self):
        self.left = self.size

    def blocks(self):
        """This will yield the bytes. Raises `Damaged` where there are fewer than the size."""
        while self.left:
            block = self.file.read(min(BLOCK, self.left))
            if not block:
                raise Damaged(f"{self.name} ends {self.left} bytes too early.")
            self.left -= len(block)
            self.digest.update(block)
            yield block

    def whole(self):
        """This will return all of it. Raises `Damaged` where it is larger than anything this house writes."""
        if self.size > LARGEST:
            raise Damaged(f"{self.name} is larger than any part can be.")
        return b"".join(self.blocks())


# --- Packing -------------------------------------------------------------------------------------------------------


def pack(members):
    """This will yield the bytes of the archive of these members, before it is encrypted. The sums come of themselves.

    Rows are compressed, files are not: a picture is compressed already.
    """
    with tempfile.TemporaryFile() as sums:
        for member in members:
            yield from _compressed(_tarred(member), 0 if FILE.fullmatch(member.name) else LEVEL)
            sums.write(_line(member))
        size = sums.tell()
        sums.seek(0)
        yield from _compressed(_tarred(Member(SUMS, size, sums)), LEVEL)
    yield from _compressed([bytes(2 * tarfile.BLOCKSIZE)], LEVEL)


def _line(member):
    return f"{member.digest.hexdigest()}  {_escaped(member.name)}\n".encode()


def _escaped(name):
    return name.replace("\\", "\\\\").replace("\n", "\\n")


def _tarred(member):
    told = tarfile.TarInfo(member.name)
    told.size, told.mtime, told.mode = member.size, member.modified, 0o600
    yield told.tobuf(tarfile.PAX_FORMAT)
    yield from member.blocks()
    yield bytes(-member.size % tarfile.BLOCKSIZE)


def _compressed(blocks, level):
    """Each member is a gzip stream of its own: such streams may follow one another."""
    work = zlib.compressobj(level, wbits=31)
    for block in blocks:
        if made := work.compress(block):
            yield made
    yield work.flush()


# --- Unpacking -----------------------------------------------------------------------------------------------------


def unpack(stream):
    """This will yield the members of a decrypted archive but the sums, and check each against its sum at the end.

    A member must be read before the next one is asked for; what is not read is passed over. Only when this has come to
    its end is everything believed. Raises `Damaged`: whoever knows the public key can write an archive, so nothing in
    it is trusted for being decrypted.
    """
    with tempfile.TemporaryFile() as sums, _refusing(), gzip.GzipFile(fileobj=stream) as plain:
        with tarfile.open(fileobj=plain, mode="r|") as tar:
            last = ""
            while (told := tar.next()) is not None:
                tar.members.clear()  # it would remember every one
                if told.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or last == SUMS:
                    raise Damaged(f"{told.name} does not belong into an archive.")
                member = Member(told.name, told.size, tar.extractfile(told), int(told.mtime))
                last = member.name
                if member.name == SUMS:
                    _compare(member, sums)
                    continue
                yield member
                for _block in member.blocks():
                    pass
                sums.write(_line(member))
        if last != SUMS:
            raise Damaged("The archive has no end: its sums are missing.")
        while rest := plain.read(BLOCK):  # to the very end, so that the last chunk was authenticated
            if rest.strip(b"\0"):
                raise Damaged("Something follows the end of the archive.")


@contextlib.contextmanager
def _refusing():
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Damaged(f"The archive cannot be unpacked: {error}.") from error


def _compare(member, sums):
    """Line by line, so that the member that differs is named."""
    told = member.whole().splitlines(keepends=True)
    sums.seek(0)
    number = -1
    for number, line in enumerate(sums):
        if number >= len(told) or told[number] != line:
            raise Damaged(f"{line[66:].decode().strip()} is not as its sum says.")
    if number + 1 != len(told):
        raise Damaged(f"{told[number + 1][66:].decode(errors='replace').strip()} is missing.")
