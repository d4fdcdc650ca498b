"""The doors of one's own account: a lost password, a new one, a second factor, and how the house writes to one."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import admin, messages
from django.contrib.auth.views import PasswordResetCompleteView, PasswordResetConfirmView, PasswordResetDoneView
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from ledger import accounts, audit, closing, erasures, own_data, personal
from ledger.counting import network_address
from ledger.forms import AccountForm, ClosingForm, LetterForm
from ledger.models import Erasure, User

KEEPS_USERS = "ledger.change_user"


def account(request):
    """One's own names, e-mail address and language."""
    form = AccountForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        try:
            accounts.change(request.user, at=timezone.now(), **form.cleaned_data)
        except accounts.CannotChange as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your account is changed."))
            return redirect("account")
    context = {**admin.site.each_context(request), "title": _("My account"), "form": form}
    return render(request, "admin/accounts/account.html", context)


@require_POST
def take_own_data(request):
    """Everything that the house holds on whoever is signed in, as a file."""
    content = own_data.take(request.user, by=request.user, at=timezone.now())
    return HttpResponse(
        content, content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="my-data.json"', "Cache-Control": "private, no-store"},
    )  # fmt: skip


def close_own_account(request):
    """Whoever is signed in asks that their account be closed; an administrator confirms."""
    return _closing(request, User.objects.get(pk=request.user.pk))


def close_account(request, pk):
    """Who keeps the users asks that an account be closed; another one of them confirms."""
    if not request.user.has_perm(KEEPS_USERS):
        raise PermissionDenied
    user = get_object_or_404(User, pk=pk)
    if user.is_superuser and not request.user.is_superuser:
        raise PermissionDenied
    return _closing(request, user)


def _closing(request, user):
    at, keeps_users = timezone.now(), request.user.has_perm(KEEPS_USERS)
    waiting = Erasure.objects.waiting().filter(noun="ledger.user", object_id=user.pk).select_related("asked_by").first()
    may_confirm = keeps_users and waiting is not None and waiting.asked_by_id != request.user.pk
    form, step = ClosingForm(request.POST or None), request.POST.get("do")
    if step == "confirm" and not may_confirm:
        raise PermissionDenied
    if request.method == "POST" and (step != "ask" or form.is_valid()):
        try:
            _close(request, user, waiting, step, form, at)
        except erasures.CannotErase as refusal:
            messages.error(request, str(refusal))
        else:
            if step != "confirm":
                return redirect(request.path)
            return redirect("admin:ledger_user_changelist")
    context = {
        **admin.site.each_context(request), "title": _("Close an account"), "form": form, "account": user,
        "waiting": waiting, "may_confirm": may_confirm, "is_closed": closing.is_closed(user),
        "is_own": user == request.user,
    }  # fmt: skip
    return render(request, "admin/accounts/close.html", context)


def _close(request, user, waiting, step, form, at):
    if step == "ask":
        given = {name: form.cleaned_data[name] for name in ("ground", "reference")}
        erasures.ask(user, kind=Erasure.Kind.ANONYMISE, by=request.user, at=at, **given)
        messages.success(request, _("Asked for. Another person has to confirm it; until then nothing changes."))
    elif waiting is None:
        raise erasures.CannotErase(_("This was decided already."))
    elif step == "confirm":
        erasures.confirm(waiting, by=request.user, at=at)
        messages.success(
            request, _("The account is closed. What was done with it stays in the ledger, under a number.")
        )
    else:
        erasures.decline(waiting, by=request.user, at=at)
        messages.success(request, _("Declined. Nothing was changed."))


def personal_data(request):
    """What the house holds of people, field by field, as each floor has declared it."""
    nouns, beside = personal.for_staff()
    context = {
        **admin.site.each_context(request), "title": _("Personal data that the house holds"), "nouns": nouns,
        "beside": beside,
    }  # fmt: skip
    return render(request, "admin/personal_data/register.html", context)


class OfTheDesk:
    """A page before the desk's door: in the desk's look, and its address is told to nobody."""

    heading = ""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return {**admin.site.each_context(self.request), **context, "title": self.heading}


class AskForLetter(OfTheDesk, FormView):
    """The address goes in; the answer is the same whether the house knows it or not."""

    heading = gettext_lazy("A new password")
    form_class = LetterForm
    template_name = "admin/accounts/ask_for_letter.html"
    success_url = reverse_lazy("password_reset_done")

    def form_valid(self, form):
        try:
            accounts.ask_for_letter(form.cleaned_data["email"], place=network_address(self.request), at=timezone.now())
        except accounts.CannotAsk as refusal:
            form.add_error(None, str(refusal))
            return self.render_to_response(self.get_context_data(form=form), status=429)
        return super().form_valid(form)


class LetterIsSent(OfTheDesk, PasswordResetDoneView):
    heading = gettext_lazy("Look into your e-mail")
    template_name = "admin/accounts/letter_is_sent.html"


class SetPassword(OfTheDesk, PasswordResetConfirmView):
    """The link of a letter leads here: it opens once, for who is active."""

    heading = gettext_lazy("Set your password")
    template_name = "admin/accounts/set_password.html"

    def get_user(self, uidb64):
        user = super().get_user(uidb64)
        return user if user and user.is_active else None

    def form_valid(self, form):
        with transaction.atomic():
            answer = super().form_valid(form)
            audit.note("set password", self.user, by=self.user, at=timezone.now())
        return answer


class PasswordIsSet(OfTheDesk, PasswordResetCompleteView):
    heading = gettext_lazy("Your password is set")
    template_name = "admin/accounts/password_is_set.html"


class RemoveKey(RemoveWebAuthnView):
    """The library asks for an app alone whether it may go; a key may be the last factor too."""

    def form_valid(self, form):
        refusal = get_adapter().error_messages["cannot_delete_authenticator"]
        if not get_adapter().can_delete_authenticator(self.get_object()):
            form.add_error(None, refusal)
            return self.render_to_response(self.get_context_data(form=form, object=self.get_object()))
        return super().form_valid(form)
