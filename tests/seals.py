"""Give the key that tests seal with."""

from __future__ import annotations

import base64

from store.sealing import Seal

KEY = bytes(range(32))
SEAL = Seal([KEY])
SEAL_KEY = base64.b64encode(KEY).decode()
"""The same, as THADS_SEAL_KEY has it."""
