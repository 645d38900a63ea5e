"""The relay's core: plain Python, no JavaScript, no I/O, no clock.

A boundary (``entry.py`` on Workers) turns its platform's request into a `Request`, asks `policy.decide` what to do with it, and moves
the bytes. Everything that can be right or wrong about a request is decided in this package.
"""

VERSION = "0.2.0"
