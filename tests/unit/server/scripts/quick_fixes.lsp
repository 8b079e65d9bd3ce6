request initialize {}
reply {}
open a.castra
    task * GPU
    Task a CPU;
findings a.castra [{"code": "E0106"}, {"code": "N0155"}]
request textDocument/codeAction {"doc": "a.castra", "context": {"diagnostics": []},
    "range": {"start": {"line": 0, "character": 1}, "end": {"line": 0, "character": 1}}}
reply [{"kind": "quickfix", "title": "/write `Task`/", "diagnostics": [{"code": "E0106"}],
    "edit": {"changes": {"file:///project/a.castra": [{"newText": "Task",
      "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 4}}}]}}},
    {"kind": "source.fixAll.castra", "edit": {"changes": {"file:///project/a.castra":
      [{"newText": "Task"}, {"newText": ";"}]}}}]
request shutdown
reply null
notify exit
exit 0
