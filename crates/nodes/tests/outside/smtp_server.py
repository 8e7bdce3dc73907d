"""An SMTP server for tests: puts what it takes into a Maildir.

Arguments: port, folder, security (none, starttls or tls), certificate, key. User `ada@example.com`, password `s3cret-words`.
"""
import asyncio
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

port, folder, security, certificate, key = sys.argv[1:6]
taken = 0


class Deliver:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 there is nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        global taken
        taken += 1
        name = os.path.join(folder, "new", f"{taken}.localhost")
        with open(name + ".tmp", "wb") as file:
            file.write(f"X-Recipients: {','.join(envelope.rcpt_tos)}\r\n".encode() + envelope.content)
        os.rename(name + ".tmp", name)
        return "250 kept"


def authenticate(server, session, envelope, mechanism, data):
    right = data.login == b"ada@example.com" and data.password == b"s3cret-words"
    return AuthResult(success=right, handled=right)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)


def serve():
    return SMTP(
        Deliver(),
        authenticator=authenticate,
        auth_required=True,
        auth_require_tls=False,
        tls_context=context if security == "starttls" else None,
        require_starttls=security == "starttls",
        data_size_limit=1 << 20,
    )


async def main():
    wrapped = context if security == "tls" else None
    server = await asyncio.get_running_loop().create_server(serve, "127.0.0.1", int(port), ssl=wrapped)
    async with server:
        await server.serve_forever()


asyncio.run(main())
