request initialize {}
reply {"capabilities": {"documentFormattingProvider": true}}
open a.castra
    Task   *  GPU ;  # the kinds
    m=Machine(GPU) ;
findings a.castra ["..."]
request textDocument/formatting {"doc": "a.castra", "options": {"tabSize": 2, "insertSpaces": true}}
reply [{"newText": "/^Task \\* GPU;  # the kinds\nm = Machine\\(GPU\\);\n$/", "range": {"start": {"line": 0, "character": 0}}}]
change a.castra [{"text": "Task * "}]
request textDocument/formatting {"doc": "a.castra", "options": {}}
reply null
request shutdown
reply null
notify exit
exit 0
