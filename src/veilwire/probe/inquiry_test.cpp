#include "veilwire/probe/inquiry.h"

#include <gtest/gtest.h>

#include "veilwire/probe/testing/mined_headers.h"

namespace veilwire::probe {
namespace {

using namespace std::chrono_literals;
using protocol::MessageKind;
using testing::headers_payload;
using testing::mined_chain;

constexpr TimePoint kStart{1h};
constexpr TimePoint kDeadline = kStart + 30s;

class InquiryTest : public ::testing::Test {
 protected:
  Inquiry asking(bool addresses, std::uint32_t headers) {
    return Inquiry({.network = *protocol::network_from_name("regtest"),
                    .addresses = addresses,
                    .headers = headers,
                    .deadline = kDeadline},
                   kStart);
  }
  static std::vector<std::string> asked(Inquiry& inquiry) {
    std::vector<std::string> names;
    while (const auto message = inquiry.poll_message()) names.emplace_back(message->type.name());
    return names;
  }
  static Report told(const Inquiry& inquiry) {
    Report report{.target = ""};
    inquiry.tell(report);
    return report;
  }
  // An addr message of `count` entries, each 203.0.113.5:8333.
  static Bytes addr_payload(std::size_t count) {
    Bytes payload;
    wire::Writer writer(payload);
    writer.compact_size(count);
    for (std::size_t i = 0; i < count; ++i) {
      writer.u32(1'700'000'000);
      writer.u64(protocol::kNodeNetwork);
      writer.bytes(Bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 203, 0, 113, 5});
      writer.u16_big_endian(8333);
    }
    return payload;
  }
};

TEST_F(InquiryTest, AwaitsThePingAlone) {
  Inquiry inquiry = asking(false, 0);
  EXPECT_TRUE(asked(inquiry).empty());
  EXPECT_FALSE(inquiry.done());
  EXPECT_EQ(inquiry.next_deadline(), kStart + kAnswerTimeout);
  inquiry.on_round_trip();
  EXPECT_TRUE(inquiry.done());
  EXPECT_EQ(inquiry.next_deadline(), std::nullopt);
  EXPECT_TRUE(told(inquiry).unanswered.empty());
}

TEST_F(InquiryTest, GivesUpWhatIsNotAnsweredAndNamesIt) {
  Inquiry inquiry = asking(true, 5);
  EXPECT_EQ(asked(inquiry), (std::vector<std::string>{"getaddr", "getheaders"}));
  inquiry.on_deadline(kStart + kAnswerTimeout - 1ns);
  EXPECT_FALSE(inquiry.done());
  inquiry.on_deadline(kStart + kAnswerTimeout);
  EXPECT_EQ(inquiry.next_deadline(), kDeadline);  // of getaddr
  inquiry.on_deadline(kDeadline);
  EXPECT_TRUE(inquiry.done());
  const Report report = told(inquiry);
  EXPECT_EQ(report.unanswered, (std::vector<std::string>{"ping", "getaddr", "getheaders"}));
  EXPECT_FALSE(report.addresses);
  EXPECT_FALSE(report.headers);
}

TEST_F(InquiryTest, ManyAddressesAreTheAnswer) {
  Inquiry inquiry = asking(true, 0);
  inquiry.on_round_trip();
  EXPECT_TRUE(
      inquiry.on_message(kStart, MessageKind::kAddr, addr_payload(kMaxRelayedAddresses + 1)));
  EXPECT_TRUE(inquiry.done());
  const Report report = told(inquiry);
  ASSERT_EQ(report.addresses->size(), kMaxRelayedAddresses + 1);
  const AddressSeen& seen = report.addresses->front();
  EXPECT_EQ(seen.network, "ipv4");
  EXPECT_EQ(seen.address, "203.0.113.5:8333");
  EXPECT_EQ(seen.services, protocol::kNodeNetwork);
  EXPECT_EQ(seen.unix_time, from_unix_seconds(1'700'000'000));
}

TEST_F(InquiryTest, FewAddressesMayBeFollowedByMore) {
  Inquiry inquiry = asking(true, 0);
  inquiry.on_round_trip();
  EXPECT_TRUE(inquiry.on_message(kStart + 1s, MessageKind::kAddr, addr_payload(2)));
  EXPECT_EQ(inquiry.next_deadline(), kDeadline);
  EXPECT_FALSE(inquiry.on_message(kStart + 25s, MessageKind::kAddr, addr_payload(3)));
  EXPECT_EQ(inquiry.next_deadline(), kDeadline);
  inquiry.on_deadline(kDeadline);
  EXPECT_TRUE(inquiry.done());
  EXPECT_EQ(told(inquiry).addresses->size(), 5);
  EXPECT_TRUE(told(inquiry).unanswered.empty());
}

TEST_F(InquiryTest, APeerThatAnnouncesItselfHasNotAnswered) {
  Inquiry inquiry = asking(true, 0);
  inquiry.on_round_trip();
  EXPECT_FALSE(inquiry.on_message(kStart, MessageKind::kAddr, addr_payload(1)));
  EXPECT_FALSE(told(inquiry).addresses);
  EXPECT_EQ(told(inquiry).unanswered, std::vector<std::string>{"getaddr"});
  EXPECT_TRUE(inquiry.on_message(kStart + 4s, MessageKind::kAddr, addr_payload(1000)));
  EXPECT_TRUE(inquiry.done());
  EXPECT_EQ(told(inquiry).addresses->size(), 1000);
  EXPECT_TRUE(told(inquiry).unanswered.empty());
}

TEST_F(InquiryTest, KeepsABoundedNumberOfAddresses) {
  Inquiry inquiry = asking(true, 0);
  for (std::size_t sent = 0; sent < 2 * kMaxAddressesKept; sent += kMaxRelayedAddresses) {
    inquiry.on_message(kStart, MessageKind::kAddr, addr_payload(kMaxRelayedAddresses));
  }
  EXPECT_EQ(told(inquiry).addresses->size(), kMaxAddressesKept);
}

TEST_F(InquiryTest, HeadersAreAskedForUntilThereAreEnough) {
  const auto chain = mined_chain(wire::kMaxHeaders + 10);
  const std::span all(chain);
  Inquiry inquiry = asking(false, wire::kMaxHeaders + 5);
  inquiry.on_round_trip();
  EXPECT_EQ(asked(inquiry).size(), 1);
  EXPECT_TRUE(inquiry.on_message(kStart, MessageKind::kHeaders,
                                 headers_payload(all.first(wire::kMaxHeaders))));
  EXPECT_EQ(asked(inquiry), std::vector<std::string>{"getheaders"});
  inquiry.on_message(kStart, MessageKind::kHeaders,
                     headers_payload(all.subspan(wire::kMaxHeaders)));
  EXPECT_TRUE(inquiry.done());
  const Report report = told(inquiry);
  EXPECT_EQ(report.headers->count, wire::kMaxHeaders + 5);
  EXPECT_EQ(report.headers->last_hash, chain[wire::kMaxHeaders + 4].hash());
}

TEST_F(InquiryTest, HeadersThatStopHalfwayAreNamedAsUnanswered) {
  const auto chain = mined_chain(wire::kMaxHeaders);
  Inquiry inquiry = asking(false, 800'000);
  inquiry.on_round_trip();
  inquiry.on_message(kStart, MessageKind::kHeaders, headers_payload(chain));
  const std::vector<std::string> unanswered{"getheaders"};
  EXPECT_EQ(told(inquiry).unanswered, unanswered) << "awaited";
  inquiry.on_deadline(kStart + kAnswerTimeout);
  EXPECT_TRUE(inquiry.done());
  const Report report = told(inquiry);
  EXPECT_EQ(report.unanswered, unanswered) << "given up";
  EXPECT_EQ(report.headers->asked, 800'000);
  EXPECT_EQ(report.headers->count, wire::kMaxHeaders);
}

TEST_F(InquiryTest, AShortAnswerEndsTheHeaders) {
  for (const std::size_t count : {0U, 3U}) {
    Inquiry inquiry = asking(false, 100);
    inquiry.on_round_trip();
    inquiry.on_message(kStart, MessageKind::kHeaders, headers_payload(mined_chain(count)));
    EXPECT_TRUE(inquiry.done());
    EXPECT_EQ(told(inquiry).headers->count, count);
  }
}

TEST_F(InquiryTest, HeadersThatDoNotChainAreAFailure) {
  auto chain = mined_chain(3);
  chain.erase(chain.begin() + 1);
  Inquiry inquiry = asking(false, 3);
  inquiry.on_message(kStart, MessageKind::kHeaders, headers_payload(chain));
  ASSERT_TRUE(inquiry.failure());
  EXPECT_TRUE(inquiry.done());
  EXPECT_EQ(inquiry.failure()->error, "bad_headers");
  EXPECT_EQ(inquiry.failure()->text, "the peer's header 2 does not name the one before it");
}

TEST_F(InquiryTest, MalformedAnswersAreAFailure) {
  for (const MessageKind kind : {MessageKind::kAddr, MessageKind::kAddrV2, MessageKind::kHeaders}) {
    Inquiry inquiry = asking(true, 5);
    EXPECT_TRUE(inquiry.on_message(kStart, kind, Bytes{0x01, 0x02}));
    ASSERT_TRUE(inquiry.failure()) << protocol::message_name(kind);
    EXPECT_EQ(inquiry.failure()->error, "malformed_message");
  }
}

TEST_F(InquiryTest, WhatWasNotAskedIsNoAnswer) {
  Inquiry inquiry = asking(false, 0);
  for (const MessageKind kind : {MessageKind::kAddr, MessageKind::kAddrV2, MessageKind::kHeaders,
                                 MessageKind::kInv, MessageKind::kUnknown}) {
    EXPECT_FALSE(inquiry.on_message(kStart, kind, Bytes{0x01, 0x02}))
        << protocol::message_name(kind);
  }
  EXPECT_FALSE(inquiry.failure());
}

}  // namespace
}  // namespace veilwire::probe
