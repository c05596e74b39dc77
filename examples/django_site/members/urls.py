"""The site's addresses."""

from django.urls import path

from members import views

urlpatterns = [
    path("sign-up", views.sign_up),
    path("rename", views.rename),
    path("chat/token", views.token),
]
