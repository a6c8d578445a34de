"""A mail server for tests (aiosmtpd): answers as it is told to, and says what it was given.

Standard output: the port, then one JSON object for each message that came to its final dot. It ends when its standard
input does.
"""

import argparse
import asyncio
import email
import email.policy
import json
import logging
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult


def say(value):
    print(json.dumps(value), flush=True)


class Handler:
    """Gives each connection the next of its answers, and every later one the last."""

    def __init__(self, answers, pause):
        self.answers = answers
        self.pause = pause

    def next_answer(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def handle_RCPT(self, server, session, envelope, address, options):
        session.answer = self.next_answer()
        if session.answer == "drop-early":
            server.transport.abort()
            return "451 4.0.0 gone"
        if session.answer in ("451", "550"):
            return f"{session.answer} no"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        answer = session.answer
        said = {
            "id": parsed["Message-ID"],
            "date": parsed["Date"],
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "subject": parsed["Subject"],
            "text": parsed.get_content(),
            "tls": session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None,
            "user": session.auth_data.decode() if session.auth_data else None,
            "answer": answer,
        }
        say(said)
        if answer == "drop":
            server.transport.abort()
            return "451 4.0.0 gone"
        if answer == "slow":
            await asyncio.sleep(self.pause)
        if answer in ("data-451", "data-550"):
            return f"{answer.removeprefix('data-')} no"
        return "250 OK"


def authenticator(login):
    def judge(server, session, envelope, mechanism, data):
        given = f"{data.login.decode()}:{data.password.decode()}"
        return AuthResult(success=given == login, handled=False, auth_data=data.login)

    return judge


async def serve(arguments):
    context = None
    if arguments.tls != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(arguments.certificate, arguments.key)
    handler = Handler(arguments.answers.split(","), arguments.pause)
    options = {"hostname": "localhost"}
    if arguments.login:
        options.update(
            authenticator=authenticator(arguments.login),
            auth_required=True,
            auth_require_tls=arguments.tls == "starttls",
        )
    if arguments.tls == "starttls":
        options.update(tls_context=context, require_starttls=True)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(handler, loop=loop, **options),
        "127.0.0.1",
        0,
        ssl=context if arguments.tls == "implicit" else None,
    )
    say(server.sockets[0].getsockname()[1])
    ended = asyncio.Event()

    def wait_for_the_end():
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    await ended.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--answers", default="accept")
    parser.add_argument("--pause", type=float, default=30.0)
    parser.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--login")
    # What it warns of is what a test wants.
    logging.disable()
    asyncio.run(serve(parser.parse_args()))
