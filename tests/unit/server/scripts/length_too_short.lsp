# The length ends inside the message: what is left is no header.
raw "Content-Length: 10\r\n\r\n{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"initialize\"}\r\n\r\n"
message {"id": null, "error": {"code": -32700}}
message {"id": null, "error": {"code": -32700}}
exit 1
