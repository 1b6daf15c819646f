// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/store/postgres/copy_decoder.hpp"
#include "postgres_support.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

using namespace assay::postgres; // NOLINT(google-build-using-namespace): the layer under test
using assay::CellKind;
using assay::Column;
using assay::ColumnType;
using assay::Error;
using assay::ErrorKind;
using assay::test::pg::RowCollector;

namespace {

std::string big_endian(std::uint64_t value, int bytes) {
    std::string text;
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
        text += static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xffU);
    }
    return text;
}

std::string words(const std::vector<int>& list) {
    std::string text;
    for (const int word : list) {
        text += big_endian(static_cast<std::uint16_t>(word), 2);
    }
    return text;
}

std::string header() { return std::string("PGCOPY\n\377\r\n\0", 11) + big_endian(0, 8); }
std::string trailer() { return "\xff\xff"; }
std::string field(const std::string& bytes) { return big_endian(bytes.size(), 4) + bytes; }
std::string null_field() { return "\xff\xff\xff\xff"; }

/// The cell that a value of that type becomes.
Column decode(Oid oid, ColumnType type, const std::string& bytes) {
    Column column(type);
    const Field field{std::string_view(bytes)};
    value_decoder(oid, type)({&field, 1}, column);
    return column;
}

std::string numeric(const std::vector<int>& list) {
    std::string text;
    append_numeric_text(words(list), text);
    return text;
}

std::vector<CopyColumn> integer_and_text() {
    return {{ColumnType::integer, value_decoder(type_oid::int4, ColumnType::integer)},
            {ColumnType::text, value_decoder(type_oid::text, ColumnType::text)}};
}

std::string two_rows() {
    return header() + big_endian(2, 2) + field(big_endian(7, 4)) + field("a") + big_endian(2, 2) +
           null_field() + field("bc") + trailer();
}

void feed(CopyDecoder& decoder, std::string_view piece) { decoder.feed({&piece, 1}); }

/// Feed the stream in pieces of `size` bytes, some at a time. None lives longer than it has to.
void feed_cut(CopyDecoder& decoder, std::string_view stream, std::size_t size,
              std::size_t together) {
    while (!stream.empty()) {
        std::vector<std::string> pieces;
        while (!stream.empty() && pieces.size() < together) {
            pieces.emplace_back(stream.substr(0, size));
            stream.remove_prefix(pieces.back().size());
        }
        decoder.feed(std::vector<std::string_view>(pieces.begin(), pieces.end()));
    }
}

constexpr int minus = 0x4000;

} // namespace

TEST_CASE("a binary numeric becomes its exact text with its scale") {
    CHECK(numeric({0, 0, 0, 0}) == "0");
    CHECK(numeric({0, 0, 0, 2}) == "0.00");
    CHECK(numeric({1, 0, 0, 0, 7}) == "7");
    CHECK(numeric({2, 0, minus, 2, 1, 1000}) == "-1.10");
    CHECK(numeric({1, 1, 0, 0, 12}) == "120000");
    CHECK(numeric({1, -2, 0, 8, 1}) == "0.00000001");
    CHECK(numeric({3, 1, 0, 3, 1, 2, 3450}) == "10002.345");
    CHECK(numeric({0, 0, 0xc000, 0}) == "NaN");
    CHECK(numeric({0, 0, 0xd000, 0}) == "Infinity");
    CHECK(numeric({0, 0, 0xf000, 0}) == "-Infinity");
}

TEST_CASE("a whole numeric comes back as the number it was made of") {
    rc::prop("up to four digits of base 10,000", [] {
        const auto number = *rc::gen::inRange<std::int64_t>(0, 10'000'000'000'000'000);
        std::vector<int> digits;
        for (std::int64_t rest = number; rest > 0; rest /= 10'000) {
            digits.insert(digits.begin(), static_cast<int>(rest % 10'000));
        }
        std::vector<int> list = {static_cast<int>(digits.size()),
                                 static_cast<int>(digits.size()) - 1, 0, 0};
        list.insert(list.end(), digits.begin(), digits.end());
        RC_ASSERT(numeric(list) == std::to_string(number));
        RC_ASSERT(decode(type_oid::numeric, ColumnType::decimal, words(list)).bytes(0) ==
                  std::to_string(number));
    });
}

TEST_CASE("bytes that are no numeric are refused") {
    CHECK_THROWS_AS(numeric({}), Error);
    CHECK_THROWS_AS(numeric({1, 0, 0, 0}), Error);
    CHECK_THROWS_AS(numeric({1, 0, 0, 0, 10'000}), Error);
    CHECK_THROWS_AS(numeric({0, 0, 0x1234, 0}), Error);
    CHECK_THROWS_AS(numeric({0, 0, 0, 16'384}), Error);
    CHECK_THROWS_AS(numeric({0, 0, 0, 0, 1}), Error);
}

TEST_CASE("integers of every width keep their value") {
    CHECK(decode(type_oid::int2, ColumnType::integer, big_endian(0x8000, 2)).integer(0) == -32'768);
    CHECK(decode(type_oid::int4, ColumnType::integer, "\xff\xff\xff\xff").integer(0) == -1);
    CHECK(decode(type_oid::int8, ColumnType::integer, big_endian(0x8000000000000000U, 8))
              .integer(0) == std::numeric_limits<std::int64_t>::min());
    CHECK(decode(type_oid::boolean, ColumnType::boolean, "\x01").integer(0) == 1);
    CHECK_THROWS_AS(decode(type_oid::int4, ColumnType::integer, "abc"), Error);
    CHECK(decode(type_oid::oid, ColumnType::integer, "\xff\xff\xff\xff").integer(0) ==
          4'294'967'295);
    CHECK(decode(type_oid::tid, ColumnType::integer, std::string("\xff\xff\xff\xff\xff\xff", 6))
              .integer(0) == 281'474'976'710'655);
    CHECK(decode(type_oid::tid, ColumnType::integer, std::string("\0\0\0\1\0\2", 6)).integer(0) ==
          65'538);
    CHECK_THROWS_AS(decode(type_oid::tid, ColumnType::integer, "abcde"), Error);
}

TEST_CASE("a real of four bytes keeps its short decimal value") {
    const auto bits = [](float number) {
        return big_endian(std::bit_cast<std::uint32_t>(number), 4);
    };
    CHECK(decode(type_oid::float4, ColumnType::real, bits(0.1F)).real(0) == 0.1);
    CHECK(std::signbit(decode(type_oid::float4, ColumnType::real, bits(-0.0F)).real(0)));
    CHECK(std::isnan(
        decode(type_oid::float4, ColumnType::real, bits(std::numeric_limits<float>::quiet_NaN()))
            .real(0)));
}

TEST_CASE("dates and times count from 1970 and keep their infinities") {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    CHECK(decode(type_oid::date, ColumnType::date, big_endian(0, 4)).integer(0) == 10'957);
    CHECK(decode(type_oid::date, ColumnType::date, "\x7f\xff\xff\xff").integer(0) == most);
    CHECK(decode(type_oid::date, ColumnType::date, big_endian(0x80000000U, 4)).integer(0) == least);
    CHECK(decode(type_oid::timestamptz, ColumnType::timestamptz, big_endian(1, 8)).integer(0) ==
          946'684'800'000'001);
    CHECK(decode(type_oid::timestamp, ColumnType::timestamp, big_endian(0x8000000000000000U, 8))
              .integer(0) == least);
    // 294276-12-31: later than 64 bits can count from 1970, but not infinite.
    CHECK(decode(type_oid::timestamp, ColumnType::timestamp,
                 big_endian(9'223'371'331'199'999'999U, 8))
              .integer(0) == most - 1);
}

TEST_CASE("case 51: texts lose what pads them and nothing else") {
    CHECK(decode(type_oid::bpchar, ColumnType::text, " a  ").bytes(0) == " a");
    CHECK(decode(type_oid::bpchar, ColumnType::text, "   ").bytes(0).empty());
    CHECK(decode(type_oid::text, ColumnType::text, " a  ").bytes(0) == " a  ");
    CHECK(decode(type_oid::single_char, ColumnType::text, std::string(1, '\0')).bytes(0).empty());
    CHECK(decode(type_oid::jsonb, ColumnType::json, "\x01{}").bytes(0) == "{}");
    CHECK_THROWS_AS(decode(type_oid::jsonb, ColumnType::json, "\x02{}"), Error);
    CHECK(decode(type_oid::uuid, ColumnType::uuid,
                 "\x01\x23\x45\x67\x89\xab\xcd\xef"
                 "\x01\x23\x45\x67\x89\xab\xcd\xef")
              .bytes(0) == "01234567-89ab-cdef-0123-456789abcdef");
    CHECK(decode(type_oid::bytea, ColumnType::bytes, std::string("\0x", 2)).kind(0) ==
          CellKind::blob);
}

TEST_CASE("a uuid is its sixteen bytes in hex") {
    rc::prop("any bytes", [] {
        const auto bytes = *rc::gen::container<std::string>(16, rc::gen::arbitrary<char>());
        std::string text;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            text += i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "";
            text += fmt::format("{:02x}", static_cast<unsigned char>(bytes[i]));
        }
        RC_ASSERT(decode(type_oid::uuid, ColumnType::uuid, bytes).bytes(0) == text);
    });
}

TEST_CASE("case 22: a type that does not hold what the column promises has no decoder") {
    CHECK(value_decoder(type_oid::text, ColumnType::integer) == nullptr);
    CHECK(value_decoder(type_oid::int4, ColumnType::text) == nullptr);
    CHECK(value_decoder(type_oid::numeric, ColumnType::real) == nullptr);
    CHECK(value_decoder(type_oid::interval, ColumnType::interval) == nullptr);
    CHECK(value_decoder(99'999, ColumnType::text) != nullptr); // an enum
}

TEST_CASE("a COPY stream gives the same rows however it is cut") {
    const std::string stream = two_rows();
    for (std::size_t step = 1; step <= stream.size(); ++step) {
        RowCollector collector;
        CopyDecoder decoder(integer_and_text(), 100, collector);
        decoder.begin();
        feed_cut(decoder, stream, step, 1 + step % 3);
        decoder.finish();
        decoder.flush();
        REQUIRE(collector.rows.size() == 2);
        CHECK(collector.rows[0][0].integer == 7);
        CHECK(collector.rows[0][1].bytes == "a");
        CHECK(collector.rows[1][0].kind == CellKind::null);
        CHECK(collector.rows[1][1].bytes == "bc");
    }
}

TEST_CASE("several COPY streams fill one batch, and full batches go out at once") {
    RowCollector collector;
    CopyDecoder decoder(integer_and_text(), 3, collector);
    for (int i = 0; i < 2; ++i) {
        decoder.begin();
        feed(decoder, two_rows());
        decoder.finish();
    }
    CHECK(collector.rows.size() == 3);
    decoder.flush();
    CHECK(collector.rows.size() == 4);
    CHECK(decoder.rows() == 4);
    decoder.flush();
    CHECK(collector.batches == 2);
}

TEST_CASE("rows of any number and size come out as they went in") {
    rc::prop("texts and integers, cut anywhere", [] {
        const int count = *rc::gen::inRange(0, 300);
        const auto row_at = [](int i) {
            // A few rows are longer than what is decoded together.
            return std::string(i % 97 == 5 ? 20'000 + 100 * static_cast<std::size_t>(i)
                                           : static_cast<std::size_t>(i % 71),
                               static_cast<char>('a' + i % 26));
        };
        std::string stream = header();
        for (int i = 0; i < count; ++i) {
            stream += big_endian(2, 2);
            stream += i % 7 == 0 ? null_field() : field(big_endian(static_cast<unsigned>(i), 4));
            stream += field(row_at(i));
        }
        stream += trailer();
        RowCollector collector;
        CopyDecoder decoder(integer_and_text(), *rc::gen::inRange<std::size_t>(1, 200), collector);
        decoder.begin();
        feed_cut(decoder, stream, *rc::gen::inRange<std::size_t>(1, 5'000),
                 *rc::gen::inRange<std::size_t>(1, 70));
        decoder.finish();
        decoder.flush();
        RC_ASSERT(collector.rows.size() == static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) {
            const auto& row = collector.rows[static_cast<std::size_t>(i)];
            RC_ASSERT((i % 7 == 0 ? row[0].kind == CellKind::null : row[0].integer == i));
            RC_ASSERT(row[1].bytes == row_at(i));
        }
    });
}

TEST_CASE("every value of a stream is looked at, also those of its last rows") {
    RowCollector collector;
    CopyDecoder decoder({{ColumnType::uuid, value_decoder(type_oid::uuid, ColumnType::uuid)}}, 100,
                        collector);
    decoder.begin();
    CHECK_THROWS_AS(feed(decoder, header() + big_endian(1, 2) + field("too short") + trailer()),
                    Error);
}

TEST_CASE("rows without columns are counted") {
    RowCollector collector;
    CopyDecoder decoder({}, 100, collector);
    decoder.begin();
    feed(decoder, header() + big_endian(0, 2) + big_endian(0, 2) + trailer());
    decoder.finish();
    decoder.flush();
    CHECK(collector.rows.size() == 2);
}

TEST_CASE("a malformed COPY stream is an error") {
    const auto refused = [](const std::string& stream) {
        RowCollector collector;
        CopyDecoder decoder(integer_and_text(), 100, collector);
        decoder.begin();
        feed(decoder, stream);
        decoder.finish();
    };
    CHECK_THROWS_AS(refused(""), Error);
    CHECK_THROWS_AS(refused("PGCOPX\n"), Error);
    CHECK_THROWS_AS(refused(header()), Error);
    CHECK_THROWS_AS(refused(header() + big_endian(3, 2)), Error);
    CHECK_THROWS_AS(refused(header() + "\xff\xfe"), Error);
    CHECK_THROWS_AS(refused(header() + big_endian(2, 2) + "\xff\xff\xff\xfe"), Error);
    CHECK_THROWS_AS(refused(header() + big_endian(2, 2) + "\x7f\xff\xff\xff"), Error);
    CHECK_THROWS_AS(refused(two_rows() + "x"), Error);
    CHECK_THROWS_AS(refused(std::string("PGCOPY\n\377\r\n\0", 11) + big_endian(1, 4) +
                            big_endian(0, 4) + trailer()),
                    Error);
    CHECK_NOTHROW(refused(header() + trailer()));
}

TEST_CASE("random bytes end in an error and never in a crash") {
    rc::prop("random streams", [](const std::string& bytes, bool with_header) {
        RowCollector collector;
        std::vector<CopyColumn> columns = integer_and_text();
        columns.push_back(
            {ColumnType::decimal, value_decoder(type_oid::numeric, ColumnType::decimal)});
        CopyDecoder decoder(columns, 2, collector);
        decoder.begin();
        bool failed = false;
        try {
            feed(decoder, (with_header ? header() + big_endian(3, 2) : "") + bytes);
            decoder.finish();
        } catch (const Error& error) {
            failed = error.kind() == ErrorKind::query;
        }
        RC_ASSERT(failed);
    });
    rc::prop("random values", [](const std::string& bytes) {
        for (const auto& [oid, type] : {std::pair{type_oid::numeric, ColumnType::decimal},
                                        std::pair{type_oid::uuid, ColumnType::uuid},
                                        std::pair{type_oid::jsonb, ColumnType::json},
                                        std::pair{type_oid::timestamp, ColumnType::timestamp},
                                        std::pair{type_oid::float4, ColumnType::real},
                                        std::pair{type_oid::bpchar, ColumnType::text}}) {
            Column column(type);
            const Field field{std::string_view(bytes)};
            try {
                value_decoder(oid, type)({&field, 1}, column);
                RC_ASSERT(column.size() == 1U);
            } catch (const Error& error) {
                RC_ASSERT(error.kind() == ErrorKind::query);
            }
        }
    });
}

TEST_CASE("case 233: a COPY stream with one byte changed never crashes") {
    rc::prop("one changed byte", [](unsigned char byte) {
        const std::string good = two_rows();
        const auto at = *rc::gen::inRange<std::size_t>(0, good.size());
        std::string bad = good;
        bad[at] = static_cast<char>(byte);
        RowCollector collector;
        CopyDecoder decoder(integer_and_text(), 2, collector);
        decoder.begin();
        try {
            feed(decoder, bad);
            decoder.finish();
            RC_SUCCEED("still a stream");
        } catch (const Error& error) {
            RC_ASSERT(error.kind() == ErrorKind::query);
        }
    });
}
