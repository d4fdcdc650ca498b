"""The keys of archives, as the age format has them: a public one that encrypts, a secret one that opens.

The machine that makes backups knows public keys alone. A file with a secret key may itself be locked by a passphrase,
as `age -p` does it; the `age` tool reads what `make` writes, and the other way round.
"""

import os

import pyrage

LOCKED = (b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----")
SECRET = "AGE-SECRET-KEY-"


class NoKey(Exception):
    """There is no key of that kind here. The message says what is wrong, and never what was given."""


class Locked(NoKey):
    """The file with the secret key is locked, and no passphrase was given."""


def make(path, *, at, passphrase=""):
    """This will write a new secret key into a new file, readable by its owner alone, and return its public key.

    With a passphrase the file is locked by it. Raises `NoKey` where the file is there already.
    """
    secret = pyrage.x25519.Identity.generate()
    public = str(secret.to_public())
    content = f"# created: {at.isoformat(timespec='seconds')}\n# public key: {public}\n{secret}\n".encode()
    if passphrase:
        content = pyrage.passphrase.encrypt(content, passphrase)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise NoKey(f"The key cannot be written into {path}: {error.strerror}.") from error
    return public


def public(texts):
    """This will return the keys to encrypt to. Raises `NoKey` where there is none, or one that cannot be read."""
    found = []
    for text in texts:
        try:
            found.append(pyrage.x25519.Recipient.from_str(text.strip()))
        except pyrage.RecipientError as error:
            raise NoKey(f"“{text[:12]}…” is no public key of age: it begins with age1.") from error
    if not found:
        raise NoKey("No public key is named: set BACKUP_KEYS. `manage.py make_backup_key FILE` makes a pair of keys.")
    return found


def secret(content, passphrase=""):
    """This will return the secret keys in the content of a key file. Raises `NoKey`, or `Locked`."""
    if content.startswith(LOCKED):
        if not passphrase:
            raise Locked("The file with the key is locked: a passphrase is needed.")
        try:
            content = pyrage.passphrase.decrypt(content, passphrase)
        except pyrage.DecryptError as error:
            raise NoKey("The passphrase does not open the file with the key.") from error
    lines = content.decode("utf-8", "replace").splitlines()
    try:
        found = [pyrage.x25519.Identity.from_str(line.strip()) for line in lines if line.startswith(SECRET)]
    except pyrage.IdentityError as error:
        raise NoKey("The secret key cannot be read.") from error
    if not found:
        raise NoKey(f"There is no secret key: a line that begins with {SECRET}.")
    return found
