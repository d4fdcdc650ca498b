"""What each answer tells a browser of what may be done with it and in it (decision 4).

A page of readers has the same policy each time and no nonce, since a page with one could not be kept; on the desk,
scripts carry a nonce per response. What is no page loads and runs nothing.
"""

from functools import cache

from csp.constants import HEADER, NONCE, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from js_asset import Media

from ledger.paths import DESK

# What is anybody's may stand on pages of other sites: pictures beside links and in feed readers, the open data.
ANYBODYS = ("/share/", "/photos/", "/static/", "/api/", "/data/")
# The style element that the prose editor (as pinned) adds for its own needs; it knows no nonce.
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"
# Who may make markup of a text where Django's lists and forms, or the editor, do: static/desk/plain_markup.js lets
# through what runs nothing, and pasting.js reads what is pasted in a document that nobody sees.
MARKUP_POLICIES = ["default", "looking", "pasting"]
# Of a file, a table, a feed: opened by itself, it is perhaps a stranger's text at our address. The page that a browser
# shows it in has styles and a picture of its own.
NO_PAGE = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# No page of this house asks for any of these; so nothing that gets into one can.
NO_DEVICES = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "idle-detection",
        "magnetometer", "microphone", "midi", "payment", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
    )
)  # fmt: skip


@cache
def _of_readers():
    return build_policy()


class HeadersMiddleware(CSPMiddleware):
    """The outermost one: an answer has its headers wherever inside it was made, errors and refusals too."""

    def get_policy_parts(self, request, response, report_only=False):
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(DESK):
            parts.update = {
                **(parts.update or {}),
                "script-src": [NONCE],
                "style-src": [NONCE, EDITOR_STYLE],
                # The admin's own pages set a few style attributes; an attribute can style its element and no more.
                "style-src-attr": [UNSAFE_INLINE],
                "frame-src": [SELF],  # the preview
            }
            if getattr(request, "makes_markup", False):
                parts.replace = {**(parts.replace or {}), "trusted-types": MARKUP_POLICIES}
        return parts

    def process_template_response(self, request, response):
        """The desk's lists and forms bring scripts and an import map of their own: each gets the response's nonce."""
        context = response.context_data or {}
        if request.path_info.startswith(DESK) and "media" in context:
            context["media"] = Media.from_media(context["media"], nonce=request.csp_nonce)
            request.makes_markup = True  # templates/admin/base_site.html loads plain_markup.js by the same mark
        return response

    def process_response(self, request, response):
        headers, path = response.headers, request.path_info
        # Django's own middleware says these too, but where it refuses a request itself (an unknown host).
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        headers.setdefault("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY)
        if path.startswith(DESK):
            headers.setdefault("Cache-Control", "private, no-store")
        is_anybodys = path.startswith(ANYBODYS) and "private" not in headers.get("Cache-Control", "")
        headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if is_anybodys else "same-origin")
        if response.status_code == 304:  # the policy of what the browser has stays that which it came with
            return response
        if not headers.get("Content-Type", "").startswith("text/html"):
            headers.setdefault(HEADER, NO_PAGE)
            return response
        headers.setdefault("Permissions-Policy", NO_DEVICES)
        is_readers = not path.startswith(DESK) and getattr(request, "_csp_nonce", None) is None
        if is_readers and not settings.DEBUG and not any(name.startswith("_csp") for name in vars(response)):
            headers.setdefault(HEADER, _of_readers())  # it is the same each time, and not put together anew
            return response
        return super().process_response(request, response)
