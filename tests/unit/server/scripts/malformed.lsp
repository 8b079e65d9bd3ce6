# Messages that are no requests are answered; the server goes on.
raw "Content-Length: 5\r\n\r\n{oops"
message {"id": null, "error": {"code": -32700}}
send []
message {"id": null, "error": {"code": -32600}}
send {"jsonrpc": "1.0", "id": 4, "method": "initialize"}
message {"id": 4, "error": {"code": -32600}}
send {"jsonrpc": "2.0", "id": 5}
message {"id": 5, "error": {"code": -32600}}
send {"jsonrpc": "2.0", "id": {}, "method": "initialize"}
message {"id": null, "error": {"code": -32600}}
send {"jsonrpc": "2.0", "id": 6, "method": "initialize", "params": 3}
message {"id": 6, "error": {"code": -32600}}
send {"jsonrpc": "2.0", "id": "text", "method": "initialize", "params": null}
message {"id": "text", "result": {"capabilities": {}}}
send {"jsonrpc": "2.0", "id": 8, "method": "no/such"}
message {"id": 8, "error": {"code": -32601, "message": "/no\\/such/"}}
# Unknown notifications and answers to nothing are ignored.
notify $/whatever {}
notify workspace/didChangeConfiguration {"settings": {}}
send {"jsonrpc": "2.0", "id": 77, "result": null}
request textDocument/hover {"doc": "a"}
error -32602
request textDocument/hover {"textDocument": 3, "position": []}
error -32602
request textDocument/hover {"doc": "a", "position": {"line": -1, "character": 0}}
error -32602
notify textDocument/didOpen {"textDocument": {"uri": 3}}
notify textDocument/didOpen []
notify textDocument/didChange {"doc": "never opened", "contentChanges": [{"text": ""}]}
notify textDocument/didClose {"doc": "never opened"}
request shutdown
reply null
notify exit
exit 0
