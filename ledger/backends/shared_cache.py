"""The cache that all processes share, in Redis or Valkey. While that is away, each process has one of its own.

What lies there are counts, of passwords tried and letters asked for, and what can be reckoned again. So while it is
away nobody is kept out and no page breaks, and somebody who guesses passwords has as many tries as there are processes,
times the limit: a fixed number, where a cache that answers nothing would let them try without end.
"""

import functools
import logging
import time

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)
PATIENCE = 0.5  # seconds for a connection, and for an answer
RESPITE = 5  # seconds for which it is not asked again after it gave no answer
NAMES = (
    "add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many", "delete_many", "clear",
)  # fmt: skip


class SharedCache(RedisCache):
    _away_until = float("-inf")  # of the process: each thread has a cache object of its own

    def __init__(self, server, params):
        asked = {
            "socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE, "retry": Retry(NoBackoff(), 1),
            **params.get("OPTIONS", {}),
        }  # fmt: skip
        super().__init__(server, {**params, "OPTIONS": asked})
        self._own = LocMemCache("while the shared cache is away", {**params, "OPTIONS": {}})


def _outliving(name):
    """This will return the method of that name, which answers from the process's own memory where it has to."""
    ask = getattr(RedisCache, name)

    @functools.wraps(ask)
    def answer(self, *args, **kwargs):
        if time.monotonic() >= SharedCache._away_until:
            try:
                return ask(self, *args, **kwargs)
            except (RedisError, OSError) as error:
                SharedCache._away_until = time.monotonic() + RESPITE
                log.warning("The shared cache does not answer; this process has its own meanwhile: %s", error)
        return getattr(self._own, name)(*args, **kwargs)

    return answer


for _name in NAMES:
    setattr(SharedCache, _name, _outliving(_name))
