"""How a program is refused: application/problem+json (RFC 9457), in English."""

from http.client import responses

from django.http import JsonResponse

OPEN = ("/api/", "/data/")  # where programs come in
PROBLEM = "application/problem+json"


def problem(status, detail):
    """This will return a refusal with a sentence that says what to do about it."""
    values = {"type": "about:blank", "title": responses[status], "status": status, "detail": str(detail)}
    return JsonResponse(values, status=status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False})


def nothing_here(request):
    """Any other address where programs come in."""
    return problem(404, "There is nothing at this address.")
