"""Opens the corrections of a story: the next draft in every language that prints what the record calls wrong."""

from django.db import transaction
from django.utils.translation import gettext as _

from articles import publishing
from articles.models import Bundle, Claim, Edition
from ledger import audit


class CannotCorrect(publishing.CannotMove):
    """There is nothing to correct, or drafts that stand in the way. The message says which."""


def open_corrections(article, *, languages, by, at):
    """This will open the next draft in each of `languages` whose edition in force prints a wrong claim.

    All of them stand in one bundle, which is returned, so that they can be approved together. A draft that is open
    already joins it. Raises `CannotCorrect` where nothing is wrong, or where such drafts wait in different bundles.
    """
    with transaction.atomic():
        # Two editors who press the button at once would open two bundles.
        article = type(article).objects.select_for_update().get(pk=article.pk)
        wrong = Claim.objects.filter(verdict=Claim.Verdict.WRONG).values("edition")
        editions = Edition.objects.in_force(at).filter(article=article, language__in=languages, pk__in=wrong)
        editions = list(editions.order_by("language"))
        if not editions:
            raise CannotCorrect(_("No edition in force of this story prints a figure that is wrong for its own date."))
        open_drafts = Edition.objects.open().filter(
            article=article, language__in=[edition.language for edition in editions]
        ).select_related("bundle")  # fmt: skip
        drafts = {draft.language: draft for draft in open_drafts}
        bundles = {draft.bundle for draft in drafts.values() if draft.bundle}
        if len(bundles) > 1:
            raise CannotCorrect(
                _("The open drafts of this story wait in different bundles: %(names)s. Put them into one first.")
                % {"names": ", ".join(sorted(str(bundle) for bundle in bundles))}
            )
        bundle = bundles.pop() if bundles else _new_bundle(article, by=by, at=at)
        for edition in editions:
            draft = drafts.get(edition.language) or publishing.open_next(edition, by=by, at=at)
            if draft.bundle_id != bundle.pk:
                draft.bundle = bundle
                draft.save(update_fields=["bundle"])
        return bundle


def _new_bundle(article, *, by, at):
    bundle = Bundle.objects.create(name=_("Correction: %(story)s") % {"story": article.working_title[:180]})
    audit.note("add", bundle, by=by, at=at)
    return bundle
