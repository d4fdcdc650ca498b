from django.contrib import admin
from django.urls import path

from ledger import views

# The names are Django's own: the desk's login page looks for the first.
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
]
