"""How much is tried: in a test run always the same and not for long; in `make fuzz`, which sets FUZZ_SEED, much more and something new."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.database import DirectoryBasedExampleDatabase

FUZZ_SEED = os.environ.get("FUZZ_SEED")
SEED = int(FUZZ_SEED or 1)


def examples(count: int, steps: int = 0) -> settings:
    """Hypothesis's settings for a test that tries so many examples in a test run."""
    return settings(
        max_examples=count if FUZZ_SEED is None else 10 * count,
        stateful_step_count=steps or 1,
        derandomize=FUZZ_SEED is None,
        database=None if FUZZ_SEED is None else DirectoryBasedExampleDatabase(".fuzz/examples"),
        deadline=None,
        phases=set(Phase) - ({Phase.shrink} if steps and FUZZ_SEED is None else set()),  # of a long story that takes minutes
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
