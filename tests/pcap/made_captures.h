// Capture files made byte by byte, in either byte order, whole or wrong on purpose.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace understudy {

using Bytes = std::vector<std::uint8_t>;

/// Appends numbers in one byte order.
class ByteMaker {
 public:
  explicit ByteMaker(bool big_endian) : big_endian_(big_endian) {}

  ByteMaker& u8(std::uint64_t value) { return number(value, 1); }
  ByteMaker& u16(std::uint64_t value) { return number(value, 2); }
  ByteMaker& u32(std::uint64_t value) { return number(value, 4); }
  ByteMaker& u64(std::uint64_t value) { return number(value, 8); }
  ByteMaker& raw(const Bytes& more) {
    bytes_.insert(bytes_.end(), more.begin(), more.end());
    return *this;
  }
  ByteMaker& pad() {
    bytes_.resize((bytes_.size() + 3) / 4 * 4);
    return *this;
  }
  const Bytes& bytes() const { return bytes_; }

 private:
  ByteMaker& number(std::uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i) {
      const unsigned byte = big_endian_ ? size - 1 - i : i;
      bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * byte)));
    }
    return *this;
  }

  bool big_endian_;
  Bytes bytes_;
};

/// A pcap file.
class MadePcap {
 public:
  explicit MadePcap(bool big_endian = false, std::uint32_t magic = 0xa1b2c3d4,
                    std::uint32_t link_type = 1, std::uint16_t minor = 4)
      : maker_(big_endian), modified_(magic == 0xa1b2cd34) {
    maker_.u32(magic).u16(2).u16(minor).u32(0).u32(0).u32(65535).u32(link_type);
  }

  MadePcap& packet(std::uint32_t seconds, std::uint32_t fraction, const Bytes& bytes,
                   std::uint32_t original = 0) {
    return record(seconds, fraction, static_cast<std::uint32_t>(bytes.size()),
                  original == 0 ? static_cast<std::uint32_t>(bytes.size()) : original, bytes);
  }
  /// Lengths as they are told.
  MadePcap& record(std::uint32_t seconds, std::uint32_t fraction, std::uint32_t first_length,
                   std::uint32_t second_length, const Bytes& bytes) {
    maker_.u32(seconds).u32(fraction).u32(first_length).u32(second_length);
    if (modified_) maker_.u32(2).u16(0x0800).u8(0).u8(0);  // interface, protocol, packet type
    maker_.raw(bytes);
    return *this;
  }
  const Bytes& bytes() const { return maker_.bytes(); }

 private:
  ByteMaker maker_;
  bool modified_;
};

/// Sections of a pcapng file, one after another; each may have a byte order of its own.
class MadePcapng {
 public:
  explicit MadePcapng(bool big_endian = false) { section(big_endian); }

  MadePcapng& section(bool big_endian, std::uint16_t major = 1) {
    big_endian_ = big_endian;
    return block(0x0a0d0d0a,
                 maker().u32(0x1a2b3c4d).u16(major).u16(0).u64(~std::uint64_t{0}).bytes());
  }
  struct Interface {
    std::uint16_t link_type = 1;
    std::uint32_t snap_length = 0;
    std::string_view name = {};
    int resolution = -1;  // as if_tsresol has it
    std::int64_t offset = 0;
  };
  MadePcapng& interface(const Interface& made) {
    ByteMaker body = maker();
    body.u16(made.link_type).u16(0).u32(made.snap_length);
    if (!made.name.empty()) {
      body.u16(2).u16(made.name.size()).raw(Bytes(made.name.begin(), made.name.end())).pad();
    }
    if (made.resolution >= 0) {
      body.u16(9).u16(1).u8(static_cast<std::uint64_t>(made.resolution)).pad();
    }
    if (made.offset != 0) body.u16(14).u16(8).u64(static_cast<std::uint64_t>(made.offset));
    return block(1, body.u32(0).bytes());
  }
  MadePcapng& packet(std::uint32_t interface, std::uint64_t ticks, const Bytes& bytes,
                     std::uint32_t original = 0) {
    const auto size = static_cast<std::uint32_t>(bytes.size());
    return enhanced(interface, ticks, size, original == 0 ? size : original, bytes);
  }
  /// An enhanced packet block with lengths as they are told.
  MadePcapng& enhanced(std::uint32_t interface, std::uint64_t ticks, std::uint32_t captured,
                       std::uint32_t original, const Bytes& bytes) {
    ByteMaker body = maker();
    body.u32(interface).u32(ticks >> 32).u32(ticks & 0xffffffff).u32(captured).u32(original);
    return block(6, body.raw(bytes).pad().bytes());
  }
  MadePcapng& obsolete(std::uint16_t interface, std::uint64_t ticks, const Bytes& bytes) {
    ByteMaker body = maker();
    body.u16(interface).u16(0).u32(ticks >> 32).u32(ticks & 0xffffffff);
    return block(2, body.u32(bytes.size()).u32(bytes.size()).raw(bytes).pad().bytes());
  }
  MadePcapng& simple(std::uint32_t original, const Bytes& bytes) {
    return block(3, maker().u32(original).raw(bytes).pad().bytes());
  }
  MadePcapng& block(std::uint32_t type, const Bytes& body) {
    const auto size = static_cast<std::uint32_t>(body.size() + 12);
    return block_of_size(type, size, body, size);
  }
  /// With lengths as they are told.
  MadePcapng& block_of_size(std::uint32_t type, std::uint32_t size, const Bytes& body,
                            std::uint32_t tail) {
    const Bytes made = maker().u32(type).u32(size).raw(body).u32(tail).bytes();
    bytes_.insert(bytes_.end(), made.begin(), made.end());
    return *this;
  }
  const Bytes& bytes() const { return bytes_; }

 private:
  ByteMaker maker() const { return ByteMaker(big_endian_); }

  bool big_endian_ = false;
  Bytes bytes_;
};

}  // namespace understudy
