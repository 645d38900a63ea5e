"""The runtime's JavaScript functions, looked up once per isolate: a look-up crosses from Python to JavaScript, which costs microseconds.

Create it after import: a deployment snapshots Python's memory, which cannot hold JavaScript objects.
"""

import js
from pyodide.ffi import to_js


class Runtime:
    def __init__(self):
        self.from_entries = js.Object.fromEntries
        # What a Headers object holds is read through a Map: an object would trip over a header called `constructor`.
        self.header_map = js.Map.new
        self.new_response = js.Response.new
        self.new_url = js.URL.new
        self.new_abort_controller = js.AbortController.new
        # Bound, since Cloudflare's `setTimeout` for Python hands no arguments on to its callback.
        self.bind_abort = js.AbortController.prototype.abort.bind
        self.set_timeout = js.setTimeout
        self.clear_timeout = js.clearTimeout
        self.bind_fetch = js.fetch.bind
        self.log = js.console.log
        self.new_transform_stream = js.TransformStream.new
        self.new_identity_stream = js.IdentityTransformStream.new
        self.new_fixed_length_stream = js.FixedLengthStream.new
        self.bind_pipe = js.ReadableStream.prototype.pipeTo.bind
        self.no_options = self.object({})

    def object(self, value):
        """A plain JavaScript object from a dict. Without the converter some runtimes make a Map."""
        return to_js(value, dict_converter=self.from_entries)

    def response(self, body, status, headers):
        return self.new_response(body, self.object({"status": status, "headers": headers}))

    def closing(self, close):
        """The answer to a page's handshake that is refused."""
        client, server = js.WebSocketPair.new().object_values()
        server.accept()
        server.close(close.code, close.reason)
        return self.switching(client, close.headers)

    def switching(self, socket, headers):
        """The answer to a WebSocket's handshake, for which the runtime joins the client and this socket."""
        return self.new_response(None, self.object({"status": 101, "webSocket": socket, "headers": headers}))
