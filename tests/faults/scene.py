"""What a house holds before a fault and after it, made and told by a process of its own.

`manage.py shell -c "from tests.faults import scene; scene.prepare()"` makes it and prints its keys as JSON.
"""

import io
import json
import os
import signal
from collections import Counter
from datetime import date, timedelta

from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone

from articles import publishing
from articles.models import Edition, Photo, State, Transition
from ledger.models import Entry
from missions.models import Contribution, ImportRun
from missions.models.contribution import PersonnelType
from reports import verifying
from reports.models import PreparedFile, ReportRun
from tests import makers
from tests.faults import parts

DRAFTS = 80
MANY, ROWS = "contributions", 24_000  # a report of so many rows is work for some seconds
HOUR = timedelta(hours=1)


def prepare():
    """This will make the people of a newsroom and texts that wait: half of them to be written, half to be approved."""
    for role in ("author", "editor", "report staff", "photo editor", "records officer"):
        makers.person_of_role(role)
    makers.golan_contingent()
    drafts = [
        makers.draft_story(
            timezone.now(), slug=f"story-{number}", title=f"Story {number}", created_by=makers.author(),
            body=f"<p>On the Golan [[strength mission=UNDOF]] serve.</p><p>{mark(number)}</p>",
        ).pk
        for number in range(DRAFTS)
    ]  # fmt: skip
    print(json.dumps({"to_write": drafts[::2], "to_approve": drafts[1::2]}))


def mark(number):
    """This will return words that stand in the text of that story alone."""
    return f"The mark of story number {number}."


def tell():
    """This will print what the house holds: of each edition its address, its state and its text; and what is half done."""
    editions = {
        edition.pk: {"slug": edition.slug, "state": edition.state, "body": edition.body, "version": edition.version}
        for edition in Edition.objects.all()
    }
    print(json.dumps({"editions": editions, "halves": halves()}))


def halves():
    """This will return a sentence for everything of which a part was committed and a part was not."""
    found = []
    for edition in Edition.objects.filter(state__in=[State.APPROVED, State.WITHDRAWN]):
        if not edition.rendered or not edition.approved_at or not edition.claims.exists():
            found.append(f"{edition.slug} is approved without its page or its figures")
        if not Transition.objects.filter(edition=edition, to_state=State.APPROVED).exists():
            found.append(f"{edition.slug} is approved, and its history does not say so")
        if not Entry.objects.filter(verb="approved", noun="articles.edition", object_id=edition.pk).exists():
            found.append(f"{edition.slug} is approved, and the ledger does not say so")
    for edition in Edition.objects.exclude(state__in=[State.APPROVED, State.WITHDRAWN]):
        if edition.rendered or edition.claims.exists():
            found.append(f"{edition.slug} is no more than a draft, and holds a page or figures of an approval")
    for command in (
        ("check", "--database", "default", "--fail-level", "WARNING"), ("count_stories", "--check"),
        ("count_record", "--check"), ("verify_ledger",),
    ):  # fmt: skip
        told = io.StringIO()
        try:
            call_command(*command, stdout=told, stderr=told)
        except (CommandError, SystemExit) as refusal:
            found.append(f"{command[0]}: {refusal} {told.getvalue()}")
    return found


def make_many_rows():
    """This will enter so many figures of one contributor: a report of all of them is work for some seconds."""
    golan, now = makers.golan_mission(), timezone.now()
    run = ImportRun.objects.create(kind="contributions", file_name="invented.csv", sha256="0" * 64, at=now, plan={})
    country, kinds = makers.country("KAZ"), [kind for kind in PersonnelType if kind != PersonnelType.ALL]
    months = [date(1600 + number // 12, number % 12 + 1, 28) for number in range(ROWS // len(kinds))]
    Contribution.objects.bulk_create(
        [
            Contribution(run=run, known_from=now, contributor=country, mission=golan, month=month, personnel_type=kind,
                         total=1)
            for month in months for kind in kinds
        ],
        batch_size=2_000,
    )  # fmt: skip
    call_command("count_record", verbosity=0)


def prepare_many_rows():
    makers.person_of_role("report staff")
    make_many_rows()


def kill_at_work(worker):
    """This will let the halted process `worker` go on, and kill it as soon as it makes a report.

    It is halted until somebody looks: a report may take less time than a process takes to begin looking.
    """
    begun = PreparedFile.objects.filter(state="working")
    os.kill(worker, signal.SIGCONT)
    parts.until(begun.exists, 60, "a report")
    os.kill(worker, signal.SIGKILL)
    assert begun.count() == 1, "the report was made before its worker was killed"


def a_minute_passes():
    """This will make the signs of life of everything that is being made a minute older."""
    PreparedFile.objects.filter(state="working").update(beat_at=F("beat_at") - timedelta(seconds=61))


def reports():
    """This will print how many files of reports are in which state."""
    states = Counter(PreparedFile.objects.values_list("state", flat=True))
    print(json.dumps({state: states[state] for state in PreparedFile.State.values}))


def verify(pk):
    """This will fail where a run, made again from the record, is not what its end says."""
    run = ReportRun.objects.get(pk=pk)
    verifying.verify(run, by=run.by, at=timezone.now())
    assert run.verifications.get().outcome == "same", "the file is not what the record holds"
    print("verified")


def hours(ends, comes):
    """This will approve one text that is over in an hour, and one that comes in an hour."""
    editor, now = makers.User.objects.get(username="editor"), timezone.now()
    for key, moments in ((ends, {"public_until": now + HOUR}), (comes, {"public_from": now + HOUR})):
        publishing.approve(Edition.objects.get(pk=key), by=editor, at=now, **moments)


def show_photo(key):
    """This will put the newest photo into a text, and print where a rendition of it has its address."""
    photo, edition = Photo.objects.latest("pk"), Edition.objects.get(pk=key)
    edition.photo_uses.create(place=1, photo=photo)
    edition.body += "<p>[[photo 1]]</p>"
    edition.save()
    print(photo.rendition_url(480))
