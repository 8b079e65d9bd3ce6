# More than the budget: dropped with an answer, and the server goes on.
raw "Content-Length: 40000000\r\n\r\n"
message {"id": null, "error": {"code": -32600, "message": "/bytes at most/"}}
filler 40000000
request initialize {}
reply {"capabilities": {}}
request shutdown
reply null
notify exit
exit 0
