from django.contrib import admin
from django.urls import path

from ledger import views

# The names are Django's own: the desk's login page looks for the first.
urlpatterns = [
    path("account/", admin.site.admin_view(views.account), name="account"),
    path("password_reset/", views.AskForLetter.as_view(), name="admin_password_reset"),
    path("password_reset/done/", views.LetterIsSent.as_view(), name="password_reset_done"),
    path("reset/<uidb64>/<token>/", views.SetPassword.as_view(), name="password_reset_confirm"),
    path("reset/done/", views.PasswordIsSet.as_view(), name="password_reset_complete"),
]
