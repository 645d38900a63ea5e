"""Calls that stay promises, and callbacks that hold nothing of a request in Python.

Python code usually awaits. But each await costs a tenth of a request. And when a client goes away, the runtime drops the promise
without telling Python, so what a coroutine holds stays for good. Here promises stay in JavaScript from the first call to the answer.
There are two tools for that, and two more made of them.

`call`: an ordinary call of a function that returns a promise gives an asyncio Future. That costs a quarter of the relay's requests per
second, and where the runtime stops the event loop with the response, each leaves a task behind (measured on workerd 1.20241106). So
JavaScript's own `map` over one element makes the call, and puts the promise into an array:

    promises.call(js.fetch.bind, None, "https://…")          # [0].map(fetch.bind(null, "https://…"))[0]

`then`: a Python callback for one request would stay for good in the same way. So each callback has one proxy in the isolate, and a
request's state waits in JavaScript, as arguments bound to the `call` of that proxy:

    promises.then(promise, promises.callback(f), 1, "two")   # promise.then(f.call.bind(f, null, 1, "two"), …)

`f(1, "two", value)` is called with the promise's value, or with the error it came to. `after` and `put` chain steps that
need no Python. An error passes them by, to the next `then`.
"""

import js
from pyodide.ffi import create_proxy


class Promises:
    def __init__(self):
        self._map_one = js.Array.of(0).map
        self._bind_call = js.Function.prototype.call.bind
        self._bind_then = js.Reflect.get(js.Promise.prototype, "then").bind
        self._bind_set = js.Reflect.set.bind

    def callback(self, function):
        """A Python function for `then`. It must not raise: Python would keep the exception, and all that its frames hold."""
        return create_proxy(function)

    def call(self, bind, this, *args):
        """The promise that a JavaScript function returns. `bind` is that function's own `bind`.

        `map` adds three arguments: 0, 0 and the array. No function here reads them, and `then` takes no number for a callback.
        """
        return self._map_one(bind(this, *args))[0]

    def then(self, promise, callback, *state):
        """The promise of the callback's result. The callback gets the state, then the promise's value or error."""
        bound = self.bound(callback, *state)
        return self.call(self._bind_then, promise, bound, bound)

    def bound(self, callback, *state):
        """A JavaScript function that gives the callback this state, then its own argument."""
        return self._bind_call(callback, None, *state)

    def after(self, promise, function):
        """The promise of a JavaScript function's result. It is called with the promise's value, and not for an error."""
        return self.call(self._bind_then, promise, function)

    def put(self, promise, target, name):
        """A promise that the value is in a JavaScript object, under this name."""
        return self.after(promise, self._bind_set(None, target, name))
