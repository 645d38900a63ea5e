"""Shared tables of the tests: data that more than one suite reads."""
