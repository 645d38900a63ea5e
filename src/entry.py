"""The Workers boundary: it turns the platform's request into the core's, does what the core decides, and hands the provider's body on
as the native stream it is. It decides nothing.

`on_fetch` is a plain function that returns a promise. For a Worker that does nothing, a coroutine costs 1.5 times as much per request
on workerd 1.20241106 and twice as much on 1.20260822, a class entry point almost four times. Each crossing between Python and
JavaScript costs microseconds, so a request is read in a handful of them.

Nothing of a request waits in Python: see workers_boundary/promises.py.
"""

from functools import partial
from os import urandom
from time import time

from byok_relay import audit, policy
from byok_relay.errors import described
from byok_relay.limits import Count
from byok_relay.messages import Connect, Open, Pending, Read, Reply, Request, advance, length_in
from workers_boundary.analytics import log_of
from workers_boundary.edge import client_of
from workers_boundary.environment import settings_in
from workers_boundary.limiter import Limiter
from workers_boundary.meters import Meters
from workers_boundary.opener import Opener
from workers_boundary.promises import Promises
from workers_boundary.runtime import Runtime

_isolate = None


def on_fetch(request, env, ctx):
    """A response, or the promise of one."""
    id = urandom(16).hex()
    try:
        isolate = _isolate or _start(env)
        return _run(isolate, ctx, request, isolate.runtime.header_map(request.headers), id, time())
    except Exception as error:
        return _internal_error(error, id)


# The runtime calls handlers through pyodide.code.relaxed_call, which binds a Signature each time so that a handler may omit arguments.
# This handler takes all of them. Without a signature it is called directly, which saves 45 µs, a tenth of a request's CPU time.
on_fetch.__signature__ = NotImplemented


def _waited(ctx, request, headers, id, now, *results):
    """Continues a request after it has waited once more. What that came to is the last of the results."""
    try:
        return _run(_isolate, ctx, request, headers, id, now, *results)
    except Exception as error:
        return _internal_error(error, id)


def _run(isolate, ctx, request, headers, id, now, *results):
    """Decides on a request, and does it; or promises that, where the decision must wait. `results` are what it has waited for so far.

    Nothing waits in Python, so a decision that waits is made again: the same request at the same time reaches the same point.
    """
    scheme, _, rest = request.url.partition("://")  # as it came: the runtime does not normalise it
    host, _, target = rest.partition("/")
    path, _, query = f"/{target}".partition("?")
    given = headers.to_py()
    asked = Request(request.method, scheme, host, path, query, given, *client_of(given), id)
    decision = policy.decide(asked, isolate.settings, now)
    step, read = advance(decision), None
    left = results
    if isinstance(step, Open):
        if not left:
            return isolate.promises.then(isolate.opener.open(step.sealed), isolate.waited, ctx, request, headers, id, now)
        inside, *left = left
        step = advance(decision, isolate.opener.key_in(inside))
    if isinstance(step, Read):
        if not left:
            body = isolate.promises.call(request.arrayBuffer.bind, request)
            return isolate.promises.then(body, isolate.waited, ctx, request, headers, id, now, *results)
        read, *left = left
        step = advance(decision, _bytes_in(read, step.most))
    if isinstance(step, Count):
        answer = None if left else isolate.limiter.asked(step.buckets, now)
        if answer is not None:
            return isolate.promises.then(answer, isolate.waited, ctx, request, headers, id, now, *results)
        step = advance(decision, isolate.limiter.take(step.buckets, now, *left))
    if isinstance(step, Connect):
        return _connect(isolate, ctx, step)
    return _reply(isolate, step, now) if isinstance(step, Reply) else _forward(isolate, ctx, request, step, read)


def _bytes_in(buffer, most):
    """The bytes, or None if there are more, or an error came instead."""
    length = getattr(buffer, "byteLength", None)
    return buffer.to_bytes() if length is not None and length <= most else None


def _reply(isolate, reply, began):
    if reply.audit:
        isolate.log(audit.of_reply(reply, began, time()))
    if reply.close:
        return isolate.runtime.closing(reply.close)
    return isolate.runtime.response(reply.body, reply.status, reply.headers)


def _forward(isolate, ctx, request, forward, read):
    """Makes the upstream request and promises its answer."""
    init = {"method": forward.method, "headers": forward.headers_with_key()}
    body = (request.body if read is None else read) if forward.has_body else None
    if body:  # no body is None on one runtime and a falsy null on another
        init["body"] = body
    upstream, timer = _fetched(isolate, forward, init)
    return isolate.promises.then(upstream, isolate.settled, ctx, timer, *forward.pending)


def _connect(isolate, ctx, connect):
    """Asks the provider for a WebSocket and promises the client's side of it."""
    forward = connect.handshake
    upstream, timer = _fetched(isolate, forward, {"headers": {**forward.headers_with_key(), "upgrade": "websocket"}})
    return isolate.promises.then(upstream, isolate.joined, ctx, timer, ",".join(connect.protocols), connect.scheme, *forward.pending)


def _fetched(isolate, forward, init):
    """The promise of the provider's response, and the timer of the time limit, which ends when that is there."""
    runtime = isolate.runtime
    _check_url(isolate, forward)
    controller = runtime.new_abort_controller()
    init = {**init, "redirect": "manual", "signal": controller.signal}
    timer = runtime.set_timeout(runtime.bind_abort(controller), forward.timeout_seconds * 1000)
    return isolate.promises.call(runtime.bind_fetch, None, forward.url, runtime.object(init)), timer


def _settled(ctx, timer, *given):
    return _answer(ctx, timer, policy.answered, given)


def _joined(ctx, timer, protocols, scheme, *given):
    return _answer(ctx, timer, partial(policy.connected, tuple(filter(None, protocols.split(","))), scheme), given)


def _answer(ctx, timer, judge, given):
    """The answer for the provider's response or for an error, which is given last. An error's text may hold the URL: it is not used."""
    *pending, upstream = given
    isolate = _isolate
    try:
        isolate.runtime.clear_timeout(timer)
        pending = Pending(*pending)
        status = getattr(upstream, "status", None)
        if status is None:
            aborted = getattr(upstream, "name", None) == "AbortError"  # only the time limit aborts
            head = policy.failed(pending, "upstream_timeout" if aborted else "upstream_unreachable", isolate.settings)
        else:
            head = judge(pending, status, isolate.runtime.header_map(upstream.headers).to_py(), isolate.settings)
        if isinstance(head, Reply):
            _cancel(isolate, upstream)
            return _reply(isolate, head, pending.began)
        if head.close:  # its body reaches nobody
            _cancel(isolate, upstream)
            if pending.audit:
                _audited(isolate, ctx, pending, head, None)
            return isolate.runtime.closing(head.close)
        body = _audited(isolate, ctx, pending, head, upstream.body) if pending.audit else upstream.body
        if head.status == 101:  # the runtime joins the two connections by itself
            return isolate.runtime.switching(upstream.webSocket, head.headers)
        return isolate.runtime.response(body, head.status, head.headers)
    except Exception as error:
        _cancel(isolate, upstream)
        return _internal_error(error, given[0])


def _audited(isolate, ctx, pending, head, body):
    """The body, and its line in the log: with the head, since the end is not known, unless the body is followed (docs/operating.md).

    What is followed ends in a stream of the runtime's own. So its length is still told, and both ends learn that the other broke off.
    """
    answer = pending.audit, pending.began, "ok", head.status, head.is_stream, time()
    # What is compressed is not followed: the runtime would unpack it on its way, and pack it again.
    if not body or not (head.meter or isolate.settings.audit_ends) or "content-encoding" in head.headers:
        isolate.log(audit.of_answer(*answer, None))
        return body
    length = length_in(head.headers)
    through = isolate.runtime.new_identity_stream() if length is None else isolate.runtime.new_fixed_length_stream(length)
    number, body = isolate.meters.through(body, head.meter) if head.meter else (None, body)
    piped = isolate.promises.call(isolate.runtime.bind_pipe, body, through.writable, isolate.runtime.no_options)
    ctx.waitUntil(isolate.promises.then(piped, isolate.ended, number, *answer))
    return through.readable


def _ended(number, begun, began, outcome, status, stream, headers_at, error):
    """Writes the line of an answer that was followed to its end. It ended well, if there is no error."""
    try:
        usage = _isolate.meters.end(number)
        _isolate.log(audit.of_answer(begun, began, "closed" if error else outcome, status, stream, headers_at, time(), usage))
    except Exception as defect:
        print(described(defect))


def _cancel(isolate, upstream):
    """Cancels an answer that nobody will read. Otherwise its connection would stay open."""
    if getattr(upstream, "body", None):
        isolate.promises.call(upstream.body.cancel.bind, upstream.body)
    if socket := getattr(upstream, "webSocket", None):
        socket.accept()
        socket.close()


def _check_url(isolate, forward):
    """Sends nothing if the runtime would rewrite the URL: origin and path go up exactly as they were matched.

    All URLs of one route use the same characters, so checking the first one is enough.
    """
    if forward.route not in isolate.checked_routes:
        url = forward.url.partition("?")[0]
        if isolate.runtime.new_url(url).href != url:
            raise AssertionError("the runtime reads this URL differently")
        isolate.checked_routes.add(forward.route)


class Isolate:
    """What all requests of this isolate share."""

    def __init__(self, env):
        self.settings = settings_in(env)
        self.runtime = Runtime()
        self.log = log_of(self.runtime, env)
        self.promises = Promises()
        self.waited = self.promises.callback(_waited)
        self.settled = self.promises.callback(_settled)
        self.joined = self.promises.callback(_joined)
        self.ended = self.promises.callback(_ended)
        self.meters = Meters(self.runtime, self.promises)
        self.opener = Opener(self.runtime, self.promises)
        self.limiter = Limiter(env, self.settings, self.runtime, self.promises)
        self.checked_routes = set()


def _start(env):
    global _isolate
    _isolate = Isolate(env)
    return _isolate


def _internal_error(error, id):
    print(described(error))
    reply = policy.internal_error(id)
    return Runtime().response(reply.body, reply.status, reply.headers)
