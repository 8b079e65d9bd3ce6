# What cannot run on the machine is an error at the rule or the place that failed.
args --program {here}/program.json --machine {here}/small.machine.toml
request initialize {}
reply {}
open a.castra
    Task * GPU, CPU;
    mgpu = Machine(GPU);
    def block(Task task) { return mgpu[task.ipoint[0], 0]; }
    IndexTaskMap work block;
findings a.castra [{"severity": 1, "code": "E0501"}]
request textDocument/hover {"doc": "a.castra", "position": {"line": 3, "character": 14}}
reply {"contents": {"value": "/the index map of task `work` fails/"}}
request shutdown
reply null
notify exit
exit 0
