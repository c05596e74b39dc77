from django.urls import path

from members import views

urlpatterns = [path("sign-up", views.sign_up)]
