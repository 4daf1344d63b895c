#!/usr/bin/env python3
"""Decrypts a recorded connection from its key log line, with Python's hashes and nothing else.

usage: decrypt_example.py docs/keylog.md

A second implementation of what docs/keylog.md describes, written from that text: it recomputes every
figure of the worked example there, and tests/install/key_log_test.py runs it against the library. It
is no tool: it is slow, and leaks its keys through its timing.
"""

import hashlib
import hmac
import re
import struct
import sys

REKEY_INTERVAL = 224
KEYS = ("initiator_L", "initiator_P", "responder_L", "responder_P", "garbage_terminators",
        "session_id")


# -- RFC 8439 ---------------------------------------------------------------------------------------

def rotate(word, bits):
    return (word << bits | word >> (32 - bits)) & 0xffffffff


def quarter_round(s, a, b, c, d):
    for x, y, z, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        s[x] = (s[x] + s[y]) & 0xffffffff
        s[z] = rotate(s[z] ^ s[x], bits)


def chacha20_block(key, nonce, counter):
    start = struct.unpack("<16I", b"expand 32-byte k" + key + struct.pack("<I", counter) + nonce)
    s = list(start)
    for _ in range(10):
        for i in range(4):
            quarter_round(s, i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter_round(s, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return struct.pack("<16I", *((x + y) & 0xffffffff for x, y in zip(s, start)))


def keystream(key, nonce, counter, size):
    blocks = range(counter, counter + (size + 63) // 64)
    return b"".join(chacha20_block(key, nonce, n) for n in blocks)[:size]


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0ffffffc0ffffffc0ffffffc0fffffff
    total = 0
    for i in range(0, len(message), 16):
        total = (total + int.from_bytes(message[i:i + 16] + b"\x01", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def padded(data):
    return data + bytes(-len(data) % 16)


def aead_open(key, nonce, aad, sealed):
    ciphertext, tag = sealed[:-16], sealed[-16:]
    authenticated = padded(aad) + padded(ciphertext) + struct.pack("<QQ", len(aad), len(ciphertext))
    if poly1305(chacha20_block(key, nonce, 0)[:32], authenticated) != tag:
        raise ValueError("the tag of a packet does not verify")
    return xor(ciphertext, keystream(key, nonce, 1, len(ciphertext)))


# -- BIP 324 ----------------------------------------------------------------------------------------

def derive_keys(magic, shared_secret):
    salt = b"bitcoin_v2_shared_secret" + magic
    prk = hmac.digest(salt, shared_secret, hashlib.sha256)
    return {info: hmac.digest(prk, info.encode() + b"\x01", hashlib.sha256) for info in KEYS}


class LengthCipher:
    """FSChaCha20, for the three bytes of each length."""

    def __init__(self, key):
        self.key, self.chunks, self.rekeys = key, 0, 0

    def decrypt(self, chunk):
        nonce = bytes(4) + struct.pack("<Q", self.rekeys)
        stream = keystream(self.key, nonce, 0, 3 * REKEY_INTERVAL + 32)
        length = xor(chunk, stream[3 * self.chunks:3 * self.chunks + 3])
        self.chunks += 1
        if self.chunks == REKEY_INTERVAL:
            self.key, self.chunks, self.rekeys = stream[-32:], 0, self.rekeys + 1
        return int.from_bytes(length, "little")


class PacketCipher:
    """FSChaCha20Poly1305."""

    def __init__(self, key):
        self.key, self.packets, self.rekeys = key, 0, 0

    def open(self, sealed, aad):
        nonce = struct.pack("<IQ", self.packets, self.rekeys)
        plaintext = aead_open(self.key, nonce, aad, sealed)
        self.packets += 1
        if self.packets == REKEY_INTERVAL:
            nonce = struct.pack("<IQ", 0xffffffff, self.rekeys)
            self.key, self.packets = keystream(self.key, nonce, 1, 32), 0
            self.rekeys += 1
        return plaintext


def decrypt_direction(stream, length_key, packet_key, terminator):
    """Yields (is decoy, contents) of each packet that one side sent; the version packet is first of
    those that are no decoys."""
    end = stream.index(terminator, 64, 64 + 4095 + 16)
    aad, position = stream[64:end], end + 16
    lengths, packets = LengthCipher(length_key), PacketCipher(packet_key)
    while position < len(stream):
        sealed_size = 1 + lengths.decrypt(stream[position:position + 3]) + 16
        position += 3
        plaintext = packets.open(stream[position:position + sealed_size], aad)
        position, aad = position + sealed_size, b""
        yield bool(plaintext[0] & 0x80), plaintext[1:]


def decrypt_connection(line, from_initiator, from_responder):
    """The keys, and the packets of each side, of the connection that the line describes."""
    word, *fields = line.split(" ")
    magic, initiator_key, responder_key, shared_secret = map(bytes.fromhex, fields)
    if word != "BIP324_SHARED_SECRET":
        raise ValueError("not a key log line")
    if (from_initiator[:64], from_responder[:64]) != (initiator_key, responder_key):
        raise ValueError("the line belongs to another connection")
    keys = derive_keys(magic, shared_secret)
    terminators = keys["garbage_terminators"]
    return keys, (
        list(decrypt_direction(from_initiator, keys["initiator_L"], keys["initiator_P"],
                               terminators[:16])),
        list(decrypt_direction(from_responder, keys["responder_L"], keys["responder_P"],
                               terminators[16:])))


# -- The worked example -----------------------------------------------------------------------------

def read_example(text):
    """What the document's blocks between `<!-- name -->` and the closing fence hold."""
    blocks = re.findall(r"<!-- (\w+) -->\n+```\n(.*?)```", text, re.DOTALL)
    return {name: " ".join(block.split()) for name, block in blocks}


def check_example(text):
    """Yields each figure of the document that is not what it should be."""
    example = read_example(text)
    streams = [bytes.fromhex(example[name]) for name in ("from_initiator", "from_responder")]
    keys, (of_initiator, of_responder) = decrypt_connection(example["line"], *streams)
    wanted = {"keys": " ".join(f"{info} {keys[info].hex()}" for info in KEYS)}
    for name, packets in (("initiator_packets", of_initiator), ("responder_packets", of_responder)):
        words = (f"{'decoy' if decoy else 'packet'} {contents.hex() or '(empty)'}"
                 for decoy, contents in packets)
        wanted[name] = " ".join(words)
    for name, figures in wanted.items():
        if example.get(name) != figures:
            yield f"{name}: the document says\n  {example.get(name)}\nand should say\n  {figures}"


def main():
    with open(sys.argv[1], encoding="utf-8") as document:
        wrong = list(check_example(document.read()))
    for sentence in wrong:
        print(f"decrypt_example.py: {sentence}", file=sys.stderr)
    print(f"decrypt_example.py: {len(wrong)} figures differ")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
