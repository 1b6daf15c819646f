// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/column_accumulator.hpp"

#include "assay/metric/cell_hash.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace std::string_literals;
using assay::CellKind;
using assay::Column;
using assay::ColumnAccumulator;
using assay::ColumnProfile;
using assay::ColumnSpec;
using assay::ColumnType;
using assay::Value;

namespace {

constexpr std::array<ColumnType, 14> all_types = {
    ColumnType::boolean,     ColumnType::integer,  ColumnType::real, ColumnType::decimal,
    ColumnType::text,        ColumnType::date,     ColumnType::time, ColumnType::timestamp,
    ColumnType::timestamptz, ColumnType::interval, ColumnType::uuid, ColumnType::bytes,
    ColumnType::json,        ColumnType::other};

std::string a_text() {
    static const std::vector<std::string> odd = {"",
                                                 " ",
                                                 "\t\u3000",
                                                 "abc",
                                                 "Abc",
                                                 "\xff\xfe",
                                                 "\xc3",
                                                 "\u00e9t\u00e9",
                                                 "2024-01-31",
                                                 "2024-02-30",
                                                 "12",
                                                 "1.5",
                                                 "NaN",
                                                 "\0x"s,
                                                 std::string(300, 'y'),
                                                 std::string(299, 'y') + "z"};
    return *rc::gen::oneOf(rc::gen::elementOf(odd), rc::gen::arbitrary<std::string>());
}

std::string a_decimal() {
    static const std::vector<std::string> odd = {"0",
                                                 "0.00",
                                                 "-0",
                                                 "1.1",
                                                 "1.10",
                                                 "-1.100",
                                                 "NaN",
                                                 "Infinity",
                                                 "-Infinity",
                                                 std::string(1'000, '7'),
                                                 "-" + std::string(1'000, '7'),
                                                 "0." + std::string(999, '3') + "4",
                                                 "0." + std::string(999, '3') + "5",
                                                 "0." + std::string(1'000, '0') + "1",
                                                 "9007199254740993",
                                                 "9007199254740992"};
    const auto plain = rc::gen::map(rc::gen::inRange(-5'000, 5'000), [](int cents) {
        return std::to_string(cents / 100) + "." + std::to_string(std::abs(cents % 100));
    });
    return *rc::gen::oneOf(rc::gen::elementOf(odd), plain);
}

double a_real() {
    static const std::vector<double> odd = {
        0.0,       -0.0,  1.0,    2.0,  std::nan(""),      HUGE_VAL,
        -HUGE_VAL, 1e300, 5e-324, -1.5, 9007199254740993.0};
    return *rc::gen::oneOf(
        rc::gen::elementOf(odd),
        rc::gen::map(rc::gen::inRange(-1'000, 1'000), [](int number) { return number / 8.0; }));
}

std::int64_t an_integer() {
    static const std::vector<std::int64_t> odd = {std::numeric_limits<std::int64_t>::min(),
                                                  std::numeric_limits<std::int64_t>::max(), 0, 1,
                                                  9007199254740993};
    return *rc::gen::oneOf(rc::gen::elementOf(odd), rc::gen::inRange<std::int64_t>(-30, 30));
}

void append_native(Column& column) {
    switch (column.type()) {
    case ColumnType::boolean: column.append_integer(*rc::gen::inRange(0, 2)); return;
    case ColumnType::integer:
    case ColumnType::date:
    case ColumnType::time:
    case ColumnType::timestamp:
    case ColumnType::timestamptz: column.append_integer(an_integer()); return;
    case ColumnType::real: column.append_real(a_real()); return;
    case ColumnType::decimal: column.append_text(a_decimal()); return;
    case ColumnType::bytes: column.append_blob(a_text()); return;
    case ColumnType::text:
    case ColumnType::interval:
    case ColumnType::uuid:
    case ColumnType::json:
    case ColumnType::other: column.append_text(a_text()); return;
    }
}

void append_any(Column& column) {
    switch (*rc::gen::inRange(0, 4)) {
    case 0: column.append_integer(an_integer()); return;
    case 1: column.append_real(a_real()); return;
    case 2: column.append_text(a_text()); return;
    default: column.append_blob(a_text()); return;
    }
}

void append_cell(Column& column, const ColumnSpec& spec) {
    if (*rc::gen::inRange(0, 6) == 0) {
        column.append_null();
    } else if (spec.enforced) {
        append_native(column);
    } else {
        append_any(column);
    }
}

void copy_cell(const Column& from, std::size_t row, Column& to) {
    switch (from.kind(row)) {
    case CellKind::null: to.append_null(); return;
    case CellKind::integer: to.append_integer(from.integer(row)); return;
    case CellKind::real: to.append_real(from.real(row)); return;
    case CellKind::text: to.append_text(from.bytes(row)); return;
    case CellKind::blob: to.append_blob(from.bytes(row)); return;
    }
}

/// What a slow and obvious computation over the same cells says.
struct Expectation {
    std::int64_t nans = 0;
    std::int64_t infinities = 0;
    std::map<std::string, std::int64_t> counts; ///< by canonical bytes
    std::vector<Value> numbers;
    std::vector<Value> texts;
};

bool is_number(const Value& value) {
    return value.kind == CellKind::integer || value.kind == CellKind::real;
}

/// NaN, an infinity or neither.
enum class Special : std::uint8_t { none, nan, infinity };

Special special(const Value& value, const ColumnSpec& spec) {
    if (value.kind == CellKind::real && !std::isfinite(value.real)) {
        return std::isnan(value.real) ? Special::nan : Special::infinity;
    }
    const bool extreme = value.integer == std::numeric_limits<std::int64_t>::min() ||
                         value.integer == std::numeric_limits<std::int64_t>::max();
    if (value.kind == CellKind::integer && spec.enforced && is_temporal(spec.type) && extreme) {
        return Special::infinity;
    }
    if (spec.type == ColumnType::decimal && spec.enforced && value.kind == CellKind::text) {
        return value.bytes == "NaN"                ? Special::nan
               : value.bytes.ends_with("Infinity") ? Special::infinity
                                                   : Special::none;
    }
    return Special::none;
}

Expectation expect(const Column& column, const ColumnSpec& spec) {
    Expectation expected;
    for (std::size_t row = 0; row < column.size(); ++row) {
        const Value value = assay::value_at(column, row);
        if (value.kind == CellKind::null) {
            continue;
        }
        std::string canonical;
        assay::append_canonical(column, row, canonical);
        ++expected.counts[canonical];
        const Special kind = special(value, spec);
        expected.nans += kind == Special::nan ? 1 : 0;
        expected.infinities += kind == Special::infinity ? 1 : 0;
        const bool decimal = spec.type == ColumnType::decimal && spec.enforced;
        if (kind == Special::none && (is_number(value) || decimal)) {
            expected.numbers.push_back(value);
        } else if (value.kind == CellKind::text && !decimal) {
            expected.texts.push_back(value);
        }
    }
    return expected;
}

bool has_numbers(ColumnType type) {
    return is_numeric(type) || is_temporal(type) || type == ColumnType::time;
}

bool less(const Value& left, const Value& right) {
    if (left.kind == CellKind::text && left.type != ColumnType::decimal) {
        return left.bytes < right.bytes;
    }
    return assay::compare(left, right) < 0;
}

double as_double(const Value& value) {
    if (value.kind == CellKind::integer) {
        return static_cast<double>(value.integer);
    }
    return value.kind == CellKind::real ? value.real : std::strtod(value.bytes.c_str(), nullptr);
}

void check_range(const ColumnProfile& profile, const ColumnSpec& spec,
                 const Expectation& expected) {
    const bool numbers = has_numbers(spec.type) && !expected.numbers.empty();
    const bool ordered =
        has_numbers(spec.type) || spec.type == ColumnType::text || spec.type == ColumnType::uuid;
    std::vector<Value> values = numbers ? expected.numbers : expected.texts;
    RC_ASSERT(profile.min.has_value() == (ordered && !values.empty()));
    RC_ASSERT(profile.max.has_value() == profile.min.has_value());
    if (!profile.min) {
        return;
    }
    const auto [low, high] = std::minmax_element(values.begin(), values.end(), less);
    if (numbers) {
        RC_ASSERT(assay::compare(*profile.min, *low) == 0);
        RC_ASSERT(assay::compare(*profile.max, *high) == 0);
    } else {
        RC_ASSERT(profile.min->bytes == low->bytes);
        RC_ASSERT(profile.max->bytes == high->bytes);
    }
}

void check_distribution(const ColumnProfile& profile, const ColumnSpec& spec,
                        const Expectation& expected) {
    std::vector<double> numbers;
    for (const Value& value : expected.numbers) {
        numbers.push_back(as_double(value));
    }
    std::sort(numbers.begin(), numbers.end());
    const bool finite = std::all_of(numbers.begin(), numbers.end(),
                                    [](double number) { return std::isfinite(number); });
    RC_ASSERT(profile.mean.has_value() == (is_numeric(spec.type) && !numbers.empty() && finite));
    if (profile.mean) {
        long double sum = 0;
        long double scale = 0;
        for (const double number : numbers) {
            sum += number;
            scale += std::fabs(number);
        }
        const auto n = static_cast<long double>(numbers.size());
        RC_ASSERT(
            *profile.mean ==
            Approx(static_cast<double>(sum / n)).margin(static_cast<double>(scale / n) * 1e-14));
    }
    if (!has_numbers(spec.type)) {
        RC_ASSERT(profile.quantiles.empty());
        return;
    }
    if (finite) {
        RC_ASSERT(profile.quantiles.size() == (numbers.empty() ? 0U : 7U));
    }
    for (const auto& quantile : profile.quantiles) {
        const double position =
            std::ceil(quantile.rank * static_cast<double>(numbers.size()) - 1e-9);
        const auto index = static_cast<std::size_t>(std::max(position, 1.0)) - 1;
        RC_ASSERT(as_double(quantile.value) == numbers[index]);
    }
}

void check_top(const ColumnProfile& profile, const Expectation& expected) {
    std::vector<std::int64_t> counts;
    for (const auto& entry : expected.counts) {
        counts.push_back(entry.second);
    }
    std::sort(counts.rbegin(), counts.rend());
    if (counts.empty() || counts.front() == 1) {
        RC_ASSERT(profile.top.empty());
        return;
    }
    RC_ASSERT(profile.top.size() == std::min<std::size_t>(10, counts.size()));
    for (std::size_t i = 0; i < profile.top.size(); ++i) {
        RC_ASSERT(profile.top[i].count == counts[i]);
        RC_ASSERT(profile.top[i].count_max == counts[i]);
    }
}

ColumnSpec a_spec() {
    ColumnSpec spec;
    spec.type = *rc::gen::elementOf(all_types);
    spec.enforced = *rc::gen::arbitrary<bool>();
    return spec;
}

Column a_column(const ColumnSpec& spec) {
    Column column(spec.type);
    const int rows = *rc::gen::inRange(0, 60);
    for (int i = 0; i < rows; ++i) {
        append_cell(column, spec);
    }
    return column;
}

bool same(const std::optional<Value>& left, const std::optional<Value>& right) {
    return left == right || (left && right && left->kind == CellKind::real &&
                             right->kind == CellKind::real && assay::compare(*left, *right) == 0);
}

void check_same_exact_results(const ColumnProfile& a, const ColumnProfile& b) {
    RC_ASSERT(a.rows == b.rows);
    RC_ASSERT(a.nulls == b.nulls);
    RC_ASSERT(a.blanks == b.blanks);
    RC_ASSERT(a.integers == b.integers);
    RC_ASSERT(a.reals == b.reals);
    RC_ASSERT(a.texts == b.texts);
    RC_ASSERT(a.blobs == b.blobs);
    RC_ASSERT(a.misfits == b.misfits);
    RC_ASSERT(same(a.misfit_example, b.misfit_example));
    RC_ASSERT(a.nans == b.nans);
    RC_ASSERT(a.infinities == b.infinities);
    RC_ASSERT(a.invalid_utf8 == b.invalid_utf8);
    RC_ASSERT(a.distinct == b.distinct);
    RC_ASSERT(same(a.min, b.min));
    RC_ASSERT(same(a.max, b.max));
    RC_ASSERT(a.quantiles.size() == b.quantiles.size());
    for (std::size_t i = 0; i < a.quantiles.size(); ++i) {
        RC_ASSERT(a.quantiles[i].value == b.quantiles[i].value);
    }
    RC_ASSERT(a.lengths.has_value() == b.lengths.has_value());
    if (a.lengths) {
        RC_ASSERT(a.lengths->min == b.lengths->min);
        RC_ASSERT(a.lengths->max == b.lengths->max);
        RC_ASSERT(a.lengths->mean == b.lengths->mean);
    }
    RC_ASSERT(a.top.size() == b.top.size());
    for (std::size_t i = 0; i < a.top.size(); ++i) {
        RC_ASSERT(same(a.top[i].value, b.top[i].value));
        RC_ASSERT(a.top[i].count == b.top[i].count);
    }
    RC_ASSERT(a.patterns.size() == b.patterns.size());
    for (std::size_t i = 0; i < a.patterns.size(); ++i) {
        RC_ASSERT(a.patterns[i].mask == b.patterns[i].mask);
        RC_ASSERT(a.patterns[i].count == b.patterns[i].count);
    }
    RC_ASSERT(a.mean.has_value() == b.mean.has_value());
    if (a.mean && a.reals == 0 && a.texts == 0) {
        RC_ASSERT(*a.mean == *b.mean);
    }
}

} // namespace

TEST_CASE("the fast hash of a cell is the canonical one") {
    rc::prop("for every type and kind", [] {
        const ColumnSpec spec = a_spec();
        const Column column = a_column(spec);
        std::string scratch;
        std::string other;
        for (std::uint32_t row = 0; row < column.size(); ++row) {
            std::uint64_t hash = 0;
            assay::hash_cells(column, column.kind(row), {&row, 1}, &hash, scratch);
            RC_ASSERT(hash == assay::canonical_hash(column, row, other));
        }
    });
}

TEST_CASE("every exact result equals a slow computation over the same cells") {
    rc::prop("for every type and any mixture of kinds", [] {
        const ColumnSpec spec = a_spec();
        const Column column = a_column(spec);
        ColumnAccumulator accumulator(spec, 0, {});
        accumulator.update(column);
        const ColumnProfile profile = accumulator.result();
        const Expectation expected = expect(column, spec);
        RC_ASSERT(profile.rows == static_cast<std::int64_t>(column.size()));
        RC_ASSERT(profile.nulls + profile.integers + profile.reals + profile.texts +
                      profile.blobs ==
                  profile.rows);
        RC_ASSERT(profile.nans == expected.nans);
        RC_ASSERT(profile.infinities == expected.infinities);
        RC_ASSERT(profile.distinct.value == static_cast<std::int64_t>(expected.counts.size()));
        check_range(profile, spec, expected);
        check_distribution(profile, spec, expected);
        check_top(profile, expected);
    });
}

TEST_CASE("accumulators of the parts merge into the accumulator of the whole") {
    rc::prop("for every type, any split and any batches", [] {
        const ColumnSpec spec = a_spec();
        const Column column = a_column(spec);
        ColumnAccumulator whole(spec, 0, {});
        whole.update(column);

        const int parts = *rc::gen::inRange(1, 5);
        ColumnAccumulator merged(spec, 0, {});
        std::size_t row = 0;
        for (int part = 0; part < parts; ++part) {
            const std::size_t end = part + 1 == parts
                                        ? column.size()
                                        : *rc::gen::inRange<std::size_t>(row, column.size() + 1);
            ColumnAccumulator piece(spec, 0, {});
            Column batch(spec.type);
            for (; row < end; ++row) {
                copy_cell(column, row, batch);
                if (batch.size() == 7) {
                    piece.update(batch);
                    batch.clear();
                }
            }
            piece.update(batch);
            merged.merge(piece);
        }
        check_same_exact_results(merged.result(), whole.result());
    });
}
