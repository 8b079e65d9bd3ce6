#!/usr/bin/env python3
"""Runs the tutorial as a reader would: every ```sh block of docs/tutorial.md, in order, in one folder.

usage: run_tutorial.py TUTORIAL.md BUILD_DIR

A block is run by `bash -euo pipefail`; it must succeed, unless the line before it holds the comment
<!-- exit N -->, which then is the expected exit code. A ```castra block after a line
<!-- file NAME --> is written to NAME. A ```text block directly after a ```sh block must appear in that
block's output, line by line; a line `...` matches anything.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

tutorial, build = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
COMMENT = re.compile(r"^<!-- (exit|file) (\S+) -->$")


def blocks(text):
    """Yields (language, body, comment) of each fenced block; comment is the one just above it."""
    comment, lines = {}, iter(text.splitlines())
    for line in lines:
        match = COMMENT.match(line)
        if match:
            comment = {match.group(1): match.group(2)}
        elif line.startswith("```") and line != "```":
            body = []
            for inner in lines:
                if inner == "```":
                    break
                body.append(inner)
            yield line[3:], body, comment
            comment = {}
        elif line.strip():
            comment = {}


def expect(wanted, output):
    """Every run of lines between `...` must appear in the output, in order."""
    at = 0
    for line in wanted:
        if line.strip() == "...":
            continue
        found = [i for i in range(at, len(output)) if output[i].rstrip() == line.rstrip()]
        if not found:
            sys.exit(f"expected in the output, from line {at}: {line!r}\noutput was:\n" + "\n".join(output))
        at = found[0] + 1


count, output = 0, []
with tempfile.TemporaryDirectory() as folder:
    env = dict(os.environ, PATH=f"{build}/bin:{os.environ['PATH']}", CASTRA_BUILD=str(build))
    for language, body, comment in blocks(tutorial.read_text()):
        if "file" in comment:
            pathlib.Path(folder, comment["file"]).write_text("\n".join(body) + "\n")
        elif language == "sh":
            script = "\n".join(body)
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=env, timeout=300,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            count += 1
            print(f"$ {script}\n{done.stdout}")
            if done.returncode != int(comment.get("exit", 0)):
                sys.exit(f"exit code {done.returncode}, expected {comment.get('exit', 0)}")
            output = done.stdout.splitlines()
        elif language == "text":
            expect(body, output)
print(f"tutorial: {count} blocks ran")
sys.exit(0 if count else 1)
