#include "veilwire/wire/version.h"

#include "veilwire/wire/text_bytes.h"

namespace veilwire::wire {
namespace {

void read_field(Reader& reader, Version& version, VersionEnd field) {
  switch (field) {
    case VersionEnd::kAddrRecv:
      break;
    case VersionEnd::kNonce:
      version.addr_from = LegacyEndpoint::read(reader);
      version.nonce = reader.u64();
      break;
    case VersionEnd::kUserAgent:
      version.user_agent = text_of(reader.sized_bytes(kMaxUserAgentBytes));
      break;
    case VersionEnd::kStartHeight:
      version.start_height = reader.i32();
      break;
    case VersionEnd::kRelay:
      version.relay = reader.u8();
      break;
  }
}

void write_field(Writer& writer, const Version& version, VersionEnd field) {
  switch (field) {
    case VersionEnd::kAddrRecv:
      break;
    case VersionEnd::kNonce:
      version.addr_from.write(writer);
      writer.u64(version.nonce);
      break;
    case VersionEnd::kUserAgent:
      writer.sized_bytes(bytes_of(version.user_agent));
      break;
    case VersionEnd::kStartHeight:
      writer.i32(version.start_height);
      break;
    case VersionEnd::kRelay:
      writer.u8(version.relay);
      break;
  }
}

constexpr VersionEnd kOptionalFields[] = {VersionEnd::kNonce, VersionEnd::kUserAgent,
                                          VersionEnd::kStartHeight, VersionEnd::kRelay};

}  // namespace

Version Version::read(Reader& reader) {
  Version version;
  version.protocol_version = reader.i32();
  version.services = reader.u64();
  version.unix_time = from_unix_seconds(reader.i64());
  version.addr_recv = LegacyEndpoint::read(reader);
  version.ends_after = VersionEnd::kAddrRecv;
  for (const VersionEnd field : kOptionalFields) {
    if (reader.left() == 0) break;
    read_field(reader, version, field);
    version.ends_after = field;
  }
  return version;
}

void Version::write(Writer& writer) const {
  writer.i32(protocol_version);
  writer.u64(services);
  writer.i64(to_unix_seconds(unix_time));
  addr_recv.write(writer);
  for (const VersionEnd field : kOptionalFields) {
    if (field <= ends_after) write_field(writer, *this, field);
  }
}

}  // namespace veilwire::wire
