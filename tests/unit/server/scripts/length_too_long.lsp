# The message never comes: the server waits, and ends with its input.
raw "Content-Length: 1000\r\n\r\n{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"initialize\"}"
end
exit 1
