"""SCRAM-SHA-256 (RFC 5802, RFC 7677): how PostgreSQL's client and server prove a password to each other.

Without channel binding, since there is no TLS here, and without SASLprep: a password beyond ASCII
must be in Unicode's form NFKC already.
"""

import binascii
import hashlib

MECHANISM = b"SCRAM-SHA-256"
BLOCK_BYTES = 64


class ScramError(Exception):
    """The server's side of it is wrong; one sentence."""


class Scram(object):
    """The client's side: first(), then final(challenge), then verify(answer)."""

    def __init__(self, user, password, nonce):
        name = user.replace("=", "=3D").replace(",", "=2C")
        self.bare = b"n=" + name.encode("utf-8") + b",r=" + nonce
        self.password = password.encode("utf-8")
        self.nonce = nonce
        self.expected = b""
        self.verified = False

    def first(self):
        return b"n,," + self.bare

    def final(self, challenge):
        """The proof for what the server challenges with: a longer nonce, a salt and how often to hash."""
        fields = fields_of(challenge)
        try:
            nonce, salt, rounds = fields[b"r"], binascii.a2b_base64(fields[b"s"]), int(fields[b"i"])
        except (KeyError, ValueError):
            raise ScramError("its challenge can't be read")
        if not nonce.startswith(self.nonce):
            raise ScramError("its challenge is for somebody else")
        key = stretched(self.password, salt, rounds)
        claim = b"c=biws,r=" + nonce
        conversation = b",".join([self.bare, challenge, claim])
        client_key = keyed(key)(b"Client Key")
        self.expected = keyed(keyed(key)(b"Server Key"))(conversation)
        proof = exclusive_or(client_key, keyed(sha256(client_key))(conversation))
        return claim + b",p=" + binascii.b2a_base64(proof).strip()

    def verify(self, answer):
        """Whether the server, too, knows the password; raises ScramError if not."""
        self.verified = fields_of(answer).get(b"v") == binascii.b2a_base64(self.expected).strip()
        self.check_verified()

    def check_verified(self):
        if not self.verified:
            raise ScramError("it does not know the password")


def fields_of(data):
    return dict([(part[:1], part[2:]) for part in data.split(b",")])


def sha256(data):
    return hashlib.sha256(data).digest()


def keyed(key):
    """HMAC-SHA-256 with this key; not `hmac`, which MicroPython lacks and RustPython can't run."""
    if len(key) > BLOCK_BYTES:
        key = sha256(key)
    padded = key + b"\0" * (BLOCK_BYTES - len(key))
    inner = exclusive_or(padded, b"\x36" * BLOCK_BYTES)
    outer = exclusive_or(padded, b"\x5c" * BLOCK_BYTES)
    return lambda data: sha256(outer + sha256(inner + data))


def stretched(password, salt, rounds):
    """PBKDF2 with HMAC-SHA-256: 32 bytes."""
    if hasattr(hashlib, "pbkdf2_hmac"):
        return hashlib.pbkdf2_hmac("sha256", password, salt, rounds)
    hashed = keyed(password)
    block = hashed(salt + b"\0\0\0\1")
    total = number_of(block)
    for _ in range(rounds - 1):
        block = hashed(block)
        total ^= number_of(block)
    return binascii.unhexlify(("%064x" % total).encode("ascii"))


def number_of(data):
    return int(binascii.hexlify(data), 16)


def exclusive_or(one, other):
    return bytes(bytearray([a ^ b for a, b in zip(bytearray(one), bytearray(other))]))
