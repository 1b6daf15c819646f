// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/state_io.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <bit>
#include <limits>

namespace assay {

namespace {

constexpr unsigned payload_bits = 7;
constexpr std::uint64_t more_follows = 0x80;

} // namespace

void StateWriter::begin(StateTag tag, std::uint8_t version) {
    m_bytes->append(tag.text());
    u8(version);
}

void StateWriter::real(double number) {
    static_assert(std::numeric_limits<double>::is_iec559);
    u64(std::bit_cast<std::uint64_t>(number));
}

void StateWriter::varint(std::uint64_t number) {
    for (; number >= more_follows; number >>= payload_bits) {
        u8(static_cast<std::uint8_t>(number | more_follows));
    }
    u8(static_cast<std::uint8_t>(number));
}

void StateWriter::signed_varint(std::int64_t number) {
    const auto bits = static_cast<std::uint64_t>(number);
    varint((bits << 1) ^ (number < 0 ? ~std::uint64_t{0} : 0));
}

void StateWriter::bytes(std::string_view bytes) {
    varint(bytes.size());
    m_bytes->append(bytes);
}

void StateWriter::little_endian(std::uint64_t number, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        u8(static_cast<std::uint8_t>(number >> (8 * i)));
    }
}

std::uint8_t StateReader::begin(StateTag tag, std::uint8_t newest) {
    const std::string_view found = take(tag.text().size());
    if (found != tag.text()) {
        fail("begins with '" + escape_text(found) + "' where '" + std::string(tag.text()) +
             "' should be");
    }
    const std::uint8_t version = u8();
    if (version == 0 || version > newest) {
        fail("has version " + std::to_string(version) + " of '" + std::string(tag.text()) +
             "', this assay reads 1 to " + std::to_string(newest));
    }
    return version;
}

void StateReader::hashes() {
    const std::string_view found = bytes();
    if (found != hash_identity) {
        fail("has hashes of the sort '" + truncate_to_width(escape_text(found), 40) +
             "', which cannot be compared with those of this assay ('" +
             std::string(hash_identity) + "')");
    }
}

void StateReader::end() const {
    if (remaining() != 0) {
        fail("goes on for " + count_of(static_cast<std::int64_t>(remaining()), "byte") +
             " behind its end");
    }
}

double StateReader::real() { return std::bit_cast<double>(u64()); }

std::uint64_t StateReader::varint() {
    std::uint64_t number = 0;
    for (unsigned shift = 0;; shift += payload_bits) {
        const std::uint64_t byte = u8();
        const std::uint64_t payload = byte & ~more_follows;
        // The tenth byte has room for one bit more.
        expect(shift < 63 || byte <= 1, "has a number of more than 64 bits");
        number |= payload << shift;
        if ((byte & more_follows) == 0) {
            expect(byte != 0 || shift == 0, "has a number with needless zeros");
            return number;
        }
    }
}

std::int64_t StateReader::signed_varint() {
    const std::uint64_t number = varint();
    return static_cast<std::int64_t>((number >> 1) ^ (~(number & 1) + 1));
}

std::size_t StateReader::length(std::size_t item_size) {
    const std::uint64_t items = varint();
    expect(items <= remaining() / item_size, "ends before all that it announces");
    return static_cast<std::size_t>(items);
}

std::int64_t StateReader::tally() { return tally_after(0); }

std::int64_t StateReader::tally_after(std::int64_t counted) {
    const std::uint64_t number = varint();
    expect(number <= static_cast<std::uint64_t>(max_tally - counted),
           "counts more values than there can be");
    return static_cast<std::int64_t>(number);
}

void StateReader::fail(const std::string& problem) const {
    throw Error(ErrorKind::usage, m_name + " " + problem,
                "it is damaged, or another version of assay wrote it");
}

void StateReader::expect(bool is_right, std::string_view problem) const {
    if (!is_right) {
        fail(std::string(problem));
    }
}

std::string_view StateReader::take(std::uint64_t size) {
    expect(size <= remaining(), "ends early");
    const std::string_view taken = m_bytes.substr(m_position, static_cast<std::size_t>(size));
    m_position += taken.size();
    return taken;
}

std::uint64_t StateReader::little_endian(std::size_t size) {
    std::uint64_t number = 0;
    unsigned shift = 0;
    for (const char byte : take(size)) {
        number |= std::uint64_t{static_cast<unsigned char>(byte)} << shift;
        shift += 8;
    }
    return number;
}

} // namespace assay
