# Requests before initialize, twice, and after shutdown.
request textDocument/hover {"doc": "a", "position": {"line": 0, "character": 0}}
error -32002
notify textDocument/didOpen {"textDocument": {"uri": "file:///project/a", "version": 1, "text": "Task"}}
request initialize {"processId": null, "rootUri": null, "capabilities": {}}
reply {"capabilities": {"positionEncoding": "utf-16", "hoverProvider": true,
       "textDocumentSync": {"openClose": true, "change": 2}}, "serverInfo": {"name": "castra"}}
notify initialized {}
request initialize {}
error -32600
# The document opened too early is not open.
request textDocument/hover {"doc": "a", "position": {"line": 0, "character": 0}}
error -32602 /not open/
request shutdown
reply null
request textDocument/hover {"doc": "a", "position": {"line": 0, "character": 0}}
error -32600 /shut down/
notify exit
exit 0
