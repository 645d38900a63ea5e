"""Data points in Workers Analytics Engine: one for each audit line, if a dataset is bound as ANALYTICS."""

import json

from byok_relay.errors import described


def log_of(runtime, env):
    """The function that takes audit lines: the runtime's log, and the dataset if there is one."""
    dataset = getattr(env, "ANALYTICS", None)
    if not hasattr(dataset, "writeDataPoint"):
        return runtime.log

    def log(line):
        runtime.log(line)
        try:
            dataset.writeDataPoint(runtime.object(_point(json.loads(line))))
        except Exception as error:  # a request does not fail because it cannot be counted
            print(described(error))

    return log


def _point(line):
    """As the dataset takes it: texts, numbers and what it samples by. What is not known is empty, or 0."""
    usage = line["usage"] or dict.fromkeys(("model", "input", "output", "cached", "reasoning"))
    texts = line["provider"], line["route"], line["code"] or line["outcome"], usage["model"], line["colo"]
    numbers = line["status"], line["ms_headers"], line["ms"], usage["input"], usage["output"], usage["cached"], usage["reasoning"]
    return {
        "blobs": [text or "" for text in texts],
        "doubles": [number or 0 for number in numbers],
        "indexes": [line["provider"] or ""],
    }
