"""The ASGI boundary and the `byok-relay` command: the relay on any machine, on the same core as the Worker."""
