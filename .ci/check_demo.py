"""Check what `photoorg demo --headless --json` printed, and that it ran from the installed wheel.

usage: check_demo.py DEMO.json ENVIRONMENT
"""

import json
import sys
from pathlib import Path

import photoorg

GOOD_RESULTS, FIRST, GOOD_SHARE = 4, 5, 0.9

report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
home = Path(photoorg.__file__)
if not home.is_relative_to(sys.argv[2]):
    sys.exit(f"the demo did not run from the wheel but from {home}")
good = 0
for search in report["searches"]:
    relevant = sum(result["relevant"] for result in search["results"][:FIRST])
    good += relevant >= GOOD_RESULTS
    print(f"{relevant} of the first {FIRST} relevant: {search['query']}")
print(f"{good} of {len(report['searches'])} searches are good, {report['photos']} photos")
if good < GOOD_SHARE * len(report["searches"]):
    sys.exit("too few suggested searches find what they should")
