"""What gunicorn reads where it is started here: a ready page is written in one piece (decision 21).

gunicorn checks and writes each header of each answer, and sends them and the body apart. The headers of a ready page
are the same for everybody: they are checked and written once, and go out together with the body. No other answer is
changed.
"""

from functools import lru_cache

from gunicorn.http import wsgi

from peacekeeping.page_cache.pages import HIT

Usual = wsgi.Response
MARK = ("Cache-Status", HIT)  # what the page cache says last of a ready page
REMEMBERED = 500  # sets of headers in a worker, each of about 3 kB


@lru_cache(REMEMBERED)
def written(headers):
    """This will return (the length that the body has, the headers as gunicorn writes them) of a tuple of headers."""
    usual = Usual.__new__(Usual)
    usual.headers, usual.response_length = [], None
    usual.process_headers(headers)
    return usual.response_length, "".join(f"{name}: {value}\r\n" for name, value in usual.headers) + "\r\n"


class Response(Usual):
    _written = None

    def process_headers(self, headers):
        if headers and headers[-1] == MARK:
            self.response_length, self._written = written(tuple(headers))
        else:
            super().process_headers(headers)

    def send_headers(self):
        if self._written is None or self.headers_sent:
            super().send_headers()
        else:
            self._send(b"")

    def write(self, body):
        if self._written is None or self.headers_sent or self._omits_body or len(body) != self.response_length:
            super().write(body)
        else:
            self.sent = len(body)
            self._send(body)

    def _send(self, body):
        self.headers_sent = True
        self.sock.sendall("".join([*self.default_headers(), self._written]).encode("latin-1") + body)


wsgi.Response = Response
