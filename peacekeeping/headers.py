"""The Content-Security-Policy: the same for every public page; on the desk, scripts carry a nonce per response.

Public pages carry no nonce, since a page with one could not be cached.
"""

from functools import cache

from csp.constants import HEADER, NONCE, UNSAFE_INLINE
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from js_asset import Media

DESK = ("/admin/", "/reports/")
# The style element that the prose editor (as pinned) adds for its own needs; it knows no nonce.
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"


@cache
def _of_readers():
    return build_policy()


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    def get_policy_parts(self, request, response, report_only=False):
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(DESK):
            parts.update = {
                **(parts.update or {}),
                "script-src": [NONCE],
                "style-src": [NONCE, EDITOR_STYLE],
                # The admin's own pages set a few style attributes; an attribute can style its element and no more.
                "style-src-attr": [UNSAFE_INLINE],
            }
        return parts

    def process_response(self, request, response):
        """A public page has the same policy each time: it is not put together anew."""
        is_readers = not request.path_info.startswith(DESK) and getattr(request, "_csp_nonce", None) is None
        if is_readers and not settings.DEBUG and not any(name.startswith("_csp") for name in vars(response)):
            response.headers.setdefault(HEADER, _of_readers())
            return response
        return super().process_response(request, response)

    def process_template_response(self, request, response):
        """The desk's forms bring scripts and an import map of their own: each gets the response's nonce."""
        context = response.context_data or {}
        if request.path_info.startswith(DESK) and "media" in context:
            context["media"] = Media.from_media(context["media"], nonce=request.csp_nonce)
        return response
