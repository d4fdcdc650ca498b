"""Makes the bucket of MEDIA_STORAGE where it is missing, and has the store keep what is deleted or written over.

`python deploy/make_bucket.py`, with the environment of the site and keys that may do so. It may run again at any time.
"""

import os
import sys
import time
from pathlib import Path

import django

PATIENCE = 60  # seconds for a store that is just starting


def main():
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peacekeeping.settings")
    django.setup()
    from botocore.exceptions import BotoCoreError, ClientError
    from django.core.files.storage import default_storage

    end = time.monotonic() + PATIENCE
    while True:
        try:
            return make(default_storage)
        except (BotoCoreError, ClientError) as error:
            refused = getattr(error, "response", {}).get("ResponseMetadata", {}).get("HTTPStatusCode", 500) < 500
            if refused or time.monotonic() > end:
                return f"The bucket could not be made: {error}"
            time.sleep(2)


def make(storage):
    client, name = storage.connection.meta.client, storage.bucket_name
    if name not in {one["Name"] for one in client.list_buckets()["Buckets"]}:
        region = client.meta.region_name
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        client.create_bucket(Bucket=name, **place)
        print(f"The bucket {name} was made.")
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return None


if __name__ == "__main__":
    sys.exit(main())
