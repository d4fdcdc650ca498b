"""The record's desk. Every change keeps its history, is noted in the ledger and is told to the newsroom."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ledger import audit, factors
from ledger.admin import Autocompletes, HistoryAdmin, ReadOnlyAdmin
from ledger.typed import number_of, sentence
from missions import checks, clearance, dates, models, service, waiting_files
from missions.forms import ClearanceForm, ImportForm
from missions.signals import record_changed
from missions.trial import TriedFirst, plan_touches
from missions.un_data.apply import CannotApply
from missions.un_data.source import UnreadableFile


def as_known(field, precision, heading):
    """This will return a list column that shows a date no finer than it is known, and sorts by it."""

    @admin.display(description=heading, ordering=field)
    def column(self, row):
        day = row.last_day if field == "end" else getattr(row, field)
        return dates.shown(day, getattr(row, precision)) or "–"

    return column


class PeriodColumns:
    """The two columns of a period: its start and its last day, each as far as it is known."""

    starts = as_known("start", "start_precision", _("start"))
    ends = as_known("end", "end_precision", _("last day"))


class RecordAdmin(TriedFirst, HistoryAdmin):
    """A noun of the record: every change of it is told to the newsroom, and shows first which stories it touches."""

    list_per_page = 50

    def tell(self, request, at):
        record_changed.send(sender=self.model, at=at, by=request.user)


@admin.register(models.Country)
class CountryAdmin(RecordAdmin):
    list_display = ["iso3", "name_en", "name_ru", "name_kk", "region"]
    list_filter = ["region"]
    search_fields = ["iso3", "name_en", "name_ru", "name_kk"]
    ordering = ["iso3"]


class AliasInline(admin.TabularInline):
    model = models.MissionAlias
    extra = 0


@admin.register(models.Mission)
class MissionAdmin(PeriodColumns, RecordAdmin):
    list_display = ["acronym", "name_en", "kind", "starts", "ends", "headquarters"]
    list_filter = ["kind", "lead_department"]
    search_fields = ["acronym", "name_en", "name_ru", "name_kk", "aliases__acronym"]
    autocomplete_fields = ["host_countries", "source"]
    prepopulated_fields = {"slug": ["acronym"]}
    inlines = [AliasInline]
    ordering = ["acronym"]


@admin.register(models.MissionAlias)
class MissionAliasAdmin(RecordAdmin):
    list_display = ["acronym", "mission"]
    list_select_related = ["mission"]
    search_fields = ["acronym", "mission__acronym"]
    autocomplete_fields = ["mission"]
    ordering = ["acronym"]


@admin.register(models.Unit)
class UnitAdmin(RecordAdmin):
    list_display = ["name_en", "kind", "known_creation"]
    known_creation = as_known("created", "created_precision", _("created on"))
    list_filter = ["kind"]
    search_fields = ["name_en", "name_ru", "name_kk"]
    autocomplete_fields = ["source"]
    prepopulated_fields = {"slug": ["name_en"]}
    ordering = ["name_en", "pk"]


@admin.register(models.Deployment)
class DeploymentAdmin(PeriodColumns, RecordAdmin):
    list_display = ["mission", "kind", "rotation", "unit", "starts", "ends", "strength", "women"]
    list_filter = ["kind", ("mission", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["mission", "unit"]
    search_fields = ["mission__acronym", "unit__name_en", "place"]
    autocomplete_fields = ["mission", "unit", "source"]
    date_hierarchy = "start"
    ordering = ["-start", "-pk"]


def _medal_in_words(medal):
    days = str(medal.days) if medal.days == medal.most_days else f"{medal.days}–{medal.most_days}"
    words = {"mission": medal.mission, "days": days, "numeral": medal.numeral}
    if medal.numeral > 1:
        return gettext("%(mission)s: %(days)s days, UN Medal with numeral %(numeral)s") % words
    if medal.is_due:
        return gettext("%(mission)s: %(days)s days, UN Medal") % words
    if medal.may_be_due:
        return gettext("%(mission)s: %(days)s days, the UN Medal may be due: the dates are not exact") % words
    return gettext("%(mission)s: %(days)s days, no medal yet") % words


class TourInline(Autocompletes, admin.TabularInline):
    model = models.Tour
    extra = 0
    autocomplete_fields = ["deployment"]
    fields = ["deployment", "appointment", "rank", "start", "start_precision", "end", "end_precision"]


@admin.register(models.Person)
class PersonAdmin(RecordAdmin):
    holds_personal_data = True
    list_display = ["family_name", "given_name", "patronymic", "sex"]
    list_filter = ["sex"]
    search_fields = ["family_name", "given_name", "name_latin", "service_number"]
    inlines = [TourInline]
    autocomplete_fields = ["source"]
    readonly_fields = ["days_and_medals"]
    change_list_template = "admin/missions/person/change_list.html"

    def has_change_permission(self, request, obj=None):
        """Who was anonymised is not typed in again."""
        return not (obj and obj.anonymised_at) and super().has_change_permission(request, obj)

    def people_in(self, rows):
        return {row.id for row in rows}

    @admin.display(description=_("days on mission and UN Medal"))
    def days_and_medals(self, person):
        """This will say for each mission how many days count by today, and which medal they make."""
        told = (
            [_medal_in_words(medal) for medal in service.medals(person, on=timezone.localdate())] if person.pk else []
        )
        return "; ".join(told) or _("no service under the UN yet")

    ordering = ["family_name", "given_name", "pk"]


class MissionOfTour(admin.SimpleListFilter):
    """The missions to choose from come from the deployments: to look for them among the tours would read them all."""

    title = _("mission")
    parameter_name = "deployment__mission__id__exact"

    def lookups(self, request, model_admin):
        sent_to = models.Mission.objects.filter(pk__in=models.Deployment.objects.values("mission"))
        return list(sent_to.order_by("acronym").values_list("pk", "acronym"))

    def queryset(self, request, queryset):
        if (mission := number_of(self.value() or "")) is None:
            return queryset
        return queryset.filter(deployment__mission=mission)


@admin.register(models.Tour)
class TourAdmin(PeriodColumns, RecordAdmin):
    holds_personal_data = True
    list_display = ["person", "deployment", "appointment", "rank", "starts", "ends"]
    list_filter = [MissionOfTour]
    list_select_related = ["person", "deployment__mission"]
    search_fields = ["person__family_name", "person__given_name", "deployment__mission__acronym"]
    change_list_template = "admin/missions/tour/change_list.html"

    def people_in(self, rows):
        return {row.person_id for row in rows}

    def get_urls(self):
        return [
            path("service/", self.admin_site.admin_view(self.service), name="missions_service"),
            *super().get_urls(),
        ]

    def service(self, request):
        """Rotations and tours that end soon, and women's share against the UN's targets."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        day = timezone.localdate()
        month, shares = service.women_by_category(on=day)
        tours = list(service.ending_tours(on=day))
        self.note_look(request, tours, page="service")
        context = {
            **self.admin_site.each_context(request), "title": _("Service and rotations"), "month": month,
            "shares": [(service.TARGET_LABELS[share.category], share) for share in shares],
            "rotations": service.next_rotations(on=day), "tours": tours,
        }  # fmt: skip
        return render(request, "admin/missions/tour/service.html", context)

    autocomplete_fields = ["person", "deployment", "source"]
    ordering = ["-start", "-pk"]


@admin.register(models.Milestone)
class MilestoneAdmin(RecordAdmin):
    list_display = ["known_date", "title_en", "mission"]
    known_date = as_known("date", "precision", _("date"))
    list_filter = [("mission", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["mission"]
    search_fields = ["title_en", "title_ru", "title_kk"]
    autocomplete_fields = ["mission", "source"]
    date_hierarchy = "date"
    ordering = ["-date", "-pk"]


@admin.register(models.Source)
class SourceAdmin(RecordAdmin):
    list_display = ["title", "publisher", "published", "retrieved"]
    search_fields = ["title", "publisher", "url"]
    ordering = ["publisher", "title", "pk"]


@admin.register(models.Clearance)
class ClearanceAdmin(RecordAdmin):
    """A clearance is given, seconded and revoked; nobody changes it."""

    holds_personal_data = True

    form = ClearanceForm
    list_display = ["field", "person", "tour", "deployment", "basis", "since", "until", "by", "second", "revoked_at"]
    list_filter = ["basis", "field", ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["person", "tour__person", "tour__deployment__mission", "deployment__mission", "by", "second"]
    search_fields = ["person__family_name", "deployment__mission__acronym", "field"]
    autocomplete_fields = ["person", "tour", "deployment", "source"]
    ordering = ["-pk"]
    actions = ["second", "revoke"]

    def people_in(self, rows):
        tours = models.Tour.objects.filter(pk__in={row.tour_id for row in rows} - {None})
        return ({row.person_id for row in rows} | set(tours.values_list("person", flat=True))) - {None}

    def has_add_permission(self, request):
        return request.user.has_perm("missions.clear_field")

    def has_change_permission(self, request, obj=None):
        return obj is None and request.user.has_perm("missions.clear_field")

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        at = timezone.now()
        given = {name: form.cleaned_data[name] for name in ("coarseness", "basis", "since", "until", "source")}
        for field in form.cleaned_data["cleared_fields"]:
            made = clearance.clear(obj.subject, field, by=request.user, at=at, **given)
        obj.__dict__.update(made.__dict__)

    def log_addition(self, request, obj, message):
        """This will do nothing: the verb wrote its own entry."""

    @admin.action(description=_("Give my word as the second person"), permissions=["change"])
    def second(self, request, queryset):
        self._each(request, queryset, clearance.second)

    @admin.action(description=_("Revoke: private again at once, on every page"), permissions=["change"])
    def revoke(self, request, queryset):
        self._each(request, queryset, clearance.revoke)

    def _each(self, request, queryset, verb):
        at = timezone.now()
        for given in queryset.order_by("pk"):
            try:
                verb(given, by=request.user, at=at)
            except clearance.NotClearable as refusal:
                self.message_user(request, f"{given}: {refusal}", messages.ERROR)
            else:
                self.message_user(request, f"{given}: {_('done')}")


@admin.register(models.Contribution)
class ContributionAdmin(ReadOnlyAdmin):
    list_display = ["contributor", "mission", "month", "personnel_type", "men", "women", "total", "known_until"]
    list_filter = ["personnel_type", "measure", ("known_until", admin.EmptyFieldListFilter)]
    list_select_related = ["contributor", "mission"]
    search_fields = ["contributor__iso3", "mission__acronym"]
    ordering = ["-pk"]


@admin.register(models.Casualty)
class CasualtyAdmin(ReadOnlyAdmin):
    list_display = ["casualty_id", "date", "mission", "nationality", "personnel_type", "incident_type"]
    list_filter = ["incident_type", "personnel_type"]
    list_select_related = ["mission", "nationality"]
    search_fields = ["casualty_id", "mission__acronym"]
    ordering = ["-date", "-pk"]


@admin.register(models.ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "file_name", "by"]
    list_filter = ["kind"]
    list_select_related = ["by"]
    search_fields = ["file_name", "sha256"]
    ordering = ["-at", "-pk"]
    change_list_template = "admin/missions/importrun/change_list.html"

    def get_urls(self):
        page = self.admin_site.admin_view(self.take_in)
        return [path("import/", page, name="missions_import"), *super().get_urls()]

    def take_in(self, request):
        """Upload a file, look at its plan, apply it. Between the two the file waits in a private folder."""
        if not (request.user.has_perm("missions.add_importrun") and request.user.has_perm("missions.add_person")):
            raise PermissionDenied
        factors.demand_fresh(request, at=timezone.now())  # a nominal roll names people
        context = {**self.admin_site.each_context(request), "title": _("Take in a file"), "form": ImportForm()}
        if request.method == "POST":
            form = context["form"] = ImportForm(request.POST, request.FILES)
            waiting, at = request.POST.get("waiting", ""), timezone.now()
            try:
                if waiting:
                    run, refused = waiting_files.apply(waiting, by=request.user, at=at)
                    self.message_user(
                        request, _("The file was taken in.") if run else _("Nothing was new in the file.")
                    )
                    if refused:
                        self.message_user(request, _("Correct the refused rows and upload the file again."))
                    return redirect("admin:missions_importrun_changelist")
                if form.is_valid():
                    touches = partial(plan_touches, request=request, at=at)
                    waiting, plan, touched = waiting_files.keep(
                        by=request.user, at=at, look=touches, **form.cleaned_data
                    )
                    is_tried = touched is not None
                    context.update(waiting=waiting, plan=plan, touched=mark_safe(touched or ""), is_tried=is_tried)
                    self._note_roll(request, form.cleaned_data["kind"], plan, at)
            except (UnreadableFile, CannotApply) as error:
                if waiting:
                    form = context["form"] = ImportForm(request.POST)
                form.errors.pop("file", None)
                form.add_error("file", str(error))
        return render(request, "admin/missions/importrun/import.html", context)

    def _note_roll(self, request, kind, plan, at):
        """This will note that somebody looks at the plan of a nominal roll, which tells of people; others do not."""
        if kind == models.ImportRun.Kind.NOMINAL_ROLL:
            audit.note("look at", models.ImportRun(), by=request.user, at=at, page="plan", rows=plan.counts)


SUSPICIONS_SHOWN = 50  # of each kind


@admin.register(models.Acceptance)
class AcceptanceAdmin(ReadOnlyAdmin):
    """What was accepted; what still waits stands on the data quality page."""

    change_list_template = "admin/missions/acceptance/change_list.html"
    list_display = ["check_name", "subject", "reason", "by", "at"]
    list_select_related = ["by"]
    search_fields = ["subject", "reason"]
    ordering = ["-at", "-pk"]

    def get_urls(self):
        page = self.admin_site.admin_view(self.quality)
        return [path("quality/", page, name="missions_quality"), *super().get_urls()]

    def quality(self, request):
        """The data quality page: what looks suspicious, and the form that accepts it with a reason."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_accept = request.user.has_perm("missions.add_acceptance")
        if request.method == "POST":
            if not may_accept:
                raise PermissionDenied
            given = {name: sentence(request.POST, name) for name in ("check", "subject", "fingerprint", "reason")}
            try:
                checks.accept(**given, by=request.user, at=timezone.now())
            except checks.CannotAccept as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            return redirect("admin:missions_quality")
        waiting, settled = checks.find_standing(timezone.now())
        groups = [
            (label, [suspicion for suspicion in waiting if suspicion.check == name])
            for name, label in checks.CHECKS.items()
        ]
        context = {
            **self.admin_site.each_context(request), "title": _("Data quality"), "groups": groups,
            "settled": settled, "waiting": len(waiting), "may_accept": may_accept, "shown": SUSPICIONS_SHOWN,
        }  # fmt: skip
        return render(request, "admin/missions/acceptance/quality.html", context)
