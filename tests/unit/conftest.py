"""Hypothesis runs the same examples every time, so that a failure here is a failure everywhere."""

from hypothesis import settings

settings.register_profile("unit", derandomize=True, database=None, deadline=None, max_examples=200)
settings.load_profile("unit")
