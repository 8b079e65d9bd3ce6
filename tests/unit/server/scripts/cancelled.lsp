# A request and its cancellation that arrive together; one that arrives too late changes nothing.
request initialize {}
reply {}
together [{"jsonrpc": "2.0", "id": 90, "method": "shutdown"},
    {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 90}}]
message {"id": 90, "error": {"code": -32800}}
request shutdown
reply null
notify $/cancelRequest {"id": 2}
notify exit
exit 0
