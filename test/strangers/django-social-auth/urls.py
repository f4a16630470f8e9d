# The page of the site. The addresses of the recipe follow.
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.urls import include, path


def home(request):
    user = request.user
    if user.is_authenticated:
        return HttpResponse(f"Signed in as {user.username}, {user.get_full_name()}, {user.email}")
    token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    return HttpResponse(f'<form method="post" action="/login/oidc/">{token}<button>Sign in</button></form>')


urlpatterns = [path("", home)]
