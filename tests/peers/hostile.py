"""A host that a way in should never meet: each path does one thing wrong.

usage: hostile.py PORT CERTIFICATE KEY AUTHORITY

It demands a certificate by the authority, as the host for a card does, and says `METHOD PATH` of each request that it reads.
"""

import http.server
import socket
import ssl
import struct
import sys

PORT, CERTIFICATE, KEY, AUTHORITY = int(sys.argv[1]), *sys.argv[2:5]
GIB = 1 << 30


class Host(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        sys.stdout.write(f"{self.command} {self.path}\n")
        sys.stdout.flush()
        getattr(self, self.path.split("?")[0].strip("/") or "plain")()

    do_POST = do_GET

    def log_message(self, *_):
        pass

    def answer(self, status, headers, body=b""):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def page(self, html):
        self.answer(200, [("Content-Type", "text/html; charset=utf-8")], html.encode())

    def plain(self):
        self.page("<h1>Qui non succede niente</h1>")

    def loop(self):
        self.answer(302, [("Location", "/loop")])

    def refresh(self):
        self.page('<meta http-equiv="refresh" content="0; url=/refresh">')

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.unwrap = lambda: None
        self.close_connection = True
        self.connection.close()

    def hang(self):
        self.connection.settimeout(None)
        self.rfile.read(1)

    def foreign(self):
        self.page(
            f'<body onload="document.forms[0].submit()"><form method="post" action="https://127.0.0.4:{PORT}/steal">'
            '<input type="hidden" name="SAMLResponse" value="c2VncmV0bw=="></form>'
        )

    def elsewhere(self):
        self.answer(302, [("Location", f"https://127.0.0.4:{PORT}/steal?SAMLRequest=segreto")])

    def cleartext(self):
        self.answer(302, [("Location", f"http://127.0.0.1:{PORT}/plain?token=segreto")])

    def nowhere(self):
        self.answer(302, [("Location", "https://[")])

    def huge(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(10 * GIB))
        self.end_headers()
        piece = b"x" * (1 << 20)
        for _ in range(10 * 1024):
            self.wfile.write(piece)

    def endless(self):
        # No length: the end would be where the connection ends (RFC 9112 §6.3).
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.pour(b"x" * (1 << 20))

    def chunked(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.pour(b"100000\r\n" + b"x" * (1 << 20) + b"\r\n")

    def pour(self, piece):
        sent = 0
        try:
            while True:
                self.wfile.write(piece)
                sent += 1
        finally:
            sys.stdout.write(f"poured {sent} MiB at {self.path}\n")
            sys.stdout.flush()

    def headers(self):
        self.answer(200, [("X-Long", "x" * (10 << 20))])

    def bomb(self):
        count = int((self.path.split("?") + ["0"])[1])
        cookies = [("Set-Cookie", f"c{count}-{number}={'x' * 3000}; Path=/") for number in range(60)]
        where = f"/bomb?{count + 1}" if count < 10 else "/plain"
        self.answer(302, [("Location", where), *cookies])

    def truncated(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"<h1>Met")
        self.close_connection = True

    def error(self):
        self.answer(503, [("Content-Type", "text/html")], b"<h1>Torniamo presto</h1>")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
context.load_verify_locations(AUTHORITY)
context.verify_mode = ssl.CERT_REQUIRED
server = Server(("127.0.0.1", PORT), Host)
server.socket = context.wrap_socket(server.socket, server_side=True)
print("ready", flush=True)
server.serve_forever()
