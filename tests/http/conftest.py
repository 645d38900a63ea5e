"""What more than one of these files needs."""

import shutil
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"

COUNTS_CALLS = """
import sys

from .messages import Reply

_calls = 0
_document = document


def _count(frame, event, argument):
    global _calls
    _calls += event == "call"


def document(request, settings, cors, now):
    return Reply(200, cors, str(_calls)) if request.path == "/calls" else _document(request, settings, cors, now)


sys.setprofile(_count)
"""


@pytest.fixture(scope="session")
def counting_source(tmp_path_factory):
    """The Worker's files, with a core that says how many calls of Python's functions there have been."""
    copy = tmp_path_factory.mktemp("source") / "src"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    documents = copy / "byok_relay" / "documents.py"
    documents.write_text(documents.read_text() + COUNTS_CALLS)
    return str(copy)
