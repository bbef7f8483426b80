"""A TLS server on loopback that the bundle's CA vouches for, one that it does not, and a client with Python's own defaults."""

import socket
import ssl
import threading


def serve(name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"/smoke/tls/{name}.crt", f"/smoke/tls/{name}.key")
    listener = socket.create_server(("127.0.0.1", 0))

    def answer():
        connection, _ = listener.accept()
        try:
            with context.wrap_socket(connection, server_side=True) as tls:
                tls.sendall(b"hello")
        except OSError:
            pass  # The client hung up: it does not trust the stranger.

    threading.Thread(target=answer, daemon=True).start()
    return listener.getsockname()[1]


def ask(port):
    context = ssl.create_default_context()
    with socket.create_connection(("localhost", port)) as connection:
        with context.wrap_socket(connection, server_hostname="localhost") as tls:
            return tls.recv(5).decode()


print("trusted:", ask(serve("trusted")))
try:
    print("stranger:", ask(serve("stranger")))
except ssl.SSLCertVerificationError:
    print("stranger: refused")
