#!/usr/bin/env python3
"""Checks that folders under src/ depend one way and that heavy headers stay where they belong.

A folder may include only itself and folders above it in ORDER. Prints each breach as file:line and
exits 1 if there is any. Run from anywhere; takes no arguments.
"""
import pathlib
import re
import sys

ORDER = ["support", "machine", "program", "mapping", "lang", "server", "sim", "feedback", "search", "store",
         "run", "backends/legion", "report", "cli"]
# The emulated driver is a shared library of its own that knows only these.
ALLOWED = {"virtual": {"virtual", "support", "machine"}}
# Its configuration header is the contract between launcher and driver.
SHARED_HEADERS = {"virtual/config.h"}
LEGION = re.compile(r"^(legion|realm|mappers)(/|\.h)|^(default_mapper|forwarding_mapper|logging_wrapper)\.h")
HEAVY_IN_HEADERS = re.compile(r"^(CLI/|nlohmann/json\.hpp|toml|curl/|SQLiteCpp/|httplib)")
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')

root = pathlib.Path(__file__).resolve().parent.parent
src = root / "src"
breaches = []


def folder_of(path: str) -> str:
    for name in sorted(ORDER + list(ALLOWED), key=len, reverse=True):
        if path.startswith(name + "/"):
            return name
    return ""


def check(file: pathlib.Path) -> None:
    relative = file.relative_to(src).as_posix()
    folder = folder_of(relative)
    if not folder:
        breaches.append(f"{file.relative_to(root)}: in no known folder of src/")
        return
    allowed = ALLOWED.get(folder) or set(ORDER[: ORDER.index(folder) + 1])
    for number, line in enumerate(file.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        included = match.group(1)
        where = f"{file.relative_to(root)}:{number}"
        target = folder_of(included)
        if target and target not in allowed and included not in SHARED_HEADERS:
            breaches.append(f"{where}: {folder}/ may not include {included}")
        if LEGION.match(included) and folder != "backends/legion":
            breaches.append(f"{where}: only backends/legion includes {included}")
        if file.suffix == ".h" and HEAVY_IN_HEADERS.match(included):
            breaches.append(f"{where}: {included} is too heavy for a header")


for path in sorted(src.rglob("*")):
    if path.suffix in (".h", ".cc"):
        check(path)
for breach in breaches:
    print(breach)
print(f"check-includes: {len(breaches)} breaches")
sys.exit(1 if breaches else 0)
