"""A gateway for text messages, for tests. It checks each signature by itself (RFC 9421, RFC 9530), with Python's hmac.

Standard output: the port, then one JSON object for each request. It ends when its standard input does.
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def say(value):
    print(json.dumps(value), flush=True)


def verified(handler, body, key, key_id):
    """Whether the signature covers what it must, and is right."""
    name, parameters = handler.headers["Signature-Input"].split("=", 1)
    listed = re.match(r'\(([^)]*)\);created=(\d+);keyid="([^"]*)";alg="hmac-sha256"$', parameters)
    if not listed or listed[3] != key_id:
        return False
    parts = re.findall(r'"([^"]*)"', listed[1])
    if not {"@method", "@authority", "@path", "content-digest", "idempotency-key"} <= set(parts):
        return False
    values = {"@method": handler.command, "@authority": handler.headers["Host"], "@path": handler.path}
    lines = [f'"{part}": {values.get(part) or handler.headers[part]}' for part in parts]
    lines.append(f'"@signature-params": {parameters}')
    wanted = hmac.new(key, "\n".join(lines).encode(), hashlib.sha256).digest()
    given = re.fullmatch(rf"{name}=:([^:]*):", handler.headers["Signature"])
    digest = "sha-256=:" + base64.b64encode(hashlib.sha256(body).digest()).decode() + ":"
    return (
        given is not None
        and hmac.compare_digest(wanted, base64.b64decode(given[1]))
        and handler.headers["Content-Digest"] == digest
    )


def gateway(arguments):
    answers = [int(answer) for answer in arguments.answers.split(",")]
    key = bytes.fromhex(arguments.key)
    lock = threading.Lock()
    taken = set()

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            name = self.headers["Idempotency-Key"]
            good = verified(self, body, key, arguments.key_id)
            with lock:
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                if not good:
                    answer = 401
                replayed = name in taken
                # A gateway that breaks off may have taken the message all the same.
                if 200 <= answer < 300 or answer == 0:
                    taken.add(name)
                said = {"key": name, "verified": good, "answer": answer, "replayed": replayed, **json.loads(body)}
                say(said)
            if answer == 0:
                self.connection.close()
                return
            self.send_response(answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Gateway)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--answers", default="200")
    parser.add_argument("--key", required=True)
    parser.add_argument("--key-id", default="portal")
    server = gateway(parser.parse_args())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say(server.server_address[1])
    sys.stdin.read()
