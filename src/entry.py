"""The Workers boundary: the one module that knows JavaScript. It turns the platform's request into the core's, does what the core
decides, and hands the provider's body on as the native stream it is. It decides nothing.

`on_fetch` is a plain function that returns a promise. For a Worker that does nothing, a coroutine costs 1.5 times as much per request
on the workerd of `make dev`, and on workerd 1.20260822 twice as much, a class entry point almost four times. Each crossing between
Python and JavaScript costs microseconds, so a request is read in a handful of them.

Nothing here may hold a JavaScript object when the module is imported, since a deployment snapshots Python's memory: what is used
again and again is kept in `Isolate`, made by the first request.
"""

from itertools import chain

import js
from pyodide.ffi import create_proxy, to_js

from relay import app
from relay.messages import Forward, Reply, Request, Unseal
from relay.sealing import SealingKey
from relay.settings import SettingError, concerns, parse

_isolate = None


def on_fetch(request, env, ctx):
    """A response, or the promise of one."""
    try:
        isolate = _isolate or _start(env)
        headers = isolate.new_map(request.headers).to_py()
        decision = app.decide(Request(request.method, request.url, headers), isolate.settings)
        if isinstance(decision, Reply):
            return isolate.response(decision)
        if isinstance(decision, Unseal):
            return _unseal(isolate, request, decision)
        return _forward(isolate, request, decision)
    except Exception as error:
        return _internal_error(error)


# The runtime calls handlers by pyodide.code.relaxed_call, so that they may leave arguments out, and binds a Signature for that each
# time. This one takes them all; without a signature to bind it is called as it is, which saves 45 µs, a tenth of a request's CPU time.
on_fetch.__signature__ = NotImplemented


async def _unseal(isolate, request, decision: Unseal):
    try:
        opened = await app.unseal(decision, isolate.crypto)
        if isinstance(opened, Reply):
            return isolate.response(opened)
        return _forward(isolate, request, opened)
    except Exception as error:
        return _internal_error(error)


def _forward(isolate, request, forward: Forward):
    """Makes the upstream request and promises its answer. The time limit ends when the answer's headers are there."""
    isolate.check_url(forward.url)
    controller = isolate.new_abort_controller()
    init = {
        "method": forward.method,
        "headers": forward.headers_with_credential(),
        "redirect": "manual",
        "signal": controller.signal,
    }
    body = request.body if forward.has_body else None
    if body:  # no body is None on one runtime and a falsy null on another
        init["body"] = body
    timer = isolate.set_timeout(isolate.bind_abort(controller), forward.timeout_seconds * 1000)  # newer runtimes pass no arguments

    upstream = isolate.promise(isolate.bind_fetch, None, forward.url, isolate.object(init))
    return isolate.settle(upstream, timer, *chain(*forward.added_headers.items()))


def _settled(*given):
    """What becomes of the provider's response, or of an error, whose text may hold the URL.

    Given are the timer, the names and values of the headers to add, and at last the response or error.
    """
    isolate = _isolate
    timer, *added, upstream = given
    try:
        isolate.clear_timeout(timer)
        added_headers = dict(zip(added[::2], added[1::2], strict=True))
        status = getattr(upstream, "status", None)
        if status is None:
            aborted = getattr(upstream, "name", None) == "AbortError"  # which only the time limit does
            code = "upstream_timeout" if aborted else "upstream_unreachable"
            return isolate.response(app.failure(added_headers, code))
        head = app.answer(added_headers, status, isolate.new_map(upstream.headers).to_py())
        if isinstance(head, Reply):
            _cancel(isolate, upstream)
            return isolate.response(head)
        return isolate.new_response(upstream.body, isolate.object({"status": status, "headers": head}))
    except Exception as error:
        _cancel(isolate, upstream)
        return _internal_error(error)


def _cancel(isolate, upstream):
    """Ends an answer that nobody will read, or its connection would wait for a reader."""
    if getattr(upstream, "body", None):
        isolate.promise(upstream.body.cancel.bind, upstream.body)


class Isolate:
    """What every request of this isolate shares: the settings, and the runtime's functions, looked up once."""

    def __init__(self, env):
        self.from_entries = js.Object.fromEntries
        self.new_map = js.Map.new  # headers are read through a Map: an object would trip over one called `constructor`
        self.new_response = js.Response.new
        self.new_url = js.URL.new
        self.new_abort_controller = js.AbortController.new
        self.bind_abort = js.AbortController.prototype.abort.bind
        self.set_timeout = js.setTimeout
        self.clear_timeout = js.clearTimeout
        self.bind_fetch = js.fetch.bind
        self._bind_then = js.Reflect.get(js.Promise.prototype, "then").bind
        self._bind_call = js.Function.prototype.call.bind
        self._map_one = js.Array.of(0).map
        self._settled = create_proxy(_settled)
        self._checked_urls = set()
        self.crypto = WebCrypto(self.object)
        try:
            self.settings = parse(_settings_in(env))
        except SettingError as error:
            self.settings = error
            print(f"byok-relay: {error}")

    def check_url(self, url):
        """Origin and path are sent exactly as they were matched: the runtime reads them as they are written, or nothing is sent.

        Every request has one of a few URLs, and no key is in them; those that were read once are not read again.
        """
        url = url.partition("?")[0]
        if url not in self._checked_urls:
            if self.new_url(url).href != url:
                raise AssertionError("the runtime reads this URL differently")
            if len(self._checked_urls) >= 100:  # a path may hold a model's name, or an id
                self._checked_urls.clear()
            self._checked_urls.add(url)

    def object(self, value):
        """A plain JavaScript object of a dict: without the converter some runtimes make a Map of it."""
        return to_js(value, dict_converter=self.from_entries)

    def promise(self, bind, this, *args):
        """What a JavaScript function returns that returns a promise: the promise itself. Given is the function's own `bind`.

        An ordinary call would give a Future of asyncio's for it. That costs a quarter of the relay's requests per second, and where
        the runtime stops the event loop with the response, each leaves a task behind (both measured on make dev's workerd). So the
        call is JavaScript's own `map` over one element.
        """
        return self._map_one(bind(this, *args))[0]

    def settle(self, promise, *state):
        """The promise of what `_settled` makes of the state and a promise's value or error.

        The state waits in JavaScript, bound to the call of the one `_settled` there is: when a client goes away, the runtime drops the
        promise, and a callback of Python's for this request, with what it refers to, would stay for good.
        """
        settled = self._bind_call(self._settled, None, *state)
        return self.promise(self._bind_then, promise, settled, settled)

    def response(self, reply: Reply):
        return self.new_response(reply.body, self.object({"status": reply.status, "headers": reply.headers}))


class WebCrypto:
    """The platform's part in opening sealed keys: `relay.sealing.Crypto` on `crypto.subtle`."""

    def __init__(self, object):
        self._object = object
        self._subtle = js.crypto.subtle
        self._private_keys = {}  # imported once per isolate, when first needed

    async def shared_secret(self, key: SealingKey, point: bytes) -> bytes:
        ecdh = {"name": "ECDH", "namedCurve": "P-256"}
        if key.kid not in self._private_keys:
            jwk = js.JSON.parse(key.jwk.reveal())
            self._private_keys[key.kid] = await self._subtle.importKey("jwk", jwk, self._object(ecdh), False, to_js(["deriveBits"]))
        public = await self._subtle.importKey("raw", to_js(point), self._object(ecdh), False, to_js([]))
        agree = self._object({"name": "ECDH", "public": public})
        return (await self._subtle.deriveBits(agree, self._private_keys[key.kid], 256)).to_bytes()

    async def decrypt(self, key: bytes, nonce: bytes, ciphertext: bytes) -> bytes:
        secret = await self._subtle.importKey("raw", to_js(key), "AES-GCM", False, to_js(["decrypt"]))
        gcm = self._object({"name": "AES-GCM", "iv": to_js(nonce)})
        return (await self._subtle.decrypt(gcm, secret, to_js(ciphertext))).to_bytes()


def _start(env):
    global _isolate
    _isolate = Isolate(env)
    return _isolate


def _settings_in(env):
    """The bindings that are settings, as texts. wrangler.toml may hold numbers, booleans and lists as well."""
    return {name: _text(name, getattr(env, name)) for name in js.Object.keys(env) if concerns(name)}


def _text(name, value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int):
        return str(value)
    if js.Array.isArray(value):
        return ",".join(map(str, value))
    raise SettingError(name, "must be text, a number, true or false, or a list of texts")


def _internal_error(error):
    """The answer and the log line for a defect of ours: its kind and place, no message, which could hold a value."""
    place = error.__traceback__
    while place.tb_next:
        place = place.tb_next
    print(f"byok-relay: internal_error, {type(error).__name__} in {place.tb_frame.f_code.co_name}, line {place.tb_lineno}")
    reply = app.internal_error()
    return js.Response.new(reply.body, to_js({"status": reply.status, "headers": reply.headers}, dict_converter=js.Object.fromEntries))
