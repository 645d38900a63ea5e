"""A Worker that decides nothing: the same request to one upstream, its answer as it is. What Python on this runtime costs at least."""

import js


def on_fetch(request, env, ctx):
    return js.fetch(env.UPSTREAM + request.url[request.url.index("/", 8) :], request)
