"""Media in a bucket of an S3-compatible store: private, and nothing in it has an address of its own.

Loaded only where MEDIA_STORAGE names a bucket: boto3 takes its time and its memory.
"""

import contextlib
import io
from threading import Lock

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from storages.backends.s3 import S3File, S3Storage
from storages.utils import clean_name

from ledger.storage import name_of

IN_MEMORY = 4 * 1024 * 1024  # bytes of a file that is being worked on; a larger one lies in a temporary file


class PrivateBucket(S3Storage):
    """What django-storages makes of a bucket, with one client for all threads and files that are read as they come."""

    failures = (OSError, BotoCoreError, ClientError)  # what its methods raise where it takes or gives nothing

    def __init__(self, **options):
        self._shared, self._lock = None, Lock()
        # Who runs a store of their own seldom gives each bucket a host name.
        self._addresses = "path" if options.get("endpoint_url") else "auto"
        super().__init__(**options)

    def get_default_settings(self):
        """The environment has the credentials, as boto3 names them; of Django's settings for AWS none is read."""
        return {
            **super().get_default_settings(),
            "default_acl": None,  # as the bucket has it: private
            "file_overwrite": False,
            "max_memory_size": IN_MEMORY,
            "client_config": Config(
                connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3},
                s3={"addressing_style": self._addresses},
                # Stores that are compatible with S3 of some years ago know no other checksums.
                request_checksum_calculation="when_required", response_checksum_validation="when_required",
            ),
            "transfer_config": TransferConfig(use_threads=False),
        }  # fmt: skip

    @property
    def connection(self):
        """One for the process: each holds a description of the whole service, and its client is for all threads."""
        with self._lock:
            if self._shared is None:
                self._shared = self._create_session().resource(
                    "s3", region_name=self.region_name, endpoint_url=self.endpoint_url, config=self.client_config
                )
        return self._shared

    def get_valid_name(self, name):
        return name_of(name)

    def url(self, name, **_asked):
        """As where the files lie on a disk: an address at which there is nothing. One view streams a file."""
        return f"{settings.MEDIA_URL}{name}"

    def _open(self, name, mode="rb"):
        if mode != "rb":
            return super()._open(name, mode)
        with _finding(name):
            return BucketFile(self._normalize_name(clean_name(name)), mode, self)

    def get_modified_time(self, name):
        with _finding(name):
            return super().get_modified_time(name)

    def files_under(self, folder):
        """This will yield the name of each file in a folder ("" for all) and in those within it."""
        prefix = "".join(f"{part}/" for part in (self.location, folder) if part)
        for found in self.bucket.objects.filter(Prefix=prefix):
            if not found.key.endswith("/"):  # what some tools put there for an empty folder
                yield found.key[len(self.location) :].removeprefix("/")


@contextlib.contextmanager
def _finding(name):
    """This will raise `FileNotFoundError` for what the bucket does not have, as a folder does."""
    try:
        yield
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            raise FileNotFoundError(f"There is no {name} in the bucket.") from error
        raise


class BucketFile(S3File):
    """A file that is passed on while it comes, from any byte on.

    Whoever has read some of it and then goes to another place, as readers of pictures and archives do, gets all of it
    fetched first.
    """

    def __init__(self, name, mode, storage):
        super().__init__(name, mode, storage)
        self._size = self.obj.content_length  # what fetches the file forgets what was told of it
        self._place, self._coming = 0, None

    @property
    def size(self):
        return self._size

    @property
    def _is_whole(self):
        return self._file is not None

    def seekable(self):
        return True

    def readable(self):
        return True

    def fileno(self):
        raise io.UnsupportedOperation("It lies in no file of this machine.")

    def tell(self):
        return self.file.tell() if self._is_whole else self._place

    def seek(self, place, whence=io.SEEK_SET):
        if self._is_whole:
            return self.file.seek(place, whence)
        place += {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size}[whence]
        if self._coming is not None and place != self._place:
            self._let_go()
            return self.file.seek(place)
        self._place = place
        return place

    def read(self, count=-1):
        if self._is_whole:
            return self.file.read(count)
        if self._place >= self.size:
            return b""
        if self._coming is None:
            with _finding(self.name):
                self._coming = self.obj.get(Range=f"bytes={self._place}-")["Body"]
        some = self._coming.read(None if count is None or count < 0 else count)
        self._place += len(some)
        return some

    def open(self, mode=None):
        if not self.closed:
            self.seek(0)
        return self

    def close(self):
        self._let_go()
        super().close()

    def _let_go(self):
        if self._coming is not None:
            self._coming.close()
            self._coming = None
