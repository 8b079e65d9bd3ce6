#!/usr/bin/env python3
"""A scripted model that uses what it is told: for tests of `castra optimize --agent llm`.

Reads a prompt on standard input and prints one reply. It applies the statements that the latest
suggestion quotes; when nothing failed last, it moves one task to the GPU, else one argument to FBMEM,
else changes the layout. Deterministic; keeps nothing between calls.
"""
import re
import sys

prompt = sys.stdin.read()


def section(title: str) -> str:
    """The text from a line that begins with `title` to the next line that is flush left."""
    match = re.search(r"^" + title + r".*\n((?:.*\n)*?)(?=^(?:Measured mappings|Recent failures|"
                      r"What happened last|Propose a better|Send these blocks))", prompt, re.M)
    return match.group(1) if match else ""


def statements(kind: str, text: str) -> list:
    return re.findall(r"^\s*(" + kind + r"\b[^;\n]*;)", text, re.M)


def reply(reason: str, tag: str, lines: list) -> None:
    print(f"<reasoning>{reason}</reasoning>\n<{tag}>\n" + "\n".join(lines) + f"\n</{tag}>")
    sys.exit(0)


base = section("The base")
last = section("What happened last")
regions = statements("Region", base)
tried = section("Measured mappings") + section("Recent failures")

suggested = [s for line in last.splitlines() if line.startswith("Suggest:")
             for s in re.findall(r"`(Region [^`]*;)`", line)]
if suggested and "<" not in suggested[0]:
    failed = statements("Region", section("Recent failures"))
    reply("the feedback suggests it", "region", regions + failed[:1] + suggested[:1])

tasks = statements("Task", base)
for task, values in re.findall(r"^  processors of (\S+): (.*)$", prompt, re.M):
    wanted = f'Task "{task}" GPU;'
    if "GPU" in values and not re.search(rf'Task "?{re.escape(task)}"? GPU', base) and wanted not in tried \
            and not re.search(r"^Task \* GPU", base, re.M):
        reply(f"{task} has a GPU variant", "task", tasks + [wanted])

for line in re.findall(r"^  memories of (.*)$", prompt, re.M):
    match = re.match(r"argument (\d+)(?: \(.*\))? of (\S+) on (\w+): (.*)$", line)
    if not match or "FBMEM" not in match.group(4):
        continue
    argument, task, kind, values = match.groups()
    wanted = f'Region "{task}" {argument} {kind} FBMEM;'
    if wanted not in base and wanted not in tried:
        reply(f"{task} reads argument {argument} from the nearest memory", "region", regions + [wanted])

for order in ("SOA F_order", "AOS C_order", "SOA C_order", "AOS F_order"):
    wanted = f"Layout * * * {order};"
    if wanted not in base and wanted not in tried:
        reply("another layout may fit the caches better", "layout", [wanted])
print("<reasoning>nothing else to try</reasoning><instance_limit>none</instance_limit>")
