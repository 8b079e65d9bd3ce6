# Where the next message starts cannot be known: one answer, then the end.
raw "Content-Length: many\r\n\r\n{}"
message {"id": null, "error": {"code": -32700, "message": "/Content-Length/"}}
exit 1
