// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/seen_differences.hpp"

#include "assay/command/kept_facts.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <utility>

namespace assay {
namespace {

/// Nobody writes more: of a cause, which may be a time in microseconds, and of a day since 1970.
constexpr std::int64_t most_parameter = std::int64_t{1} << 62;
constexpr std::int64_t most_days = 106'751'991;

Fact fact_of(const SeenSpan& span) {
    return Facts{{"rows", std::to_string(span.rows)},
                 {"first", std::to_string(span.first)},
                 {"last", std::to_string(span.last)},
                 {"first_text", span.first_text},
                 {"last_text", span.last_text}};
}

SeenSpan read_span(const Fact& fact) {
    return {count_of(require(fact, "rows")), number_of(require(fact, "first")),
            number_of(require(fact, "last")), std::string(text_of(require(fact, "first_text"))),
            std::string(text_of(require(fact, "last_text")))};
}

Fact fact_of(const SeenPlace& place) {
    Fact::List days;
    for (const auto& [day, rows] : place.days) {
        days.emplace_back(fmt::format("{} {}", day, rows));
    }
    return Facts{{"rows", std::to_string(place.rows)},
                 {"key", fact_of(place.key)},
                 {"time", fact_of(place.time)},
                 {"days", std::move(days)}};
}

SeenPlace read_place(const Fact& fact) {
    SeenPlace place{count_of(require(fact, "rows")),
                    read_span(require(fact, "key")),
                    read_span(require(fact, "time")),
                    {}};
    for (const Fact& one : list_of(require(fact, "days"))) {
        std::string_view text = text_of(one);
        const std::int64_t day = take_number(text);
        if (day < -most_days || day > most_days) {
            fail_damaged();
        }
        place.days[day] = count_of(Fact(text));
    }
    return place;
}

Fact fact_of(const ColumnChanges& column) {
    Fact::List found;
    for (const auto& [cause, cells] : column.found()) {
        found.emplace_back(
            fmt::format("{} {} {}", static_cast<int>(cause.first), cause.second, cells));
    }
    return Facts{{"cells", std::to_string(column.cells())}, {"found", std::move(found)}};
}

ColumnChanges read_column(const Fact& fact) {
    ColumnChanges::Found found;
    for (const Fact& one : list_of(require(fact, "found"))) {
        std::string_view text = text_of(one);
        const std::int64_t cause = take_number(text);
        const std::int64_t parameter = take_number(text);
        if (cause < 0 || cause > static_cast<std::int64_t>(CellCause::text_cut_in_a) ||
            parameter <= -most_parameter || parameter >= most_parameter) {
            fail_damaged();
        }
        found[{static_cast<CellCause>(cause), parameter}] = count_of(Fact(text));
    }
    return {count_of(require(fact, "cells")), std::move(found)};
}

} // namespace

std::size_t index_of(ChangeKind kind) noexcept { return static_cast<std::size_t>(kind); }

void SeenSpan::add(std::int64_t at, const Value& value) {
    if (rows == 0 || at < first) {
        first = at;
        first_text = display(value);
    }
    if (rows == 0 || at > last) {
        last = at;
        last_text = display(value);
    }
    ++rows;
}

Fact fact_of(const SeenDifferences& seen) {
    Fact::List columns;
    for (const ColumnChanges& column : seen.columns) {
        columns.push_back(fact_of(column));
    }
    Fact::List places;
    for (const SeenPlace& place : seen.places) {
        places.push_back(fact_of(place));
    }
    return Facts{{"columns", std::move(columns)},
                 {"places", std::move(places)},
                 {"samples", Fact::List(seen.samples.begin(), seen.samples.end())}};
}

SeenDifferences read_seen(const Fact& fact) {
    SeenDifferences seen;
    for (const Fact& column : list_of(require(fact, "columns"))) {
        seen.columns.push_back(read_column(column));
    }
    const auto& places = list_of(require(fact, "places"));
    const auto& samples = list_of(require(fact, "samples"));
    if (places.size() != seen.places.size() || samples.size() != seen.samples.size()) {
        fail_damaged();
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
        seen.places.at(i) = read_place(places[i]);
        seen.samples.at(i) = list_of(samples[i]);
    }
    return seen;
}

} // namespace assay
