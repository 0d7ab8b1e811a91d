"""A run of tests that waits with a database of its own, to be ended from outside: collected only where it is named."""

import os
import time
from pathlib import Path
from typing import Final

WAITS: Final = "HERE_A_TEST_WAITS"


def test_somebody_waits(databases):
    databases("portal")
    Path(os.environ[WAITS]).touch()
    time.sleep(120)
