#include "veilwire/protocol/network.h"

#include <algorithm>
#include <array>

namespace veilwire::protocol {
namespace {

using std::chrono::seconds;

// -- main -----------------------------------------------------------------------------------------

constexpr std::array kMainScriptFlagExceptions{
    ScriptFlagException{
        .block = "00000000000002dc756eebf4f49723ed8d30cc28a5f108eb94b1ba88ac4f9c22"_hash},
    ScriptFlagException{
        .block = "0000000000000000000f14c35b2d841e986ab5441de8c585d5ffe55ea1e395ad"_hash,
        .p2sh = true,
        .witness = true},
};

constexpr std::array kMainRepeatingBlocks{
    BlockAt{91842, "00000000000a4d0a398161ffc163c503763b1f4360639393e0e4c8e300e0caec"_hash},
    BlockAt{91880, "00000000000743f190a18c5577a3c2d2a1f610ae9601ac046a38084ccb7cd721"_hash},
};

constexpr std::array kMainOverwrittenBlocks{
    BlockAt{91722, "00000000000271a2dc26e7667f8419f2e15416dc6955e5a6c6cdf3f2574dd08e"_hash},
    BlockAt{91812, "00000000000af0aed4792b1acee3d966af36cf5def14935db8de83d6f9306f2f"_hash},
};

constexpr std::array<std::string_view, 7> kMainDnsSeeds{
    "dnsseed.bluematt.me",
    "seed.bitcoin.jonasschnelli.ch",
    "seed.btc.petertodd.net",
    "seed.bitcoin.sprovoost.nl",
    "dnsseed.emzy.de",
    "seed.bitcoin.wiz.biz",
    "seed.mainnet.achownodes.xyz",
};

constexpr std::array kMainAssumeUtxo{
    AssumeUtxo{840000, "a2a5521b1b5ab65f67818e5e8eccabb7171a517f9e2382208f77687310768f96"_hash,
               991032194, "0000000000000000000320283a032748cef8227873ff4872689bf23f1cda83a5"_hash},
    AssumeUtxo{880000, "dbd190983eaf433ef7c15f78a278ae42c00ef52e0fd2a54953782175fbadcea9"_hash,
               1145604538, "000000000000000000010b17283c3c400507969a9c2afd1dcf2082ec5cca2880"_hash},
    AssumeUtxo{910000, "4daf8a17b4902498c5787966a2b51c613acdab5df5db73f196fa59a4da2f1568"_hash,
               1226586151, "0000000000000000000108970acb9522ffd516eae17acddcb1bd16469194a821"_hash},
    AssumeUtxo{935000, "e4b90ef9eae834f56c4b64d2d50143cee10ad87994c614d7d04125e2a6025050"_hash,
               1305397408, "0000000000000000000147034958af1652b2b91bba607beacc5e72a56f0fb5ee"_hash},
};

constexpr Network kMain{
    .name = "main",
    .magic = kMainMagic,
    .default_port = 8333,
    .genesis = {.version = 1,
                .merkle_root =
                    "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"_hash,
                .time = from_unix_seconds(1231006505),
                .bits = 0x1d00ffff,
                .nonce = 2083236893,
                .hash = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"_hash},
    .pow_limit = "00000000ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"_hash,
    .retarget = seconds(1209600),
    .spacing = seconds(600),
    .halving_interval = 210000,
    .heights = {.bip34 = 227931, .bip65 = 388381, .bip66 = 363725, .csv = 419328, .segwit = 481824},
    .bip34_hash = "000000000000024b89b42a942fe0d9fea3bb44ab7bd1b19115dd6a759c0808b8"_hash,
    .script_flag_exceptions = kMainScriptFlagExceptions,
    .bip30 = {.allowed = kMainRepeatingBlocks,
              .overwritten = kMainOverwrittenBlocks,
              .checked_again_from_height = 1983702},
    .minimum_chain_work = "0000000000000000000000000000000000000001128750f82f4c366153a3a030"_hash,
    .assume_valid =
        BlockAt{938343, "00000000000000000000ccebd6d74d9194d8dcdc1d177c478e094bfad51ba5ac"_hash},
    .prune_after_height = 100000,
    .dns_seeds = kMainDnsSeeds,
    .address_versions = {0, 5, "bc"},
    .assume_utxo = kMainAssumeUtxo,
    .chain_tx_data = {from_unix_seconds(1772055173), 1315805869, 5.40111006496122},
    .headers_presync = {.commitment_period = 641, .redownload_buffer = 15218},
};

// -- testnet3 -------------------------------------------------------------------------------------

constexpr std::array kTestnet3ScriptFlagExceptions{
    ScriptFlagException{
        .block = "00000000dd30457c001f4095d208cc1296b0eed002427aa599874af7a432b105"_hash},
};

constexpr std::array<std::string_view, 5> kTestnet3DnsSeeds{
    "testnet-seed.bitcoin.jonasschnelli.ch", "seed.tbtc.petertodd.net",
    "seed.testnet.bitcoin.sprovoost.nl",     "testnet-seed.bluematt.me",
    "seed.testnet.achownodes.xyz",
};

constexpr std::array kTestnet3AssumeUtxo{
    AssumeUtxo{2500000, "f841584909f68e47897952345234e37fcd9128cd818f41ee6c3ca68db8071be7"_hash,
               66484552, "0000000000000093bcb68c03a9a168ae252572d348a2eaeba2cdf9231d73206f"_hash},
    AssumeUtxo{4840000, "ce6bb677bb2ee9789c4a1c9d73e6683c53fc20e8fdbedbdaaf468982a0c8db2a"_hash,
               536078574, "00000000000000f4971a7fb37fbdff89315b69a2e1920c467654a382f0d64786"_hash},
};

constexpr Network kTestnet3{
    .name = "testnet3",
    .magic = kTestnet3Magic,
    .default_port = 18333,
    .genesis = {.version = 1,
                .merkle_root =
                    "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"_hash,
                .time = from_unix_seconds(1296688602),
                .bits = 0x1d00ffff,
                .nonce = 414098458,
                .hash = "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943"_hash},
    .pow_limit = "00000000ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"_hash,
    .retarget = seconds(1209600),
    .spacing = seconds(600),
    .min_difficulty_blocks = true,
    .halving_interval = 210000,
    .heights = {.bip34 = 21111, .bip65 = 581885, .bip66 = 330776, .csv = 770112, .segwit = 834624},
    .bip34_hash = "0000000023b3a96d3484e5abb3755c413e7d41500f8e2a5c3f0dd01299cd8ef8"_hash,
    .script_flag_exceptions = kTestnet3ScriptFlagExceptions,
    .minimum_chain_work = "0000000000000000000000000000000000000000000017dde1c649f3708d14b6"_hash,
    .assume_valid =
        BlockAt{4842348, "000000007a61e4230b28ac5cb6b5e5a0130de37ac1faf2f8987d2fa6505b67f4"_hash},
    .prune_after_height = 1000,
    .dns_seeds = kTestnet3DnsSeeds,
    .address_versions = {111, 196, "tb"},
    .assume_utxo = kTestnet3AssumeUtxo,
    .chain_tx_data = {from_unix_seconds(1772051651), 536108416, 0.02691479016257117},
    .headers_presync = {.commitment_period = 673, .redownload_buffer = 14460},
};

// -- testnet4 -------------------------------------------------------------------------------------

constexpr std::array<std::string_view, 2> kTestnet4DnsSeeds{
    "seed.testnet4.bitcoin.sprovoost.nl",
    "seed.testnet4.wiz.biz",
};

constexpr std::array kTestnet4AssumeUtxo{
    AssumeUtxo{90000, "784fb5e98241de66fdd429f4392155c9e7db5c017148e66e8fdbc95746f8b9b5"_hash,
               11347043, "0000000002ebe8bcda020e0dd6ccfbdfac531d2f6a81457191b99fc2df2dbe3b"_hash},
    AssumeUtxo{120000, "10b05d05ad468d0971162e1b222a4aa66caca89da2bb2a93f8f37fb29c4794b0"_hash,
               14141057, "000000000bd2317e51b3c5794981c35ba894ce27d3e772d5c39ecd9cbce01dc8"_hash},
};

constexpr Network kTestnet4{
    .name = "testnet4",
    .magic = kTestnet4Magic,
    .default_port = 48333,
    .genesis = {.version = 1,
                .merkle_root =
                    "7aa0a7ae1e223414cb807e40cd57e667b718e42aaf9306db9102fe28912b7b4e"_hash,
                .time = from_unix_seconds(1714777860),
                .bits = 0x1d00ffff,
                .nonce = 393743547,
                .hash = "00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043"_hash},
    .pow_limit = "00000000ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"_hash,
    .retarget = seconds(1209600),
    .spacing = seconds(600),
    .min_difficulty_blocks = true,
    .bip94 = true,
    .halving_interval = 210000,
    .heights = {.bip34 = 1, .bip65 = 1, .bip66 = 1, .csv = 1, .segwit = 1},
    .minimum_chain_work = "0000000000000000000000000000000000000000000009a0fe15d0177d086304"_hash,
    .assume_valid =
        BlockAt{123613, "0000000002368b1e4ee27e2e85676ae6f9f9e69579b29093e9a82c170bf7cf8a"_hash},
    .prune_after_height = 1000,
    .dns_seeds = kTestnet4DnsSeeds,
    .address_versions = {111, 196, "tb"},
    .assume_utxo = kTestnet4AssumeUtxo,
    .chain_tx_data = {from_unix_seconds(1772013387), 14191421, 0.01848579579528412},
    .headers_presync = {.commitment_period = 606, .redownload_buffer = 16092},
};

// -- signet ---------------------------------------------------------------------------------------

constexpr std::array<std::string_view, 2> kSignetDnsSeeds{
    "seed.signet.bitcoin.sprovoost.nl",
    "seed.signet.achownodes.xyz",
};

constexpr std::array kSignetAssumeUtxo{
    AssumeUtxo{160000, "fe0a44309b74d6b5883d246cb419c6221bcccf0b308c9b59b7d70783dbdf928a"_hash,
               2289496, "0000003ca3c99aff040f2563c2ad8f8ec88bd0fd6b8f0895cfaf1ef90353a62c"_hash},
    AssumeUtxo{290000, "97267e000b4b876800167e71b9123f1529d13b14308abec2888bbd2160d14545"_hash,
               28547497, "0000000577f2741bb30cd9d39d6d71b023afbeb9764f6260786a97969d5c9ac0"_hash},
};

constexpr std::array<std::uint8_t, 71> kSignetChallenge{
    0x51, 0x21, 0x03, 0xad, 0x5e, 0x0e, 0xda, 0xd1, 0x8c, 0xb1, 0xf0, 0xfc, 0x0d, 0x28, 0xa3,
    0xd4, 0xf1, 0xf3, 0xe4, 0x45, 0x64, 0x03, 0x37, 0x48, 0x9a, 0xbb, 0x10, 0x40, 0x4f, 0x2d,
    0x1e, 0x08, 0x6b, 0xe4, 0x30, 0x21, 0x03, 0x59, 0xef, 0x50, 0x21, 0x96, 0x4f, 0xe2, 0x2d,
    0x6f, 0x8e, 0x05, 0xb2, 0x46, 0x3c, 0x95, 0x40, 0xce, 0x96, 0x88, 0x3f, 0xe3, 0xb2, 0x78,
    0x76, 0x0f, 0x04, 0x8f, 0x51, 0x89, 0xf2, 0xe6, 0xc4, 0x52, 0xae,
};

constexpr Network kSignet{
    .name = "signet",
    .magic = kSignetMagic,
    .default_port = 38333,
    .genesis = {.version = 1,
                .merkle_root =
                    "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"_hash,
                .time = from_unix_seconds(1598918400),
                .bits = 0x1e0377ae,
                .nonce = 52613770,
                .hash = "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6"_hash},
    .pow_limit = "00000377ae000000000000000000000000000000000000000000000000000000"_hash,
    .retarget = seconds(1209600),
    .spacing = seconds(600),
    .halving_interval = 210000,
    .heights = {.bip34 = 1, .bip65 = 1, .bip66 = 1, .csv = 1, .segwit = 1},
    .minimum_chain_work = "00000000000000000000000000000000000000000000000000000b463ea0a4b8"_hash,
    .assume_valid =
        BlockAt{293175, "00000008414aab61092ef93f1aacc54cf9e9f16af29ddad493b908a01ff5c329"_hash},
    .prune_after_height = 1000,
    .dns_seeds = kSignetDnsSeeds,
    .address_versions = {111, 196, "tb"},
    .assume_utxo = kSignetAssumeUtxo,
    .chain_tx_data = {from_unix_seconds(1772055248), 28676833, 0.06736623436338929},
    .headers_presync = {.commitment_period = 620, .redownload_buffer = 15724},
    .signet_challenge = kSignetChallenge,
};

// -- regtest --------------------------------------------------------------------------------------

constexpr std::array kRegtestAssumeUtxo{
    AssumeUtxo{110, "86e9a1205b418b16dde3a18a78c730e30137e28466bda5dbf6b33ab8fc05447c"_hash, 111,
               "135eec25a6fb277884e5824e7aa7d052c4868161c99a5122170b5266f86c273d"_hash},
    AssumeUtxo{200, "17dcc016d188d16068907cdeb38b75691a118d43053b8cd6a25969419381d13a"_hash, 201,
               "385901ccbd69dff6bbd00065d01fb8a9e464dede7cfe0372443884f9b1dcf6b9"_hash},
    AssumeUtxo{299, "106b2c56233e378a824cf0d5ff2be42ed32c72f1605c9be288d00942908a40ac"_hash, 334,
               "0c552ced4721c249a389eb9b08cb8da261cd46f0e7b5f9d064d48f3113406853"_hash},
};

constexpr Network kRegtest{
    .name = "regtest",
    .magic = kRegtestMagic,
    .default_port = 18444,
    .genesis = {.version = 1,
                .merkle_root =
                    "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"_hash,
                .time = from_unix_seconds(1296688602),
                .bits = 0x207fffff,
                .nonce = 2,
                .hash = "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"_hash},
    .pow_limit = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"_hash,
    .retarget = seconds(86400),
    .spacing = seconds(600),
    .min_difficulty_blocks = true,
    .no_retargeting = true,
    .halving_interval = 150,
    .heights = {.bip34 = 1, .bip65 = 1, .bip66 = 1, .csv = 1, .segwit = 0},
    .prune_after_height = 1000,
    .address_versions = {111, 196, "bcrt"},
    .assume_utxo = kRegtestAssumeUtxo,
    .chain_tx_data = {from_unix_seconds(0), 0, 0.001},
    .headers_presync = {.commitment_period = 275, .redownload_buffer = 7017},
};

// -------------------------------------------------------------------------------------------------

constexpr std::array kNetworks{kMain, kTestnet3, kTestnet4, kSignet, kRegtest};

}  // namespace

std::span<const Network> networks() { return kNetworks; }

const Network* network_from_name(std::string_view name) {
  const auto found = std::ranges::find(kNetworks, name, &Network::name);
  return found == kNetworks.end() ? nullptr : &*found;
}

const Network* network_from_magic(const Magic& magic) {
  const auto found = std::ranges::find(kNetworks, magic, &Network::magic);
  return found == kNetworks.end() ? nullptr : &*found;
}

Network custom_signet(const Magic& magic, ByteView challenge) {
  Network network = kSignet;
  network.magic = magic;
  network.signet_challenge = challenge;
  network.minimum_chain_work.reset();
  network.assume_valid.reset();
  network.dns_seeds = {};
  network.assume_utxo = {};
  network.chain_tx_data = {};
  return network;
}

}  // namespace veilwire::protocol
