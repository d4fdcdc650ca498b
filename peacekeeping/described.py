"""What the interface for programs says of its operations, written down for the page that readers see.

To ask the interface itself would load it into a worker that answers readers, and the desk with it: thirty megabytes.
"""

import json
from functools import cache
from pathlib import Path

API = "/api/v1/"
FILE = Path(__file__).with_name("operations.json")


@cache
def operations():
    """This will return [{path, title, parameters: [{name, description, choices}]}], in English, which is translated."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def write(told):
    """This will keep what `peacekeeping.api.operations` tells now."""
    FILE.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
