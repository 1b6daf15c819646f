// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/table/column_writer.hpp"
#include "assay/table/value.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace assay;

namespace {

struct Cell {
    CellKind kind;
    std::int64_t number;
    std::string bytes;
};

Cell a_cell() {
    const auto kind = static_cast<CellKind>(*rc::gen::inRange(0, 5));
    // Sizes on both sides of each border at which bytes are copied in another way.
    const auto size = *rc::gen::inRange<std::size_t>(0, 70);
    return {kind, *rc::gen::arbitrary<std::int64_t>(),
            *rc::gen::container<std::string>(size, rc::gen::arbitrary<char>())};
}

std::size_t size_of_bytes(const std::vector<Cell>& cells) {
    std::size_t bytes = 0;
    for (const Cell& cell : cells) {
        bytes += cell.bytes.size();
    }
    return bytes;
}

template <typename Target>
void append(const Cell& cell, Target& target) {
    switch (cell.kind) {
    case CellKind::null: target.append_null(); break;
    case CellKind::integer: target.append_integer(cell.number); break;
    case CellKind::real: target.append_real(static_cast<double>(cell.number)); break;
    case CellKind::text: target.append_text(cell.bytes); break;
    case CellKind::blob: target.append_blob(cell.bytes); break;
    }
}

} // namespace

TEST_CASE("a writer appends what the column itself would") {
    rc::prop("any cells, some at a time", [] {
        Column written(ColumnType::other);
        Column appended(ColumnType::other);
        const auto rounds = *rc::gen::inRange(1, 5);
        for (int round = 0; round < rounds; ++round) {
            const auto cells = *rc::gen::container<std::vector<Cell>>(rc::gen::exec(a_cell));
            ColumnWriter writer(written, cells.size());
            writer.make_room(cells.size(), size_of_bytes(cells));
            for (const Cell& cell : cells) {
                append(cell, writer);
                append(cell, appended);
            }
        }
        RC_ASSERT(written.size() == appended.size());
        for (std::size_t row = 0; row < written.size(); ++row) {
            RC_ASSERT(written.kind(row) == appended.kind(row));
            const bool has_bytes =
                written.kind(row) == CellKind::text || written.kind(row) == CellKind::blob;
            if (has_bytes) {
                RC_ASSERT(written.tagged_bytes(row) == appended.tagged_bytes(row));
            } else {
                RC_ASSERT(written.integer(row) == appended.integer(row));
            }
        }
    });
}

TEST_CASE("a text written in place is as long as its end says") {
    Column column(ColumnType::text);
    {
        ColumnWriter writer(column, 2);
        writer.make_room(1, 10);
        writer.begin_text()[0] = 'a';
        writer.end_text(1);
        writer.make_room(1, 3);
        std::string_view("bcd").copy(writer.begin_text(), 3);
        writer.end_text(3);
    }
    CHECK(column.bytes(0) == "a");
    CHECK(column.bytes(1) == "bcd");
    CHECK(column.size() == 2);
}

TEST_CASE("a writer that appends less than it might leaves nothing behind") {
    Column column(ColumnType::integer);
    {
        ColumnWriter writer(column, 1000);
        writer.append_integer(1);
    }
    { const ColumnWriter writer(column, 0); }
    column.append_integer(2);
    REQUIRE(column.size() == 2);
    CHECK(column.integer(0) == 1);
    CHECK(column.integer(1) == 2);
}
