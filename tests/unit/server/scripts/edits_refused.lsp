# Changes that are no changes: the server says that it has lost the document.
request initialize {}
reply {}
open a.castra
    Task * GPU;
findings a.castra []
change a.castra [{"range": {"start": 3}, "text": "x"}]
message {"method": "window/showMessage", "params": {"type": 2, "message": "/does not follow .*a.castra/"}}
findings a.castra []
request textDocument/hover {"doc": "a.castra", "position": {"line": 0, "character": 0}}
error -32602 /not open/
open a.castra
    Task * GPX;
findings a.castra [{"code": "E0109"}]
request shutdown
reply null
notify exit
exit 0
