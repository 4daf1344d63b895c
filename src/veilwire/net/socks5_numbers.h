// What both ends of SOCKS5 say (RFC 1928) and of its login (RFC 1929). Private to the folder.
#pragma once

#include <cstdint>

namespace veilwire::net::socks5 {

inline constexpr std::uint8_t kVersion = 5;
inline constexpr std::uint8_t kLoginVersion = 1;

// Methods of authentication.
inline constexpr std::uint8_t kMethodNone = 0;
inline constexpr std::uint8_t kMethodLogin = 2;
inline constexpr std::uint8_t kNoMethodFits = 0xff;

inline constexpr std::uint8_t kConnect = 1;

// Kinds of addresses.
inline constexpr std::uint8_t kIpv4 = 1;
inline constexpr std::uint8_t kName = 3;
inline constexpr std::uint8_t kIpv6 = 4;

}  // namespace veilwire::net::socks5
