// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/row_hasher.hpp"

#include <catch2/catch.hpp>

#include <string_view>
#include <vector>

using namespace assay;

namespace {

struct Hashes {
    std::vector<std::uint64_t> first;
    std::vector<std::uint64_t> second;
    std::vector<std::uint64_t> exact;
};

/// Of rows of a number and a text.
Hashes hashes_of(const std::vector<std::string_view>& texts, Comparison comparison) {
    RowBatch batch;
    batch.columns = {Column(ColumnType::integer), Column(ColumnType::text)};
    for (const std::string_view text : texts) {
        batch.columns[0].append_integer(7);
        batch.columns[1].append_text(text);
        ++batch.row_count;
    }
    RowHasher hasher({Comparison::number, comparison});
    hasher.hash(batch);
    return {hasher.first(), hasher.second(), hasher.exact()};
}

} // namespace

TEST_CASE("a row has the same hashes whatever rows are read with it") {
    const Hashes plain = hashes_of({"a", "b"}, Comparison::padded_text);
    const Hashes padded = hashes_of({"a ", "b"}, Comparison::padded_text);
    CHECK(padded.first == plain.first);
    CHECK(padded.second == plain.second);
    CHECK(padded.exact[0] != plain.exact[0]);
    CHECK(padded.exact[1] == plain.exact[1]);
    CHECK(plain.first[0] != plain.first[1]);
}

TEST_CASE("where trailing blanks count, no row has a hash that knows them besides") {
    const Hashes plain = hashes_of({"a", "b"}, Comparison::text);
    const Hashes padded = hashes_of({"a ", "b"}, Comparison::text);
    CHECK(padded.first[0] != plain.first[0]);
    CHECK(padded.first[1] == plain.first[1]);
    CHECK(plain.exact == std::vector<std::uint64_t>{0, 0});
}
