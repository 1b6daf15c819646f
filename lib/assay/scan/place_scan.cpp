// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/place_scan.hpp"

#include "assay/store/sql.hpp"

#include <algorithm>
#include <span>
#include <string>

namespace assay {
namespace {

/// Postgres takes more than four times as long to plan four times as many.
constexpr std::size_t rows_of_a_statement = 500;

} // namespace

std::size_t readers_of_places(const Workers& workers, std::size_t rows) noexcept {
    return std::clamp<std::size_t>(rows / rows_of_a_statement, 1, std::size_t{workers.jobs()});
}

void scan_places(Session& session, const PlacedTable& table, ScanRequest scan,
                 std::vector<RowPlace> places, BatchSink& sink) {
    // A statement finds a place in every child of a table: each place has to be in one only.
    std::sort(places.begin(), places.end(),
              [](const RowPlace& left, const RowPlace& right) { return left.place < right.place; });
    const auto last =
        std::unique(places.begin(), places.end(), [](const RowPlace& left, const RowPlace& right) {
            return left.place == right.place;
        });
    places.erase(last, places.end());
    const std::string also = condition_sql("AND", scan.where);
    scan.access = RowAccess::index;
    std::span<const RowPlace> left = places;
    while (!left.empty()) {
        const std::size_t count = std::min(left.size(), rows_of_a_statement);
        scan.where = table.condition(left.first(count)) + also;
        session.scan(scan, sink);
        left = left.subspan(count);
    }
}

} // namespace assay
