request initialize {}
reply {}
open a.castra
    Task * GPX;
    x = 1;
    x = 2;
findings a.castra [
    {"code": "E0109", "severity": 1, "source": "castra", "message": "/unknown processor kind `GPX`/",
     "range": {"start": {"line": 0, "character": 7}, "end": {"line": 0, "character": 10}}},
    {"code": "E0207", "range": {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 1}},
     "relatedInformation": [{"message": "first defined here", "location": {"uri": "file:///project/a.castra",
       "range": {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 1}}}}]}]
# Two edits in one message, the second counted in the text the first left; then the whole text.
change a.castra [{"range": {"start": {"line": 0, "character": 7}, "end": {"line": 0, "character": 10}}, "text": "GPU"},
    {"range": {"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 1}}, "text": "y"}]
findings a.castra [{"code": "W0321"}, {"code": "W0321"}]
change a.castra [{"text": "# ä😀 comment\nTask \"ä😀\" GPX;"}]
findings a.castra [{"code": "E0109",
    "range": {"start": {"line": 1, "character": 11}, "end": {"line": 1, "character": 14}}}]
change a.castra [{"range": {"start": {"line": 1, "character": 11}, "end": {"line": 1, "character": 14}}, "text": "CPU"}]
findings a.castra []
close a.castra
findings a.castra []
request shutdown
reply null
notify exit
exit 0
