"""Transactions and messages made by hand: as large, or as many, as a test needs them.

The coins are outputs to a witness program of a version that has no rules yet (BIP 141): whoever
spends one needs no signature and may give a witness of any size. Policy forbids that, blocks do not.
"""

import hashlib
import struct

ANYONES_SCRIPT = bytes([0x52, 0x20]) + bytes(range(32))  # version 2, a program of 32 bytes
ANYONES_DESCRIPTOR = f"raw({ANYONES_SCRIPT.hex()})"
COINBASE_MATURITY = 100
OP_RETURN = 0x6a


def sha256d(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def compact_size(number):
    if number < 0xfd:
        return bytes([number])
    return b"\xfd" + struct.pack("<H", number) if number <= 0xffff else (
        b"\xfe" + struct.pack("<I", number))


def sized(data):
    return compact_size(len(data)) + data


def internal_order(displayed_hash):
    """A hash as RPC writes it, as it travels."""
    return bytes.fromhex(displayed_hash)[::-1]


def output(satoshi, script):
    return struct.pack("<q", satoshi) + sized(script)


def transaction(spent_txid, spent_index, outputs, witness_item=None):
    """Bytes of a transaction with one input. `spent_txid` as it travels."""
    marker, witness = b"", b""
    if witness_item is not None:
        marker, witness = b"\x00\x01", b"\x01" + sized(witness_item)
    source = spent_txid + struct.pack("<I", spent_index) + b"\x00" + b"\xff" * 4
    return (struct.pack("<i", 2) + marker + b"\x01" + source + compact_size(len(outputs)) +
            b"".join(outputs) + witness + bytes(4))


class Coins:
    """Coins of a node's first blocks, each to be spent once, without a signature."""

    def __init__(self, node, count):
        descriptor = node.rpc("getdescriptorinfo", ANYONES_DESCRIPTOR)["descriptor"]
        self._node = node
        self._blocks = node.rpc("generatetodescriptor", count + COINBASE_MATURITY, descriptor)[:count]

    def take(self):
        """The transaction id, as it travels, of a coinbase whose output 0 can be spent."""
        return internal_order(self._node.rpc("getblock", self._blocks.pop(0))["tx"][0])

    def filling_base(self, size):
        """A transaction of about `size` bytes, none of them witness."""
        script = bytes([OP_RETURN]) + bytes(size - 1)
        return transaction(self.take(), 0, [output(0, script)])

    def filling_witness(self, size):
        """A transaction of about `size` bytes, nearly all of them witness."""
        return transaction(self.take(), 0, [output(0, ANYONES_SCRIPT)], bytes(size))
