import copy
import dataclasses
import json
import logging
import pickle
import pprint
import traceback

import pytest

from byok_relay.secret import MASK, Secret

from .support import new_key


@dataclasses.dataclass
class Holder:
    secret: Secret


def logged(secret):
    return logging.getLogger("test").makeRecord("test", logging.INFO, "here", 1, "key: %s %r", (secret, secret), None).getMessage()


def traced(secret):
    def fail(key):
        raise RuntimeError(key)

    try:
        fail(secret)
    except RuntimeError as error:
        return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


SHOWN = {
    "str": str,
    "repr": repr,
    "ascii": ascii,
    "format": lambda secret: format(secret, ">20"),
    "f-string": lambda secret: f"{secret} {secret!r} {secret!s:.4}",
    "percent": lambda secret: "%s %r" % (secret, secret),  # noqa: UP031
    "str.format": "{0} {0!r}".format,
    "concatenation": lambda secret: "Bearer " + secret,
    "join": lambda secret: ", ".join([secret, secret]),
    "upper": lambda secret: secret.upper(),
    "slice": lambda secret: secret[:],
    "characters": list,
    "bytes": lambda secret: secret.encode(),
    "json": lambda secret: json.dumps({"key": secret, "keys": [secret]}),
    "pickle": lambda secret: [pickle.dumps(secret, protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)],
    "unpickled": lambda secret: pickle.loads(pickle.dumps(secret)),
    "copy": copy.copy,
    "deepcopy": lambda secret: copy.deepcopy({"key": [secret]}),
    "pprint": pprint.pformat,
    "dataclass": lambda secret: [Holder(secret), dataclasses.asdict(Holder(secret)), dataclasses.astuple(Holder(secret))],
    "log record": logged,
    "traceback with locals": traced,
}


@pytest.mark.parametrize("show", SHOWN.values(), ids=SHOWN)
def test_a_secret_is_never_shown(show):
    value = new_key()
    shown = show(Secret(value))
    assert value not in (shown if isinstance(shown, str) else repr(shown))


@pytest.mark.parametrize("show", [str, repr, copy.copy, "{}".format, lambda secret: json.loads(json.dumps(secret))])
def test_what_is_shown_instead_is_the_mask(show):
    assert show(Secret(new_key())) == MASK


def test_reveal_gives_the_value():
    assert Secret("the value").reveal() == "the value"


def test_a_copy_holds_no_secret():
    assert type(copy.copy(Secret(new_key()))) is str


def test_a_secret_has_no_attributes_to_look_into():
    assert not hasattr(Secret(new_key()), "__dict__")


def test_wrapping_a_secret_twice_loses_nothing():
    assert Secret(Secret("the value")).reveal() == "the value"
