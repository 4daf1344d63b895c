"""The seeds of fuzz_undo and fuzz_change_table."""

GENESIS_X = bytes.fromhex("678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb6")

EMPTY, P2PKH, P2PK_LONG_EVEN, P2PK_LONG_ODD = b"\x06", b"\0" + bytes(20), b"\4", b"\5"


def undo():
    def undo_coin(script, height=b"\x14\0", amount=b"\x09"):
        return height + amount + script

    record = b"\0"  # the first row of the table
    coin = b"\1"
    seeds = {
        "of_nothing": record + b"\0",
        "two_transactions": record + b"\2\2" + undo_coin(P2PKH) + undo_coin(EMPTY) + b"\1" +
                            undo_coin(b"\x28\x51\x20" + bytes(32)),
        "height_0": record + b"\1\1" + undo_coin(EMPTY, height=b"\1"),
        "old_version": record + b"\1\1" + undo_coin(EMPTY, height=b"\2\xff\x7f"),
        "long_key": record + b"\1\1" + undo_coin(P2PK_LONG_ODD + GENESIS_X),
        "no_such_key": record + b"\1\1" + undo_coin(P2PK_LONG_EVEN + bytes(32)),
        "too_much_money": record + b"\1\1" + undo_coin(EMPTY, amount=b"\xff" * 8 + b"\0"),
        "too_long_script": record + b"\1\1" + undo_coin(b"\xcd\x17"),
        "too_many": record + b"\xfe\xff\xff\xff\0",
        "trailing_byte": record + b"\0\0",
        "cut_short": record + b"\1\2" + undo_coin(P2PKH),
        "script_in_full": record + b"\1\1" + undo_coin(b"\x1d\xa9\x14" + bytes(20) + b"\x87"),
    }
    for kind in range(10):
        seeds[f"coin_of_kind_{kind}"] = coin + b"\x14\x09" + bytes([kind]) + GENESIS_X
    return seeds


def change_table():
    def add(txid, index, *scripts, below=0):
        coins = b"".join(b"\x10\x27" + bytes([len(one)]) + one for one in scripts)
        return bytes([txid, index, 1, below, len(scripts) - 1]) + coins

    def remove(txid, index):
        return bytes([txid, index, 0])

    p2wpkh, p2tr = b"\0\x14" + bytes(20), b"\x51\x20" + bytes(32)
    return {
        "come_and_gone": add(1, 0, p2wpkh) + remove(1, 0),
        "gone_below": remove(1, 3) + remove(1, 4) + remove(2, 0),
        "gone_and_back": remove(1, 3) + add(1, 3, p2tr) + remove(1, 3),
        "many_outputs": add(1, 5, *[p2wpkh, p2tr] * 6) + remove(1, 7) + remove(1, 8),
        "replaced": add(1, 0, p2wpkh) + add(1, 0, p2tr, below=1) + add(2, 0, p2tr, below=1),
    }


MAKERS = (undo, change_table)
