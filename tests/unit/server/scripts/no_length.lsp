raw "Content-Type: text/plain\r\n\r\n{}"
message {"id": null, "error": {"code": -32700, "message": "/Content-Length/"}}
exit 1
