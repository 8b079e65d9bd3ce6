#!/usr/bin/env python3
"""What the overlay costs: one program under its own mapper and under a mapping that states the same.

usage: bench/overlay_cost.py [BUILD_DIR] [--pairs N]

Runs circuit alternately without and with `castra run --mapping`, in two sizes: many tiny tasks, where
mapping is all there is, and few big ones. Reports, per size, the program's own ELAPSED TIME both ways
and the median of the ratios pair by pair. The bar is 1.05.
"""
import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

SAME_AS_DEFAULT = """\
# What Legion's default mapper does with circuit on CPUs, stated.
Task * CPU;
Region * * CPU SYSMEM;
Layout * * * SOA F_order;
mcpu = Machine(CPU);
def block(Task task) {
  n = mcpu.size[0] * mcpu.size[1];
  i = task.ipoint[0] * n / task.ispace[0];
  return mcpu[i / mcpu.size[1], i % mcpu.size[1]];
}
IndexTaskMap calculate_new_currents,distribute_charge,update_voltages block;
"""
SIZES = {
    "many tiny tasks": "-p 32 -npp 8 -wpp 16 -l 400 -i 1 -prune 10 -ll:cpu 2",
    "few big tasks": "-p 4 -npp 1000 -wpp 4000 -l 10 -i 1000 -prune 1 -ll:cpu 2",
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
    with tempfile.NamedTemporaryFile("w", suffix=".castra") as mapping:
        mapping.write(SAME_AS_DEFAULT)
        mapping.flush()
        bare = [str(build / "bin/castra"), "run", "--"]
        mapped = [str(build / "bin/castra"), "run", "--mapping", mapping.name, "--"]
        worst = 0.0
        for name, arguments in SIZES.items():
            pairs = []
            for _ in range(options.pairs + 1):
                a = elapsed(bare + app + arguments.split(), os.environ)
                b = elapsed(mapped + app + arguments.split(), os.environ)
                pairs.append((a, b))
            pairs = pairs[1:]  # the first pair warms the file cache
            ratios = sorted(b / a for a, b in pairs)
            median = statistics.median(ratios)
            worst = max(worst, median)
            print(f"{name:16} own {statistics.median(a for a, _ in pairs):.3f} s   overlay "
                  f"{statistics.median(b for _, b in pairs):.3f} s   ratio median {median:.3f} "
                  f"(min {ratios[0]:.3f}, max {ratios[-1]:.3f}, {len(ratios)} pairs)")
        print(f"worst median ratio {worst:.3f}")


main()
