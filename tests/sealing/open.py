"""`python open.py`, with {"key": private JWK, "token": …} on standard input: prints the plaintext, opened with pyca's HPKE."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sealing.reference import open_token

given = json.load(sys.stdin)
_, plaintext = open_token(given["key"], given["token"])
print(plaintext.decode())
