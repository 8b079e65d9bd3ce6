args --program {here}/program.json --machine {here}/small.machine.toml
request initialize {}
reply {}
open a.castra
    Task * GPU, CPU;
    Region * * GPU FBMEM;
    Region work cells GPU ZCMEM, FBMEM;
    Layout * * * SOA C_order;
    mgpu = Machine(GPU);
    def block(Task task) { return mgpu[task.ipoint[0] % mgpu.size[0], task.ipoint[0] / 2 % mgpu.size[1]]; }
    IndexTaskMap work block;
    Task wrok CPU;
findings a.castra [{"code": "W0305", "severity": 2, "message": "/wrok[\\s\\S]*work/"}]
# What is decided for a task, by which rule, and where its points go.
request textDocument/hover {"doc": "a.castra", "position": {"line": 6, "character": 14}}
reply {"contents": {"value": "/task.*`work`[\\s\\S]*GPU, of GPU, CPU[\\s\\S]*line 1[\\s\\S]*index map on GPU[\\s\\S]*line 7[\\s\\S]*`cells`[\\s\\S]*ZCMEM, FBMEM[\\s\\S]*line 3[\\s\\S]*8 points on 4 of 4 GPU processors, 2 of 2 nodes, at most 2 a processor/"}}
request textDocument/hover {"doc": "a.castra", "position": {"line": 5, "character": 5}}
reply {"contents": {"value": "/8 points on 4 of 4 GPU processors/"}}
request textDocument/hover {"doc": "a.castra", "position": {"line": 2, "character": 13}}
reply {"contents": {"value": "/argument 0 of `work`: RW/"}}
# Completion knows the program's tasks and arguments, and the machine's kinds.
change a.castra [{"range": {"start": {"line": 7, "character": 0}, "end": {"line": 7, "character": 14}}, "text": "Region work "}]
findings a.castra ["..."]
request textDocument/completion {"doc": "a.castra", "position": {"line": 7, "character": 12}}
reply {"isIncomplete": false, "items": [{"label": "cells", "detail": "argument 0 of work, RW"}, {"label": "0"},
    {"label": "\"all cells\""}, {"label": "1"}, {"label": "*"}]}
change a.castra [{"range": {"start": {"line": 7, "character": 0}, "end": {"line": 7, "character": 12}}, "text": "Task in"}]
request textDocument/completion {"doc": "a.castra", "position": {"line": 7, "character": 7}}
reply {"items": [{"label": "init", "detail": "task of the program",
    "textEdit": {"newText": "init", "range": {"start": {"line": 7, "character": 5}, "end": {"line": 7, "character": 7}}}},
    {"label": "work"}, {"label": "*"}]}
change a.castra [{"range": {"start": {"line": 7, "character": 0}, "end": {"line": 7, "character": 7}}, "text": "Task init "}]
request textDocument/completion {"doc": "a.castra", "position": {"line": 7, "character": 10}}
reply {"items": [{"label": "CPU", "detail": "/2 a node/"}, {"label": "GPU"}]}
change a.castra [{"range": {"start": {"line": 7, "character": 0}, "end": {"line": 7, "character": 10}}, "text": "x = mgpu."}]
request textDocument/completion {"doc": "a.castra", "position": {"line": 7, "character": 9}}
reply {"items": [{"label": "size"}, {"label": "len"}, {"label": "volume"}, {"label": "nodes"}, "..."]}
request shutdown
reply null
notify exit
exit 0
