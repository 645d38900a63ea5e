"""The meters of answers that are on their way, and the stream in which these pass their meter by.

The stream is the runtime's own and moves the bytes itself. Before it takes a piece it asks for the size of that in its queue, which is
where Python sees the piece. So nothing that goes wrong here can change an answer.

Meters wait in Python, unlike everything else of a request, and the runtime may drop an answer without a word. So there is a limit to what
they hold together, and the oldest goes first.
"""

from byok_relay.errors import described

_MOST_METERS = 2000
_MOST_BYTES = 32 << 20  # an isolate has 128 MB
_SIZE = 1  # of every piece, as without a strategy (Streams standard, section 7.4): the next one is asked for when this one has been taken


class Meters:
    def __init__(self, runtime, promises):
        self._runtime = runtime
        self._promises = promises
        self._seen = promises.callback(self._see)
        self._meters = {}  # by number, the oldest first
        self._last = 0
        self._held = 0  # bytes

    def through(self, body, meter):
        """The number of this meter, and a stream of the body that passes it by."""
        self._last += 1
        self._meters[self._last] = meter
        if len(self._meters) > _MOST_METERS:
            self._drop_oldest()
        strategy = self._runtime.object({"highWaterMark": 1, "size": self._promises.bound(self._seen, self._last)})
        seeing = self._runtime.new_transform_stream(None, strategy)
        return self._last, body.pipeThrough(seeing, self._runtime.no_options)

    def end(self, number):
        """What the answer with this number has said until now. It is forgotten."""
        meter = self._meters.pop(number, None)
        if not meter:
            return None
        self._held -= meter.held
        return meter.usage()

    def _see(self, number, piece):
        try:
            if meter := self._meters.get(number):
                before = meter.held
                meter.feed(piece.to_bytes())
                self._held += meter.held - before
                while self._held > _MOST_BYTES:
                    self._drop_oldest()
        except Exception as defect:
            print(described(defect))
        return _SIZE

    def _drop_oldest(self):
        self._held -= self._meters.pop(next(iter(self._meters))).held
