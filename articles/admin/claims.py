"""The claims queue: what was printed and is in force, against what the record says now."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles import claim_queue, corrections, publishing
from articles.models import Claim, Language
from missions import figures

PER_PAGE = 50
SEES_THE_RECORD = "missions.view_deployment"


class ClaimQueue:
    """The part of the claims' admin that shows the queue and takes what is decided there."""

    def get_urls(self):
        pages = {"queue/": ("queue", self.queue_view), "<int:pk>/correct/": ("correct", self.correct_view),
                 "<int:pk>/correct-all/": ("correct_all", self.correct_all_view),
                 "<int:pk>/leave/": ("leave", self.leave_view)}  # fmt: skip
        return [
            *(
                path(route, self.admin_site.admin_view(view), name=f"articles_claim_{name}")
                for route, (name, view) in pages.items()
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        claim_queue.bring_to_today(at=timezone.now())
        return super().changelist_view(request, extra_context)

    def queue_view(self, request):
        """Figures in force by verdict, the worst first; agreeing ones only when they are asked for."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        at = timezone.now()
        claim_queue.bring_to_today(at=at)
        asked = {name: request.GET.get(name, "") for name in ("language", "verdict", "figure")}
        claims = claim_queue.waiting(at, language=asked["language"], key=asked["figure"])
        counts = dict(claims.order_by().values_list("verdict").annotate(count=Count("pk")))
        verdict = asked["verdict"] if asked["verdict"] in Claim.Verdict else claim_queue.ORDER[0]
        if not asked["verdict"]:
            verdict = next((one for one in claim_queue.ORDER if counts.get(one)), verdict)
        chosen = claims.filter(verdict=verdict).select_related("edition").defer("edition__body", "edition__rendered")
        page = Paginator(chosen.order_by("-asked_at", "pk"), PER_PAGE).get_page(request.GET.get("page"))
        context = {
            **admin.site.each_context(request), "title": _("Printed figures and the record"), "opts": self.opts,
            "rows": claim_queue.rows(
                list(page), at, language=get_language(), sees_the_record=request.user.has_perm(SEES_THE_RECORD)
            ),
            "page": page, "asked": asked, "verdict": verdict,
            "groups": [(one, one.label, counts.get(one, 0)) for one in claim_queue.ORDER],
            "languages": Language.choices,
            "figures": [(figure.key, figure.label) for figure in figures.VOCABULARY.values()],
            "moved_on": Claim.Verdict.MOVED_ON, "wrong": Claim.Verdict.WRONG,
            "may_change": request.user.has_perm("articles.change_edition"),
        }  # fmt: skip
        return render(request, "admin/articles/claim/queue.html", context)

    def correct_view(self, request, pk):
        """Opens the next edition of the story that prints the claim, and goes there."""
        claim = self._claim(request, pk)
        return self._decide(request, lambda **who: publishing.open_next(claim.edition, **who), self._opened)

    def correct_all_view(self, request, pk):
        claim = self._claim(request, pk)
        return self._decide(
            request,
            lambda **who: corrections.open_corrections(claim.edition.article, languages=Language.values, **who),
            self._opened_in_all,
        )

    def leave_view(self, request, pk):
        claim = self._claim(request, pk)
        return self._decide(request, lambda **who: claim_queue.leave(claim, **who), self._left)

    def _claim(self, request, pk):
        if not (self.has_view_permission(request) and request.user.has_perm("articles.change_edition")):
            raise PermissionDenied
        return get_object_or_404(Claim.objects.select_related("edition__article"), pk=pk)

    def _decide(self, request, verb, done):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            made = verb(by=request.user, at=timezone.now())
        except (publishing.CannotMove, claim_queue.CannotLeave) as refusal:
            messages.error(request, str(refusal))
        else:
            leads = done(request, made)
            if leads:
                return leads
        back = request.POST.get("back", "")
        if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            back = reverse("admin:articles_claim_queue")
        return HttpResponseRedirect(back)

    def _opened(self, request, draft):
        messages.success(request, _("This is the draft of the next edition. Say in its correction what was wrong."))
        return redirect("admin:articles_edition_change", draft.pk)

    def _opened_in_all(self, request, bundle):
        languages = [draft.get_language_display() for draft in bundle.editions.order_by("language")]
        messages.success(
            request,
            _("Drafts are open in %(languages)s. They stand in the bundle “%(bundle)s”, to be approved together.")
            % {"languages": ", ".join(languages), "bundle": bundle},
        )

    def _left(self, request, _made):
        messages.success(request, _("It stays as it was printed, until the record says something new of it."))
