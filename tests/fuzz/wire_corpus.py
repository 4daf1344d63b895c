"""The seeds for the messages (wire_round_trip.h): the first byte is a row of the fuzzer's table."""


def u16(value):
    return value.to_bytes(2, "little")


def compact_size(value):
    return bytes([value]) if value < 0xFD else b"\xfd" + u16(value)


def rows(*names):
    return {name: bytes([i]) for i, name in enumerate(names)}


def several(items):
    return compact_size(len(items)) + b"".join(items)


def sized(data):
    return compact_size(len(data)) + data


HOSTILE_COUNT = b"\xff" * 9
HASH = bytes(range(32))
HEADER = bytes(range(80))


def wire_negotiation():
    row = rows("version", "feature", "ping", "pong", "sendcmpct", "feefilter", "sendtxrcncl",
               "verack", "wtxidrelay", "sendaddrv2", "sendheaders")
    endpoint = u16(9) + bytes(6 + 10) + b"\xff\xff\x7f\0\0\1\x20\x8d"
    start = b"\x81\x11\x01\0" + bytes(16) + endpoint
    nonce = endpoint + bytes(range(8))
    seeds = {
        "version": start + nonce + sized(b"/Satoshi:31.0.0/") + bytes(4) + b"\1",
        "version_without_relay": start + nonce + sized(b"") + bytes(4),
        "version_without_height": start + nonce + sized(b"a"),
        "version_without_user_agent": start + nonce,
        "version_without_sender": start,
        "version_longest_user_agent": start + nonce + sized(b"x" * 256) + bytes(5),
        "version_user_agent_too_long": start + nonce + sized(b"x" * 257) + bytes(5),
        "version_hostile_user_agent": start + nonce + HOSTILE_COUNT,
        "feature": sized(b"BIP434") + sized(b"abc"),
        "feature_longest": sized(b"x" * 80) + sized(b"y" * 512),
        "feature_id_too_short": sized(b"BIP") + sized(b""),
        "feature_trailing": sized(b"BIP434") + sized(b"") + b"\0",
        "ping": bytes(8),
        "ping_empty": b"",
        "ping_cut": bytes(5),
        "pong_trailing": bytes(11),
        "sendcmpct": b"\1\2" + bytes(7),
        "feefilter": b"\xe8\3" + bytes(6),
        "sendtxrcncl": bytes(12),
        "verack": b"",
        "wtxidrelay": b"",
        "sendaddrv2": b"",
        "sendheaders": b"trailing",
    }
    return {name: row[name.split("_")[0]] + seed for name, seed in seeds.items()}


def wire_addresses():
    row = rows("addrv2", "addr", "text", "getaddr")
    onion = b"pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion"

    def entry(address):
        return bytes(12) + address + b"\x20\x8d"

    def entry_v2(network, address, services=b"\x09"):
        return bytes(4) + services + bytes([network]) + sized(address) + b"\x20\x8d"

    all_networks = [(1, 4), (2, 16), (3, 10), (4, 32), (5, 32), (6, 16), (7, 16), (0xAA, 0)]
    seeds = {
        "addr": several([entry(bytes(10) + b"\xff\xff\1\2\3\4"), entry(b"\x20\1\4\x70" + bytes(12))]),
        "addr_torv2": several([entry(bytes.fromhex("fd87d87eeb43") + bytes(10))]),
        "addr_hostile": HOSTILE_COUNT,
        "addrv2": several([entry_v2(n, bytes([0xFC]) * size) for n, size in all_networks]),
        "addrv2_wrong_length": several([entry_v2(1, b"abc")]),
        "addrv2_torv2_of_another_length": several([entry_v2(3, b"abc")]),
        "addrv2_mapped": several([entry_v2(2, bytes(10) + b"\xff\xff\1\2\3\4")]),
        "addrv2_longest": several([entry_v2(9, b"x" * 512)]),
        "addrv2_too_long": several([entry_v2(9, b"x" * 513)]),
        "addrv2_services": several([entry_v2(1, b"abcd", b"\xff" + b"\xfe" * 8)]),
        "addrv2_linked": several([entry_v2(2, b"\x20\2\1\2\3\4" + bytes(10))]),
        "addrv2_hostile": HOSTILE_COUNT,
        "text_ipv4": b"1.2.3.4",
        "text_ipv6": b"2001:db8::1:0:0:1",
        "text_cjdns": b"fc00::1",
        "text_onion": onion,
        "text_onion_wrong": onion.replace(b"pg6", b"pg7"),
        "text_i2p": b"ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq.b32.i2p",
        "getaddr": b"",
    }
    return {name: row[name.split("_")[0]] + seed for name, seed in seeds.items()}


def wire_inventory():
    row = rows("inv", "getdata", "notfound", "mempool")
    types = (1, 2, 3, 4, 5, 0x40000001, 0x40000002, 0, 0xFFFFFFFF)
    entries = several([t.to_bytes(4, "little") + HASH for t in types])
    seeds = {
        "inv": entries,
        "inv_empty": several([]),
        "inv_many": several([b"\5\0\0\0" + HASH] * 300),
        "inv_hostile": HOSTILE_COUNT,
        "inv_over_the_limit": b"\xfd\x51\xc3" + entries,
        "getdata": entries,
        "notfound_cut": entries[:-1],
        "mempool": b"",
    }
    return {name: row[name.split("_")[0]] + seed for name, seed in seeds.items()}


def wire_compact():
    row = rows("cmpctblock", "getblocktxn", "blocktxn")
    output = bytes(8) + sized(b"\x6a")
    tx = bytes(4) + several([bytes(36) + sized(b"\x51") + b"\xff" * 4]) + several([output]) + bytes(4)
    head = HEADER + bytes(8)
    ids = several([b"abcdef", b"ghijkl"])
    seeds = {
        "cmpctblock": head + ids + several([b"\0" + tx, b"\1" + tx]),
        "cmpctblock_empty": head + several([]) + several([]),
        "cmpctblock_past_the_end": head + ids + several([b"\3" + tx]),
        "cmpctblock_over_16_bits": head + ids + several([b"\xfe\0\0\1\0" + tx]),
        "cmpctblock_hostile": head + HOSTILE_COUNT,
        "cmpctblock_hostile_prefilled": head + ids + HOSTILE_COUNT,
        "getblocktxn": HASH + several([b"\0", b"\0", b"\2", b"\xfd\0\1"]),
        "getblocktxn_last": HASH + several([b"\xfd\xff\xff"]),
        "getblocktxn_overflow": HASH + several([b"\xfd\xff\xff", b"\0"]),
        "getblocktxn_hostile": HASH + HOSTILE_COUNT,
        "blocktxn": HASH + several([tx, tx]),
        "blocktxn_hostile": HASH + HOSTILE_COUNT,
    }
    return {name: row[name.split("_")[0]] + seed for name, seed in seeds.items()}


def wire_filters():
    row = rows("merkleblock", "filterload", "filteradd", "filterclear", "getcfilters", "cfilter",
               "getcfheaders", "cfheaders", "getcfcheckpt", "cfcheckpt")
    seeds = {
        "merkleblock": HEADER + b"\3\0\0\0" + several([HASH, HASH]) + sized(b"\x1d"),
        "merkleblock_too_many": HEADER + b"\1\0\0\0" + several([HASH, HASH]) + sized(b"\x1d"),
        "merkleblock_hostile": HEADER + b"\1\0\0\0" + HOSTILE_COUNT,
        "filterload": sized(bytes.fromhex("614e9b")) + b"\5" + bytes(7) + b"\1",
        "filterload_too_many": sized(b"abc") + b"\x33" + bytes(8),
        "filterload_hostile": HOSTILE_COUNT,
        "filteradd": sized(b"x" * 520),
        "filteradd_too_long": sized(b"x" * 521),
        "filterclear": b"",
        "getcfilters": b"\0\1\0\0\0" + HASH,
        "cfilter": b"\0" + HASH + sized(bytes.fromhex("017fa880")),
        "cfilter_hostile": b"\0" + HASH + HOSTILE_COUNT,
        "getcfheaders": b"\0\1\0\0\0" + HASH,
        "cfheaders": b"\0" + HASH + HASH + several([HASH] * 3),
        "cfheaders_hostile": b"\0" + HASH + HASH + HOSTILE_COUNT,
        "getcfcheckpt": b"\0" + HASH,
        "cfcheckpt": b"\0" + HASH + several([HASH] * 2),
        "cfcheckpt_hostile": b"\0" + HASH + HOSTILE_COUNT,
    }
    return {name: row[name.split("_")[0]] + seed for name, seed in seeds.items()}


MAKERS = (wire_negotiation, wire_addresses, wire_inventory, wire_compact, wire_filters)
