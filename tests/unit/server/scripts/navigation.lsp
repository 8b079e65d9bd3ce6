request initialize {}
reply {}
open a.castra
    mgpu = Machine(GPU);
    def block(Task task) {
      piece = task.ipoint[0];
      return mgpu[piece % mgpu.size[0], 0];
    }
    IndexTaskMap a block;
findings a.castra []
request textDocument/definition {"doc": "a.castra", "position": {"line": 3, "character": 15}}
reply {"uri": "file:///project/a.castra", "range": {"start": {"line": 2, "character": 2}, "end": {"line": 2, "character": 7}}}
request textDocument/definition {"doc": "a.castra", "position": {"line": 2, "character": 12}}
reply {"range": {"start": {"line": 1, "character": 15}, "end": {"line": 1, "character": 19}}}
request textDocument/definition {"doc": "a.castra", "position": {"line": 5, "character": 17}}
reply {"range": {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 9}}}
request textDocument/definition {"doc": "a.castra", "position": {"line": 5, "character": 13}}
reply null
request textDocument/references {"doc": "a.castra", "position": {"line": 0, "character": 0}}
reply [{"range": {"start": {"line": 0, "character": 0}}}, {"range": {"start": {"line": 3, "character": 9}}},
    {"range": {"start": {"line": 3, "character": 22}}}]
request textDocument/documentSymbol {"doc": "a.castra"}
reply [{"name": "mgpu", "kind": 13}, {"name": "block", "kind": 12, "children": [{"name": "task"}, {"name": "piece"}],
    "selectionRange": {"start": {"line": 1, "character": 4}, "end": {"line": 1, "character": 9}}},
    {"name": "IndexTaskMap a block"}]
request textDocument/hover {"doc": "a.castra", "position": {"line": 1, "character": 5}}
reply {"contents": {"kind": "markdown", "value": "/def block\\(Task task\\)[\\s\\S]*IndexTaskMap a block;/"}}
request textDocument/hover {"doc": "a.castra", "position": {"line": 5, "character": 1}}
reply {"contents": {"value": "/function that gives the processor of every point/"}}
request textDocument/hover {"doc": "a.castra", "position": {"line": 2, "character": 16}}
reply {"contents": {"value": "/the point of the index launch/"}}
request textDocument/hover {"doc": "a.castra", "position": {"line": 99, "character": 0}}
reply null
request shutdown
reply null
notify exit
exit 0
