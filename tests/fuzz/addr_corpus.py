"""The seeds of fuzz_asmap, fuzz_kept_addresses and fuzz_address_book."""

import random

from wire_corpus import u16

SMALL_MAP = bytes.fromhex(
    "fb03ec0fb03fc0fe00fb03ec0fb03fc0fe00fb03ec0fb0fffffeffedb0ffd486e6282900004000004000409901008001"
    "80040000050006001cf039")
ZERO_KEY = bytes(16)


def number(value, least, width, most):
    bits, value = [], value - least
    while width < most and value >= 1 << width:
        bits.append(1)
        value -= 1 << width
        width += 1
    return bits + ([0] if width < most else []) + [value >> i & 1 for i in reversed(range(width))]


def packed(bits):
    return bytes(sum(bit << i for i, bit in enumerate(bits[at:at + 8]))
                 for at in range(0, len(bits), 8))


def returns(system):
    return [0] + number(system, 1, 15, 24)


def jump(distance):
    return [1, 0] + number(distance, 17, 5, 30)


def match(text):
    return [1, 1, 0] + number(int("1" + text, 2), 2, 1, 8)


def default(system):
    return [1, 1, 1] + number(system, 1, 15, 24)


def asmap():
    mapped = bytes(10) + b"\xff\xff\x65\x02\0\1"
    ipv6 = b"\x2a" + bytes(15)
    return {
        "small_map": mapped + SMALL_MAP,
        "one_system": ipv6 + packed(returns(7)),
        "greatest_system": ipv6 + packed(returns(33521664)),
        "jump": ipv6 + packed(jump(17) + returns(1) + returns(2)),
        "far_jump": ipv6 + packed(jump(49) + returns(40000) + [0] * 30),
        "match": ipv6 + packed(default(5) + match("00101010") + match("000") + returns(6)),
        "cut_short": ipv6 + SMALL_MAP[:30],
        "not_zero_padding": ipv6 + packed(returns(7) + [1]),
        "too_many_bits": ipv6 + packed(match("0" * 8) * 17 + returns(1)),
        "overlapping_jumps": ipv6 + packed(jump(20) + jump(100) + returns(1) * 8),
    }


def kept_addresses():
    ipv4 = b"\1\x14\2\3\4"
    onion = b"\4" + bytes(range(32))
    port = b"\x20\x8d"
    figures = b"".join(n.to_bytes(4, "little") for n in (1024, 256, 64, 8, 8))

    def entry(address, places, failures=0, time=1_700_000_000):
        times = time.to_bytes(4, "little") + bytes(8)
        where = b"\x80" if places is None else bytes([len(places)]) + b"".join(map(u16, places))
        return address + port + ipv4 + (9).to_bytes(8, "little") + times + bytes([failures]) + where

    def book(*entries, which=figures):
        return b"\0" + ZERO_KEY + which + bytes(32) + bytes([len(entries)]) + b"".join(entries)

    def ban(address, bits):
        return address + u16(bits) + bytes(4) + b"\xff\xff\xff\xff"

    return {
        "empty_book": book(),
        "book": book(entry(ipv4, [5, 900]), entry(onion, None), entry(onion[::-1], [])),
        "book_of_other_figures": book(entry(ipv4, [5]), which=figures[:-4] + b"\4\0\0\0"),
        "address_twice": book(entry(ipv4, [5]), entry(ipv4, None)),
        "nine_places": book(entry(ipv4, [1, 2, 3, 4, 5, 6, 7, 8, 9])),
        "bucket_1024": book(entry(ipv4, [1024])),
        "last_time": book(entry(ipv4, [1], failures=255, time=0xFFFFFFFF)),
        "too_many": book()[:-1] + b"\xfe\xff\xff\xff\0",
        "unknown_network": book(entry(b"\x09\1", [1])),
        "trailing_byte": book() + b"\0",
        "bans": b"\1\3" + ban(ipv4, 24) + ban(onion, 256) + ban(b"\2\x2a" + bytes(15), 16),
        "ban_of_33_bits": b"\1\1" + ban(ipv4, 33),
        "anchors": b"\2\2" + ipv4 + port + onion + port,
        "three_anchors": b"\2\3" + 3 * (ipv4 + port),
        "not_sealed": b"\3vwbook\r\n\1\0\0\0\xf9\xbe\xb4\xd9" + bytes(8) + bytes(32),
        "later_version": b"\3vwbans\r\n\2\0\0\0",
    }


def address_book():
    def bytes_of(seed, count):
        dice = random.Random(seed)
        return bytes(dice.randrange(256) for _ in range(count))

    return {f"calls_{seed}": bytes_of(seed, 600) for seed in range(1, 7)}


MAKERS = (asmap, kept_addresses, address_book)
