"""A server that asks for the card in the middle of a connection, and shows another certificate than before.

usage: renegotiates.py PORT CERTIFICATE KEY OTHER_CERTIFICATE OTHER_KEY AUTHORITY
"""

import socket
import sys

from OpenSSL import SSL

PORT, CERTIFICATE, KEY, OTHER_CERTIFICATE, OTHER_KEY, AUTHORITY = sys.argv[1:]


def context(certificate, key):
    made = SSL.Context(SSL.TLS_SERVER_METHOD)
    made.set_max_proto_version(SSL.TLS1_2_VERSION)
    made.use_certificate_file(certificate)
    made.use_privatekey_file(key)
    made.load_verify_locations(AUTHORITY)
    made.set_options(SSL.OP_NO_TICKET)
    made.set_session_id(b"renegotiates")
    made.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    return made


def serve(line, first, other):
    peer = SSL.Connection(first, line)
    peer.set_accept_state()
    peer.do_handshake()
    peer.recv(65536)
    peer.set_context(other)
    peer.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, lambda *said: bool(said[-1]))
    peer.renegotiate()
    peer.do_handshake()
    # The client's answer is read where a read is; nothing else is there to be read.
    peer.recv(1)


first, other = context(CERTIFICATE, KEY), context(OTHER_CERTIFICATE, OTHER_KEY)
listener = socket.create_server(("127.0.0.1", int(PORT)))
print("ready", flush=True)
while True:
    line, _ = listener.accept()
    try:
        serve(line, first, other)
    except (SSL.Error, OSError) as error:
        print("ended", repr(error), flush=True)
    line.close()
