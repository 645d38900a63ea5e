"""Counts requests: in this isolate, and those with one API key in the Rate Limiting binding, where there is one.

The binding counts for all isolates of a location. It says no more than yes or no, and its limit is what the operator has given it:
https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/
"""

from os import urandom

import js

from byok_relay.limits import Buckets, Complaints, Full
from byok_relay.settings import SettingError
from workers_boundary.binding import BINDING

_KIND = "key"  # of the buckets that the binding counts
_WAIT_MS = 60_000  # what a client is told; the binding's period is this, or less
_PATIENCE_MS = 250  # then a request passes without an answer


class Limiter:
    def __init__(self, env, settings, runtime, promises):
        self._buckets = Buckets(urandom(32))
        self._binding = None if isinstance(settings, SettingError) else getattr(env, BINDING, None)
        if self._binding is None:
            return
        self._secret = settings.audit_secret
        self._object = runtime.object
        self._promises = promises
        self._complaints = Complaints()
        self._bind_limit = self._binding.limit.bind
        self._scheduler = js.scheduler
        self._bind_wait = js.scheduler.wait.bind
        self._promise_class = js.Promise
        self._bind_race = js.Promise.race.bind
        self._array_of = js.Array.of

    def asked(self, buckets, now):
        """The promise of the binding's answer, to be given to `take`; None if there is nothing to ask it, or if it cannot be asked."""
        if self._binding is None:
            return None
        for bucket in buckets:
            if bucket.kind == _KIND:
                return self._ask(bucket.id(self._secret.reveal().encode()).hex(), now)
        return None

    def take(self, buckets, now, *answer):
        """The bucket that is full, or None. `answer` is what the binding has said, or an error, if it was asked."""
        if self._binding is None:
            return self._buckets.take(buckets, now)
        if answer:
            success = getattr(answer[0], "success", None)
            if success is None:
                self._complain(now)
            elif not success:
                return Full(next(bucket for bucket in buckets if bucket.kind == _KIND), _WAIT_MS)
        return self._buckets.take([bucket for bucket in buckets if bucket.kind != _KIND], now)

    def _ask(self, name, now):
        call = self._promises.call
        try:
            answer = call(self._bind_limit, self._binding, self._object({"key": name}))
            enough = call(self._bind_wait, self._scheduler, _PATIENCE_MS, self._object({}))
            return call(self._bind_race, self._promise_class, self._array_of(answer, enough))
        except Exception:
            self._complain(now)
            return None

    def _complain(self, now):
        if self._complaints.are_due(now):
            print(f"byok-relay: the binding {BINDING} does not answer, so requests with one key are not limited")
