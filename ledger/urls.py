from allauth.account.views import LoginView, LogoutView, ReauthenticateView
from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView

from ledger import views

# The names are those of Django and of its library for signing in, which look for them.
urlpatterns = [
    path("account/", admin.site.admin_view(views.account), name="account"),
    path("account/data/", admin.site.admin_view(views.take_own_data), name="own-data"),
    path("account/close/", admin.site.admin_view(views.close_own_account), name="close-own-account"),
    path("accounts/<int:pk>/close/", admin.site.admin_view(views.close_account), name="close-account"),
    path("personal-data/", admin.site.admin_view(views.personal_data), name="personal-data"),
    path("password_reset/", views.AskForLetter.as_view(), name="admin_password_reset"),
    path("password_reset/done/", views.LetterIsSent.as_view(), name="password_reset_done"),
    path("reset/<uidb64>/<token>/", views.SetPassword.as_view(), name="password_reset_confirm"),
    path("reset/done/", views.PasswordIsSet.as_view(), name="password_reset_complete"),
    path("login/", LoginView.as_view(), name="account_login"),  # at the desk's own address for it
    path("login/give-up/", require_POST(LogoutView.as_view()), name="account_logout"),
    path("again/", ReauthenticateView.as_view(), name="account_reauthenticate"),
    path("factors/webauthn/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("factors/webauthn/keys/<int:pk>/remove/", views.RemoveKey.as_view(), name="mfa_remove_webauthn"),
    path("factors/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
if settings.OIDC_SERVER_URL:
    from allauth.socialaccount.providers.openid_connect import (
        views as sign_on,  # a house without it is spared its weight
    )

    urlpatterns += [
        path("login/sso/<provider_id>/", sign_on.login, name="openid_connect_login"),
        path("login/sso/<provider_id>/answer/", sign_on.callback, name="openid_connect_callback"),
    ]
