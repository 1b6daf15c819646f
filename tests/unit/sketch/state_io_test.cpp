// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/state_io.hpp"

#include "assay/base/error.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <bit>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>

using assay::StateReader;
using assay::StateTag;
using assay::StateWriter;

namespace {

using Limits = std::numeric_limits<std::int64_t>;

constexpr StateTag letters("TEST");

std::string written(const std::function<void(StateWriter&)>& write) {
    std::string bytes;
    StateWriter writer(bytes);
    write(writer);
    return bytes;
}

/// What the error says when `read` meets these bytes; empty if it takes them.
std::string refusal(std::string_view bytes, const std::function<void(StateReader&)>& read) {
    try {
        StateReader reader(bytes, "state of x");
        read(reader);
        reader.end();
        return {};
    } catch (const assay::Error& error) {
        CHECK(error.kind() == assay::ErrorKind::usage);
        CHECK_FALSE(error.hint().empty());
        return error.what();
    }
}

const auto read_varint = [](StateReader& reader) { reader.varint(); };
const auto read_begin = [](StateReader& reader) { reader.begin(letters, 2); };

} // namespace

TEST_CASE("a state has the same bytes on every machine") {
    using namespace std::string_literals;
    const std::string bytes = written([](StateWriter& writer) {
        writer.begin(letters, 1);
        writer.u8(0xab);
        writer.u32(0x01020304);
        writer.u64(0x0102030405060708);
        writer.i64(-2);
        writer.real(1);
        writer.varint(300);
        writer.signed_varint(-1);
        writer.bytes("xy");
    });
    CHECK(bytes == "TEST\x01\xab\x04\x03\x02\x01"
                   "\x08\x07\x06\x05\x04\x03\x02\x01\xfe\xff\xff\xff\xff\xff\xff\xff"
                   "\0\0\0\0\0\0\xf0\x3f\xac\x02\x01\x02xy"s);
}

TEST_CASE("numbers are read as they were written") {
    rc::prop("of every sort",
             [](std::uint64_t number, std::int64_t other, const std::string& text) {
                 const auto narrow = static_cast<std::uint32_t>(number);
                 const std::string bytes = written([&](StateWriter& writer) {
                     writer.u32(narrow);
                     writer.u64(number);
                     writer.i64(other);
                     writer.real(std::bit_cast<double>(number));
                     writer.varint(number >> (number & 63));
                     writer.signed_varint(other);
                     writer.bytes(text);
                 });
                 StateReader reader(bytes);
                 RC_ASSERT(reader.u32() == narrow);
                 RC_ASSERT(reader.u64() == number);
                 RC_ASSERT(reader.i64() == other);
                 RC_ASSERT(std::bit_cast<std::uint64_t>(reader.real()) == number);
                 RC_ASSERT(reader.varint() == number >> (number & 63));
                 RC_ASSERT(reader.signed_varint() == other);
                 RC_ASSERT(reader.bytes() == text);
                 RC_ASSERT(reader.remaining() == 0U);
                 reader.end();
             });
}

TEST_CASE("the extremes of 64 bits fit a varint of 10 bytes") {
    for (const std::int64_t number : {Limits::min(), Limits::max(), std::int64_t{0}}) {
        const std::string bytes =
            written([&](StateWriter& writer) { writer.signed_varint(number); });
        CHECK(StateReader(bytes).signed_varint() == number);
        CHECK(bytes.size() == (number == 0 ? 1 : 10));
    }
    const auto largest = std::numeric_limits<std::uint64_t>::max();
    const std::string bytes = written([&](StateWriter& writer) { writer.varint(largest); });
    CHECK(bytes.size() == 10);
    CHECK(StateReader(bytes).varint() == largest);
}

TEST_CASE("a state that ends early or goes on too long is refused") {
    CHECK(refusal("", read_varint) == "state of x ends early");
    CHECK(refusal("\xff", read_varint) == "state of x ends early");
    CHECK(refusal("abc", [](StateReader& reader) { reader.u32(); }) == "state of x ends early");
    CHECK(refusal("\x05"
                  "abcd",
                  [](StateReader& reader) { reader.bytes(); }) == "state of x ends early");
    CHECK(refusal("abc", [](StateReader& reader) { reader.u8(); }) ==
          "state of x goes on for 2 bytes behind its end");
}

TEST_CASE("lengths are held against what is left before anybody makes room") {
    const std::string huge = written([](StateWriter& writer) { writer.varint(1ULL << 60); });
    const auto length = [](StateReader& reader) { reader.length(1); };
    CHECK(refusal(huge, length) == "state of x ends before all that it announces");
    CHECK(refusal(huge, [](StateReader& reader) { reader.bytes(); }) == "state of x ends early");
    CHECK(StateReader("\x02"
                      "abcd")
              .length(2) == 2);
    CHECK_THROWS_AS(StateReader("\x02"
                                "abc")
                        .length(2),
                    assay::Error);
}

TEST_CASE("numbers with more bytes than they need or can have are refused") {
    CHECK(refusal(std::string(10, '\xff'), read_varint) ==
          "state of x has a number of more than 64 bits");
    CHECK(refusal(std::string(9, '\xff') + '\x02', read_varint) ==
          "state of x has a number of more than 64 bits");
    CHECK(refusal(std::string("\x80\0", 2), read_varint) ==
          "state of x has a number with needless zeros");
}

TEST_CASE("counts of values stay far from overflow") {
    const std::string most =
        written([](StateWriter& writer) { writer.varint(std::uint64_t{StateReader::max_tally}); });
    CHECK(StateReader(most).tally() == StateReader::max_tally);
    CHECK(refusal(most, [](StateReader& reader) { reader.tally_after(1); }) ==
          "state of x counts more values than there can be");
}

TEST_CASE("the tag and the version of a state must be known") {
    CHECK(refusal("TEST\x02", read_begin).empty());
    CHECK(refusal("TEXT\x01", read_begin) ==
          "state of x begins with 'TEXT' where 'TEST' should be");
    CHECK(refusal("\n\x1b[m\x01", read_begin) ==
          "state of x begins with '\\n\\x1b[m' where 'TEST' should be");
    CHECK(refusal("TEST\x03", read_begin) ==
          "state of x has version 3 of 'TEST', this assay reads 1 to 2");
    CHECK(refusal(std::string("TEST\0", 5), read_begin) ==
          "state of x has version 0 of 'TEST', this assay reads 1 to 2");
}

TEST_CASE("hashes of another sort are refused in a clear sentence") {
    const auto read = [](StateReader& reader) { reader.hashes(); };
    CHECK(refusal(written([](StateWriter& writer) { writer.hashes(); }), read).empty());
    CHECK(refusal(written([](StateWriter& writer) { writer.bytes("xxh3-64/2"); }), read) ==
          "state of x has hashes of the sort 'xxh3-64/2', which cannot be compared with those of "
          "this assay ('xxh3-64/1')");
}
