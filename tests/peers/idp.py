"""An identity provider of pysaml2 that knows people by their card: it demands a certificate, and vouches for its subject.

usage: idp.py ADDRESS PORT CERTIFICATE KEY AUTHORITY SP_METADATA XMLSEC

Standard output: `ready`, then one line for each person. Its own metadata is at `/metadata`, which is written to the file
`idp-metadata.xml` beside the service's.
"""

import http.server
import pathlib
import ssl
import sys
import urllib.parse

from saml2 import BINDING_HTTP_REDIRECT
from saml2.authn_context import TLSCLIENT
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAME_FORMAT_URI, NAMEID_FORMAT_UNSPECIFIED, NameID
from saml2.server import Server

ADDRESS, PORT, CERTIFICATE, KEY, AUTHORITY, SP_METADATA, XMLSEC = sys.argv[1:8]
BASE = f"https://{ADDRESS}:{PORT}"

configuration = IdPConfig().load(
    {
        "entityid": f"{BASE}/metadata",
        "xmlsec_binary": XMLSEC,
        "key_file": KEY,
        "cert_file": CERTIFICATE,
        "metadata": {"local": [SP_METADATA]},
        "service": {
            "idp": {
                "endpoints": {"single_sign_on_service": [(f"{BASE}/sso", BINDING_HTTP_REDIRECT)]},
                "policy": {
                    "default": {
                        "lifetime": {"minutes": 5},
                        "attribute_restrictions": None,
                        "name_form": NAME_FORMAT_URI,
                    }
                },
                "sign_response": True,
                "sign_assertion": True,
            }
        },
    }
)
server = Server(config=configuration)


def post_form(query, person):
    """The page that brings the answer to the service, as pysaml2 writes it."""
    asked = server.parse_authn_request(query["SAMLRequest"][0], BINDING_HTTP_REDIRECT)
    to = server.response_args(asked.message)
    answer = server.create_authn_response(
        identity={"uid": person},
        userid=person,
        name_id=NameID(format=NAMEID_FORMAT_UNSPECIFIED, text=person),
        authn={"class_ref": TLSCLIENT, "authn_auth": BASE},
        sign_response=True,
        sign_assertion=True,
        **to,
    )
    state = query.get("RelayState", [""])[0]
    page = server.apply_binding(to["binding"], str(answer), to["destination"], state, response=True)
    return page["data"]


class Host(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        subject = dict(pair for part in self.connection.getpeercert()["subject"] for pair in part)
        person = subject["commonName"].split("/")[0]
        path, _, query = self.path.partition("?")
        if path != "/sso":
            self.send_error(404)
            return
        print(f"vouches for {person}", flush=True)
        page = post_form(urllib.parse.parse_qs(query), person)
        page = page if isinstance(page, bytes) else page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_):
        pass


metadata = pathlib.Path(SP_METADATA).with_name("idp-metadata.xml")
metadata.write_text(str(entity_descriptor(configuration)))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
context.load_verify_locations(AUTHORITY)
context.verify_mode = ssl.CERT_REQUIRED
http_server = http.server.ThreadingHTTPServer((ADDRESS, int(PORT)), Host)
http_server.socket = context.wrap_socket(http_server.socket, server_side=True)
print("ready", flush=True)
http_server.serve_forever()
