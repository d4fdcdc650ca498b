"""What somebody had before their eyes when they decided: a page carries it along, and the step compares.

An open edition is changed by others while an editor reads it. A step that gives it to the public is made only upon
what its page has shown.
"""

import hashlib
import json

from articles import photos, readiness
from articles.models import Edition

PRINTED_WITH_PHOTO = ("caption", "alt", "credit", "licence")


def edition(edition):
    """This will return a digest of everything that the open edition would print: text, photos and files."""
    return digest([[str(getattr(edition, name)) for name in Edition.WRITTEN], _parts(edition)])


def bundle(members):
    """This will return {id: digest} of the open editions that become public together."""
    return {member.pk: edition(member) for member in members}


def parts(edition):
    """This will return a digest of what the edition prints beside its text: the lead photo, its photos and files.

    The writing screen sends the text itself along, and another one is refused as a conflict; of these it sends a form
    that would pass over what a colleague added meanwhile.
    """
    return digest(_parts(edition))


def _parts(edition):
    uses = [photos.fill(use, edition.language) for use in readiness.uses_of(edition)]
    return [
        [
            [use.place, use.photo_id, use.photo.original.name, *(getattr(use, name) for name in PRINTED_WITH_PHOTO)]
            for use in uses
        ],
        [list(row) for row in edition.attachments.order_by("pk").values_list("pk", "title", "file")],
    ]


def digest(values):
    """This will return one short text for values that JSON can hold."""
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()
