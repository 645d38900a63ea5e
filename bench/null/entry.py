"""The least a Python Worker can do: an answer that was never looked at."""

import js


def on_fetch(request, env, ctx):
    return js.Response.new("ok")
