// The address book as bytes to be kept: see kept_bytes.h. They hold the book's key, and what it takes
// to find each address in the same buckets again.
#pragma once

#include <expected>

#include "veilwire/addr/book.h"
#include "veilwire/addr/kept_bytes.h"

namespace veilwire::addr {

// As many addresses as a book of any figures has places.
inline constexpr std::size_t kMaxKeptAddresses = std::size_t{kBucketPlaces} * 2 * kMaxBuckets;
// 110 bytes each at most.
inline constexpr KeptKind kBookKind{"vwbook\r\n", 1, 110 * kMaxKeptAddresses};

Bytes book_bytes(const AddressBook& book, const protocol::Magic& network);

// With other figures, or another map of autonomous systems, than it was written with, each address goes
// where its source puts it now. An address that may not be kept any more, or whose places are taken, is
// left out.
std::expected<AddressBook, KeptRule> parse_book(ByteView bytes, const protocol::Magic& network,
                                                const BookFigures& figures, Groups groups);

}  // namespace veilwire::addr
