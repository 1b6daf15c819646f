// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace assay {

/// Hash algorithm and version of the canonical bytes that are hashed. Sketches of hashes made in
/// another way look alike and must never meet, so that every saved one names its hash.
inline constexpr std::string_view hash_identity = "xxh3-64/1";

/// What begins a saved state and says whose it is: four letters.
class StateTag {
public:
    /// From a literal such as "HLLR"; any other length does not compile.
    explicit consteval StateTag(const char (&letters)[5])
        : m_letters{letters[0], letters[1], letters[2], letters[3]} {}
    std::string_view text() const noexcept { return {m_letters.data(), m_letters.size()}; }

private:
    std::array<char, 4> m_letters;
};

/// Appends the state of sketches to a text of bytes: little endian and the same on every machine.
class StateWriter {
public:
    /// @param bytes is appended to, and outlives the writer.
    explicit StateWriter(std::string& bytes) noexcept : m_bytes(&bytes) {}

    /// The tag and the version of the layout that follows, 1 or more.
    void begin(StateTag tag, std::uint8_t version);
    /// That the hashes in this state are those of `hash_identity`.
    void hashes() { bytes(hash_identity); }

    void u8(std::uint8_t number) { m_bytes->push_back(static_cast<char>(number)); }
    void u32(std::uint32_t number) { little_endian(number, sizeof number); }
    void u64(std::uint64_t number) { little_endian(number, sizeof number); }
    void i64(std::int64_t number) { u64(static_cast<std::uint64_t>(number)); }
    /// The 64 IEEE bits, NaN and -0.0 as they are.
    void real(double number);
    /// Unsigned LEB128: 7 bits a byte, 1 to 10 bytes.
    void varint(std::uint64_t number);
    /// A varint in zig-zag order (0, -1, 1, -2, ...), short for numbers near 0.
    void signed_varint(std::int64_t number);
    /// The length as a varint, then the bytes.
    void bytes(std::string_view bytes);

private:
    void little_endian(std::uint64_t number, std::size_t size);

    std::string* m_bytes;
};

/// Reads what a StateWriter wrote and trusts none of it: every function throws Error of kind usage,
/// as for any saved file that is not ours, when the state ends early or cannot be one. There is one
/// way to write each number, so that what was read is written again as the same bytes.
class StateReader {
public:
    /// The most values that a state may claim to have seen: sums of a few of them stay far from the
    /// end of an int64, and each is exact as a double.
    static constexpr std::int64_t max_tally = std::int64_t{1} << 53;

    /// @param bytes outlives the reader, and what bytes() gives out.
    /// @param name what messages call it: "saved state of orders.amount".
    explicit StateReader(std::string_view bytes, std::string name = "saved state")
        : m_bytes(bytes), m_name(std::move(name)) {}

    /// Expect this tag and a version from 1 to `newest`. @return the version.
    std::uint8_t begin(StateTag tag, std::uint8_t newest);
    /// Expect hashes of `hash_identity`.
    void hashes();
    /// Expect that nothing is left.
    void end() const;

    std::uint8_t u8() { return static_cast<std::uint8_t>(take(1).front()); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(little_endian(4)); }
    std::uint64_t u64() { return little_endian(8); }
    std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
    double real();
    std::uint64_t varint();
    std::int64_t signed_varint();
    std::string_view bytes() { return take(varint()); }

    /// A varint that says how many items follow, each of at least `item_size` (1 or more) bytes; a
    /// number that the rest of the state cannot hold is refused before anybody makes room for it.
    std::size_t length(std::size_t item_size);
    /// A varint that counts values: 0 to max_tally.
    std::int64_t tally();
    /// The same, on top of what was counted: the sum is at most max_tally, too.
    std::int64_t tally_after(std::int64_t counted);

    std::size_t remaining() const noexcept { return m_bytes.size() - m_position; }
    /// Refuse the state for a reason that only the reader's user can see.
    /// @param problem follows the name: "has 3 registers".
    [[noreturn]] void fail(const std::string& problem) const;
    /// The same unless `is_right`.
    void expect(bool is_right, std::string_view problem) const;

private:
    std::string_view take(std::uint64_t size);
    std::uint64_t little_endian(std::size_t size);

    std::string_view m_bytes;
    std::size_t m_position = 0;
    std::string m_name;
};

} // namespace assay
