"""Addresses of people: the one login, and everything below /account/. Stands ahead of the admin's own addresses."""

from __future__ import annotations

from allauth.account import urls as account_urls
from django.urls import include, path

from affiliate.people import sessions, views

# The login stays where it always was: what allauth calls by its name leads there.
ACCOUNT = [pattern for pattern in account_urls.urlpatterns if pattern.name not in {"account_login"}]

urlpatterns = [
    path("admin/login/", views.login, name="account_login"),
    path("admin/login/", views.login, name="wagtailadmin_login"),
    path("account/", views.home, name="people_home"),
    path("account/login/", views.login_elsewhere),
    path("account/application/", views.application, name="people_application"),
    path("account/profile/", views.profile, name="people_profile"),
    path("account/agency/", views.agency, name="people_agency"),
    path("account/invitation/", views.AcceptView.as_view(), name="people_accept"),
    path("account/invitation/<str:token>/", views.invitation, name="people_invitation"),
    path("account/sessions/", sessions.show, name="usersessions_list"),
    path("account/sessions/<int:pk>/end/", sessions.end, name="people_end_session"),
    path("account/sessions/end-others/", sessions.end_others, name="people_end_other_sessions"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/", include(ACCOUNT)),
]
