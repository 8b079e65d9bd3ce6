#!/usr/bin/env python3
"""Drives the language server of a castra binary by scripts: messages to send, answers to expect.

usage: run_script.py CASTRA FOLDER_OR_SCRIPT...

A script (*.lsp) has one directive a line; indented lines belong to the directive above. {} stands for
JSON. Expected JSON is a part of the real: objects may have further members, an array may go on after
"...", a text /.../ is a regular expression that the real text contains.

  args WORDS             arguments of `castra lsp`; {here} is the script's folder
  open NAME              opens a document with the indented lines as its text (4 blanks are taken off)
  change NAME {}         sends contentChanges
  close NAME             closes it
  request METHOD {}      sends a request; {"doc": NAME} in its parameters names a document
  reply {}               the result of the request before
  error CODE /TEXT/      ... or its error
  notify METHOD {}       sends a notification
  send {}                sends any JSON as it is
  together [{}, {}]      sends several in one write
  raw "..."              sends bytes, without framing; \\r and \\n as in JSON
  filler N               sends N blanks, without framing
  findings NAME {}       the next publishDiagnostics for the document has these diagnostics
  finding NAME {}        ... has this one among others
  message {}             the next message, of any kind, is this
  end                    closes the server's input
  exit CODE              the server ends by itself with this exit code
"""
import json
import pathlib
import re
import shlex
import subprocess
import sys
import threading

TIMEOUT_S = 60


class Mismatch(Exception):
    pass


def compare(expected, real, path="$"):
    if isinstance(expected, str) and len(expected) > 1 and expected[0] == expected[-1] == "/":
        if not isinstance(real, str) or not re.search(expected[1:-1], real):
            raise Mismatch(f"{path}: expected {expected}, got {real!r}")
    elif isinstance(expected, dict):
        if not isinstance(real, dict):
            raise Mismatch(f"{path}: expected an object, got {real!r}")
        for key, value in expected.items():
            if key not in real:
                raise Mismatch(f"{path}.{key} is missing in {real!r}")
            compare(value, real[key], f"{path}.{key}")
    elif isinstance(expected, list):
        open_ended = expected[-1:] == ["..."]
        wanted = expected[:-1] if open_ended else expected
        if not isinstance(real, list) or len(real) < len(wanted) or (not open_ended and len(real) > len(wanted)):
            raise Mismatch(f"{path}: expected {expected!r}, got {real!r}")
        for i, value in enumerate(wanted):
            compare(value, real[i], f"{path}[{i}]")
    elif type(expected) is not type(real) or expected != real:
        raise Mismatch(f"{path}: expected {expected!r}, got {real!r}")


def fits(expected, real):
    try:
        compare(expected, real)
        return True
    except Mismatch:
        return False


class Client:
    def __init__(self, castra, arguments):
        self.process = subprocess.Popen([castra, "lsp", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.watchdog = threading.Timer(TIMEOUT_S, self.process.kill)
        self.watchdog.start()
        self.last_id = 0
        self.version = 1
        self.pending = []  # messages read while looking for another

    def raw(self, data):
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # the server has ended; `exit` will say how

    def send(self, message):
        body = json.dumps(message, ensure_ascii=False).encode()
        self.raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def request(self, method, params):
        self.last_id += 1
        self.send({"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params})

    def notify(self, method, params):
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def read(self):
        length = None
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise Mismatch("the server has ended; a message was expected")
            if line == b"\r\n":
                break
            name, value = line.split(b":")
            if name == b"Content-Length":
                length = int(value)
        return json.loads(self.process.stdout.read(length))

    def take(self, wanted):
        for i, message in enumerate(self.pending):
            if wanted(message):
                return self.pending.pop(i)
        while True:
            message = self.read()
            if wanted(message):
                return message
            self.pending.append(message)

    def finish(self):
        self.process.stdin.close()
        code = self.process.wait(TIMEOUT_S)
        self.watchdog.cancel()
        return code


def uri(name):
    return f"file:///project/{name}"


def with_document(params):
    if isinstance(params, dict) and "doc" in params:
        params = dict(params)
        params["textDocument"] = {"uri": uri(params.pop("doc"))}
    return params


def directives(text):
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("    "):
            found[-1][2].append(line[4:])
        elif line.strip() and not line.startswith("#"):
            found.append((number, line.strip(), []))
        elif not line.strip() and found and found[-1][1].startswith("open"):
            found[-1][2].append("")
    return found


def step(client, line, block):
    word, _, rest = line.partition(" ")
    first, _, tail = rest.partition(" ")
    more = " ".join([tail, *block]).strip()
    whole = " ".join([rest, *block]).strip()
    if word == "open":
        while block and not block[-1]:
            block.pop()
        client.version += 1
        client.notify("textDocument/didOpen", {"textDocument": {
            "uri": uri(first), "languageId": "castra", "version": client.version,
            "text": "\n".join(block) + "\n"}})
    elif word == "change":
        client.version += 1
        client.notify("textDocument/didChange", {
            "textDocument": {"uri": uri(first), "version": client.version},
            "contentChanges": json.loads(more)})
    elif word == "close":
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri(first)}})
    elif word == "request":
        client.request(first, with_document(json.loads(more or "{}")))
    elif word == "reply":
        message = client.take(lambda m: m.get("id") == client.last_id)
        if "result" not in message:
            raise Mismatch(f"expected a result, got {message!r}")
        compare(json.loads(whole), message["result"])
    elif word == "error":
        message = client.take(lambda m: m.get("id") == client.last_id)
        compare({"error": {"code": int(first), "message": more or "/./"}}, message)
    elif word == "notify":
        client.notify(first, with_document(json.loads(more or "{}")))
    elif word == "send":
        client.send(json.loads(whole))
    elif word == "together":
        bodies = [json.dumps(message).encode() for message in json.loads(whole)]
        client.raw(b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies))
    elif word == "raw":
        client.raw(json.loads(whole).encode("latin-1"))
    elif word == "filler":
        client.raw(b" " * int(first))
    elif word in ("finding", "findings"):
        message = client.take(lambda m: m.get("method") == "textDocument/publishDiagnostics"
                              and m["params"]["uri"] == uri(first))
        real = message["params"]["diagnostics"]
        if word == "findings":
            compare(json.loads(more), real)
        elif not any(fits(json.loads(more), finding) for finding in real):
            raise Mismatch(f"not among {real!r}")
    elif word == "message":
        compare(json.loads(whole), client.take(lambda m: True))
    elif word == "end":
        client.process.stdin.close()
    elif word == "exit":
        code = client.process.wait(TIMEOUT_S)
        if code != int(first):
            raise Mismatch(f"expected exit code {first}, got {code}")
    else:
        raise Mismatch(f"unknown directive {word}")


def run(castra, path):
    """Nothing, or what went wrong where."""
    found = directives(path.read_text())
    arguments = []
    if found and found[0][1].startswith("args "):
        arguments = [word.replace("{here}", str(path.parent)) for word in shlex.split(found.pop(0)[1])[1:]]
    client = Client(castra, arguments)
    try:
        for number, line, block in found:
            try:
                step(client, line, block)
            except (Mismatch, ValueError) as error:
                return f"{path}:{number}: {line[:60]}: {error}"
    finally:
        try:
            code = client.finish()
        except BrokenPipeError:
            code = client.process.wait(TIMEOUT_S)
    if code < 0:
        return f"{path}: the server was ended by signal {-code}"
    return None


def main():
    castra, *places = sys.argv[1:]
    scripts = []
    for place in map(pathlib.Path, places):
        scripts += sorted(place.glob("*.lsp")) if place.is_dir() else [place]
    failures = [failure for failure in (run(castra, script) for script in scripts) if failure]
    for failure in failures:
        print(failure)
    print(f"{len(scripts)} scripts, {len(failures)} failed")
    sys.exit(1 if failures or not scripts else 0)


main()
