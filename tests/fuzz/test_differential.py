from tables.errors import STATUS

from .differential import compare_decisions, compare_paths
from .effort import FUZZ_SEED, SEED

PATHS = 1_000_000
REQUESTS = 40_000 if FUZZ_SEED is None else 400_000
AFTERWARDS = {"rate_limited", "upstream_redirect", "upstream_unreachable", "upstream_timeout", "internal_error"}


def test_a_path_is_let_through_only_if_every_url_parser_reads_it_as_it_is_written():
    tally = compare_paths(PATHS, SEED)
    print(f"seed {SEED}: {tally}")
    assert tally.different > PATHS // 50
    assert tally.changed > PATHS // 50


def test_the_url_of_every_forward_is_read_by_node_as_by_the_judge_and_no_decision_is_left_out():
    outcomes = compare_decisions(REQUESTS, SEED)
    print(f"seed {SEED}: {dict(outcomes)}")
    assert outcomes["forwarded"] > REQUESTS // 20
    assert outcomes.keys() == {*STATUS.keys() - AFTERWARDS, "forwarded", "200", "204"}
