// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/window_condition.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace assay;

namespace {

Micros at(std::string_view text) { return parse_time(text).value().micros; }

ColumnSpec column(ColumnType type) {
    ColumnSpec spec;
    spec.name = "a\"t";
    spec.type = type;
    return spec;
}

TimeForms forms(TimeEncoding encoding, std::int64_t values = 10, std::int64_t naive = 0) {
    TimeForms found;
    found.encodings.at(static_cast<std::size_t>(encoding)) = values;
    found.naive = naive;
    return found;
}

/// Two hours after noon; the clocks that name no zone are an hour ahead.
std::string condition(StoreKind kind, ColumnType type, const TimeForms& found) {
    const Micros from = at("2024-01-26 12:00:00.000001");
    const Micros to = at("2024-01-26 14:00:00");
    constexpr Micros ahead = 3600 * micros_per_second;
    return window_condition(kind, column(type), found, {from, from + ahead}, {to, to + ahead});
}

} // namespace

TEST_CASE("a window is a condition on a type of the server") {
    const auto native = forms(TimeEncoding::native);
    CHECK(condition(StoreKind::postgresql, ColumnType::timestamptz, native) ==
          "\"a\"\"t\" >= TIMESTAMPTZ '2024-01-26T12:00:00.000001Z' AND \"a\"\"t\" < TIMESTAMPTZ "
          "'2024-01-26T14:00:00Z'");
    CHECK(condition(StoreKind::postgresql, ColumnType::timestamp, native) ==
          "\"a\"\"t\" >= TIMESTAMP '2024-01-26 13:00:00.000001' AND \"a\"\"t\" < TIMESTAMP "
          "'2024-01-26 15:00:00'");
}

TEST_CASE("a window of days begins and ends with a day, also where the clocks changed") {
    const Micros from = at("2024-03-30 23:00:00");
    const Micros to = at("2024-04-02 01:00:00");
    CHECK(window_condition(StoreKind::postgresql, column(ColumnType::date), {}, {from, from},
                           {to, to}) ==
          "\"a\"\"t\" >= DATE '2024-03-31' AND \"a\"\"t\" < DATE '2024-04-02'");
    CHECK(window_condition(StoreKind::sqlite, column(ColumnType::date),
                           forms(TimeEncoding::iso_text, 3, 3), {from, from}, {to, to}) ==
          "date(\"a\"\"t\") >= '2024-03-31' AND date(\"a\"\"t\") < '2024-04-02'");
}

TEST_CASE("in SQLite a window is a condition on what its column holds") {
    const auto in = [](const TimeForms& found) {
        return condition(StoreKind::sqlite, ColumnType::timestamp, found);
    };
    CHECK(in(forms(TimeEncoding::iso_text, 10, 10)) ==
          "strftime('%Y-%m-%d %H:%M:%f', \"a\"\"t\") >= '2024-01-26 13:00:00.000001' AND "
          "strftime('%Y-%m-%d %H:%M:%f', \"a\"\"t\") < '2024-01-26 15:00:00'");
    CHECK(in(forms(TimeEncoding::epoch_seconds)) ==
          "\"a\"\"t\" >= 1706270400.000001 AND \"a\"\"t\" < 1706277600.000000");
    CHECK(in(forms(TimeEncoding::epoch_millis)) ==
          "\"a\"\"t\" >= 1706270400000.001 AND \"a\"\"t\" < 1706277600000.000");
    CHECK(in(forms(TimeEncoding::epoch_micros)) ==
          "\"a\"\"t\" >= 1706270400000001 AND \"a\"\"t\" < 1706277600000000");
    CHECK(in(forms(TimeEncoding::epoch_nanos)) ==
          "\"a\"\"t\" >= 1706270400000001000 AND \"a\"\"t\" < 1706277600000000000");
}

TEST_CASE("a column that writes its times in several ways gets the condition that reads them all") {
    TimeForms mixed = forms(TimeEncoding::iso_text, 10, 10);
    mixed.encodings.at(static_cast<std::size_t>(TimeEncoding::epoch_seconds)) = 1;
    for (const auto& found : {mixed, forms(TimeEncoding::iso_text, 10, 3), TimeForms{}}) {
        const auto sql = condition(StoreKind::sqlite, ColumnType::timestamp, found);
        CHECK(sql.starts_with("(CASE typeof(\"a\"\"t\")"));
        CHECK(sql.find(") AND NOT (CASE typeof(") != std::string::npos);
    }
}
