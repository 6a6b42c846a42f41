#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The schemas are schemas, and "fd-shmem plan --json" follows its own.

usage: plan-json.py FD_SHMEM SCHEMA_DIRECTORY
"""

import json
import os
import subprocess
import sys

SKIP = 77


def main():
    tool, directory = sys.argv[1:3]
    try:
        import jsonschema
    except ImportError:
        print("python3-jsonschema is missing")
        return SKIP

    schemas = {}
    for name in ("plan", "query"):
        with open(os.path.join(directory, f"{name}.schema.json"), encoding="utf-8") as file:
            schemas[name] = json.load(file)
        jsonschema.Draft7Validator.check_schema(schemas[name])

        result = subprocess.run([tool, name, "--json"], capture_output=True, check=False)
        assert result.returncode in (0, 1, 2), result
        jsonschema.validate(json.loads(result.stdout), schemas[name])

    # A domain in full, whatever this machine has.
    node = {key: 0 for key in ("node", "asked", "has", "lost", "adopt", "add", "give_back", "fits",
                               "short", "available", "headroom", "left")}
    print(f"{len(schemas)} passed, 0 failed")
    assert set(node) == set(schemas["plan"]["properties"]["domains"]["items"]["properties"]
                            ["page_types"]["items"]["properties"]["nodes"]["items"]["properties"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
