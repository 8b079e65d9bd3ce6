#!/usr/bin/env python3
"""What the overlay costs: one program under its own mapper and under a mapping that states the same.

usage: bench/overlay_cost.py [BUILD_DIR] [--pairs N]

Runs circuit alternately without and with `castra run --mapping`, in two sizes: many tiny tasks, where
mapping is all there is, and few big ones. Reports the program's own ELAPSED TIME both ways and the
median of the ratios pair by pair.

default   Legion's DefaultMapper, and a mapping that states its kinds, memories and layouts.
expert    circuit's hand-written C++ mapper, and a mapping that states its decisions: block placement,
          an instance per piece.

The bar is 1.05 for each.
"""
import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

MAPPING = """\
Task * CPU;
Region * * CPU SYSMEM;
Layout * * * SOA F_order{exact};
mcpu = Machine(CPU);
def block(Task task) {{
  n = mcpu.size[0] * mcpu.size[1];
  i = task.ipoint[0] * n / task.ispace[0];
  return mcpu[i / mcpu.size[1], i % mcpu.size[1]];
}}
IndexTaskMap calculate_new_currents,distribute_charge,update_voltages block;
"""
MAPPERS = {"default": "", "expert": " Exact"}
SIZES = {
    "many tiny tasks": "-p 32 -npp 8 -wpp 16 -l 400 -i 1 -prune 10 -ll:cpu 2",
    "few big tasks": "-p 4 -npp 1000 -wpp 8000 -l 20 -i 1000 -prune 2 -ll:cpu 2",
}
ELAPSED = re.compile(r"ELAPSED TIME = +([0-9.]+)")


def elapsed(command, env):
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    match = ELAPSED.search(done.stdout)
    if done.returncode != 0 or not match:
        sys.exit(f"{' '.join(command)} failed ({done.returncode}):\n{done.stdout[-3000:]}")
    return float(match.group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", nargs="?", default="build", type=pathlib.Path)
    parser.add_argument("--pairs", type=int, default=9)
    options = parser.parse_args()
    build = options.build.resolve()
    app = [str(build / "apps/circuit/circuit")]
    castra = str(build / "bin/castra")
    worst = 0.0
    for mapper, exact in MAPPERS.items():
        with tempfile.NamedTemporaryFile("w", suffix=".castra") as mapping:
            mapping.write(MAPPING.format(exact=exact))
            mapping.flush()
            for name, arguments in SIZES.items():
                command = app + arguments.split() + ["-mapper", mapper]
                pairs = []
                for _ in range(options.pairs + 1):
                    a = elapsed([castra, "run", "--"] + command, os.environ)
                    b = elapsed([castra, "run", "--mapping", mapping.name, "--"] + command, os.environ)
                    pairs.append((a, b))
                pairs = pairs[1:]  # the first pair warms the file cache
                ratios = sorted(b / a for a, b in pairs)
                median = statistics.median(ratios)
                worst = max(worst, median)
                print(f"{mapper:8} {name:16} own {statistics.median(a for a, _ in pairs):.3f} s   overlay "
                      f"{statistics.median(b for _, b in pairs):.3f} s   ratio median {median:.3f} "
                      f"(min {ratios[0]:.3f}, max {ratios[-1]:.3f}, {len(ratios)} pairs)", flush=True)
    print(f"worst median ratio {worst:.3f}")


main()
