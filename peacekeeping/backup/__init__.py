"""Takes the whole house into one encrypted file while the site runs, and makes an empty site of it again.

`making` writes an archive, `verifying` judges one, `restoring` fills an empty site from it. The file is a tar of JSON
lines and media, compressed by gzip and encrypted in the age format, so that `age` and `tar` open it where this code is
gone (docs/decisions/0024-backup.md).
"""
