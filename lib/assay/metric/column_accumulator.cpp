// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/column_accumulator.hpp"

#include "assay/base/time.hpp"
#include "assay/metric/cell_hash.hpp"
#include "assay/metric/number_summary.hpp"
#include "assay/metric/text_summary.hpp"
#include "assay/metric/top_values.hpp"
#include "assay/sketch/distinct_counter.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace assay {

namespace {

constexpr std::array<double, 7> quantile_ranks = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};
constexpr std::size_t most_listed = 10;

/// Types whose values lie at a distance from each other.
bool has_distance(ColumnType type) noexcept {
    return is_numeric(type) || is_temporal(type) || type == ColumnType::time;
}

/// Types whose texts have a length that says something.
bool has_length(ColumnType type) noexcept {
    return !has_distance(type) && type != ColumnType::boolean;
}

bool has_text_order(ColumnType type) noexcept {
    return has_distance(type) || type == ColumnType::text || type == ColumnType::uuid;
}

bool is_infinite_time(ColumnType type, std::int64_t value) noexcept {
    return is_temporal(type) && (value == std::numeric_limits<std::int64_t>::min() ||
                                 value == std::numeric_limits<std::int64_t>::max());
}

/// Does a cell hold what the declared type promises, where the store does not see to it?
bool fits(ColumnType type, const Column& column, std::size_t row) noexcept {
    const CellKind kind = column.kind(row);
    const bool number = kind == CellKind::integer || kind == CellKind::real;
    switch (type) {
    case ColumnType::integer: return kind == CellKind::integer;
    case ColumnType::boolean:
        return kind == CellKind::integer && (column.integer(row) == 0 || column.integer(row) == 1);
    case ColumnType::real:
    case ColumnType::decimal: return number;
    case ColumnType::text:
    case ColumnType::uuid:
    case ColumnType::json:
    case ColumnType::interval:
    case ColumnType::time: return kind == CellKind::text;
    case ColumnType::date:
    case ColumnType::timestamp:
    case ColumnType::timestamptz:
        return number || (kind == CellKind::text && parse_time(column.bytes(row)));
    case ColumnType::bytes:
    case ColumnType::other: return true;
    }
    return true;
}

} // namespace

AccumulatorLimits AccumulatorLimits::for_memory(std::size_t bytes, std::size_t columns) noexcept {
    // Sketches, top values and patterns of a column at their largest, with texts of usual length.
    constexpr std::size_t fixed = std::size_t{256} * 1024;
    const std::size_t share = bytes / std::max<std::size_t>(columns, 1);
    const std::size_t variable = share > fixed ? share - fixed : 0;
    AccumulatorLimits limits;
    // Two thirds for the set, whose table has a power of two of slots and is filled to 3/4.
    const std::size_t slots = std::bit_floor(variable / 3 * 2 / sizeof(std::uint64_t));
    limits.exact_distinct = slots / 4 * 3;
    limits.exact_quantiles = variable / 3 / sizeof(std::int64_t);
    return limits;
}

struct ColumnAccumulator::State {
    State(const ColumnSpec& spec, std::size_t ordinal, const AccumulatorLimits& limits)
        : type(spec.type), enforced(spec.enforced), numbers_matter(has_distance(spec.type)),
          lengths_matter(has_length(spec.type)), texts_order(has_text_order(spec.type)),
          decimal_texts(spec.enforced && spec.type == ColumnType::decimal),
          distinct(limits.exact_distinct), distribution(limits.exact_quantiles) {
        counts.ordinal = ordinal;
    }

    void update(const Column& column);
    void add_integer(std::int64_t value);
    void add_real(double value);
    void add_text(std::string_view text, Sight sight);
    void add_decimal(std::string_view text, const DecimalNumber& number);
    void add_blob(std::string_view bytes);
    Sight add_hash(const Column& column, std::size_t row);
    void note_misfit(const Column& column, std::size_t row);
    void settle();
    void merge(const State& other);
    void merge_counts(const ColumnProfile& other);
    Value shown(Value value) const;
    void fill_range(ColumnProfile& profile) const;
    void fill_distribution(ColumnProfile& profile) const;
    Count distinct_count() const;

    ColumnType type;
    bool enforced;
    bool numbers_matter; ///< for range, moments and quantiles
    bool lengths_matter;
    bool texts_order;
    bool decimal_texts; ///< texts are decimal numbers

    ColumnProfile counts; ///< only its counters and the example of a misfit
    bool beyond_double = false;
    DistinctCounter distinct;
    TopValues top;
    NumberRange number_range;
    Distribution distribution;
    TextRange text_range;
    LengthSummary lengths;
    PatternSummary patterns;

    /// Hashes that wait to be added together, so that the cache misses of the set overlap.
    std::array<std::uint64_t, 256> hashes{};
    std::size_t pending_hashes = 0;
    std::string scratch;
};

void ColumnAccumulator::State::update(const Column& column) {
    const std::size_t size = column.size();
    counts.rows += static_cast<std::int64_t>(size);
    for (std::size_t row = 0; row < size; ++row) {
        const CellKind kind = column.kind(row);
        if (kind == CellKind::null) {
            ++counts.nulls;
            continue;
        }
        const Sight sight = add_hash(column, row);
        switch (kind) {
        case CellKind::null: break;
        case CellKind::integer: add_integer(column.integer(row)); break;
        case CellKind::real: add_real(column.real(row)); break;
        case CellKind::text: add_text(column.bytes(row), sight); break;
        case CellKind::blob: add_blob(column.bytes(row)); break;
        }
        if (!enforced && !fits(type, column, row)) {
            note_misfit(column, row);
        }
    }
    settle();
}

void ColumnAccumulator::State::add_integer(std::int64_t value) {
    ++counts.integers;
    if (is_infinite_time(type, value)) {
        ++counts.infinities;
    } else if (numbers_matter) {
        number_range.add(value);
        distribution.add(value);
    }
}

void ColumnAccumulator::State::add_real(double value) {
    ++counts.reals;
    if (std::isnan(value)) {
        ++counts.nans;
    } else if (std::isinf(value)) {
        ++counts.infinities;
    } else if (numbers_matter) {
        number_range.add(value);
        distribution.add(value);
    }
}

void ColumnAccumulator::State::add_text(std::string_view text, Sight sight) {
    ++counts.texts;
    if (decimal_texts) {
        const DecimalNumber number = read_decimal(text);
        if (number.kind != DecimalNumber::Kind::not_a_decimal) {
            add_decimal(text, number);
            return;
        }
    }
    const TextShape shape = shape_of(text);
    counts.blanks += shape.blank ? 1 : 0;
    counts.invalid_utf8 += shape.valid_utf8 ? 0 : 1;
    if (lengths_matter) {
        lengths.add(shape.code_points);
    }
    if (texts_order && sight == Sight::maybe_first) {
        text_range.add(text);
    }
    if (type == ColumnType::text) {
        patterns.add(text);
    }
}

void ColumnAccumulator::State::add_decimal(std::string_view text, const DecimalNumber& number) {
    switch (number.kind) {
    case DecimalNumber::Kind::nan: ++counts.nans; break;
    case DecimalNumber::Kind::infinite: ++counts.infinities; break;
    case DecimalNumber::Kind::finite:
        beyond_double = beyond_double || number.beyond_double;
        number_range.add(text, number.value);
        distribution.add(number.value);
        break;
    case DecimalNumber::Kind::not_a_decimal: break;
    }
}

void ColumnAccumulator::State::add_blob(std::string_view bytes) {
    ++counts.blobs;
    if (lengths_matter) {
        lengths.add(static_cast<std::int64_t>(bytes.size()));
    }
}

Sight ColumnAccumulator::State::add_hash(const Column& column, std::size_t row) {
    const std::uint64_t hash = cell_hash(column, row, scratch);
    const Sight sight = top.add(hash, column, row);
    // A value that is tracked among the frequent ones is in the set already.
    if (sight == Sight::maybe_first) {
        hashes[pending_hashes++] = hash;
        if (pending_hashes == hashes.size()) {
            distinct.add(hashes);
            pending_hashes = 0;
        }
    }
    return sight;
}

void ColumnAccumulator::State::note_misfit(const Column& column, std::size_t row) {
    ++counts.misfits;
    if (!counts.misfit_example) {
        counts.misfit_example = shown(value_at(column, row));
    }
}

void ColumnAccumulator::State::settle() {
    distinct.add(std::span<const std::uint64_t>(hashes).first(pending_hashes));
    pending_hashes = 0;
    distribution.settle();
}

void ColumnAccumulator::State::merge(const State& other) {
    merge_counts(other.counts);
    beyond_double = beyond_double || other.beyond_double;
    distinct.merge(other.distinct);
    top.merge(other.top);
    number_range.merge(other.number_range);
    distribution.merge(other.distribution);
    text_range.merge(other.text_range);
    lengths.merge(other.lengths);
    patterns.merge(other.patterns);
}

void ColumnAccumulator::State::merge_counts(const ColumnProfile& other) {
    counts.rows += other.rows;
    counts.nulls += other.nulls;
    counts.blanks += other.blanks;
    counts.integers += other.integers;
    counts.reals += other.reals;
    counts.texts += other.texts;
    counts.blobs += other.blobs;
    counts.misfits += other.misfits;
    counts.nans += other.nans;
    counts.infinities += other.infinities;
    counts.invalid_utf8 += other.invalid_utf8;
    if (!counts.misfit_example) {
        counts.misfit_example = other.misfit_example;
    }
}

/// A value with the type by which people should read it: that of the column, unless the store holds
/// a number there that is neither a date of its own nor a boolean.
Value ColumnAccumulator::State::shown(Value value) const {
    const bool number = value.kind == CellKind::integer || value.kind == CellKind::real;
    const bool truth =
        value.kind == CellKind::integer && (value.integer == 0 || value.integer == 1);
    const bool misread =
        type == ColumnType::boolean ? !truth : has_distance(type) && !is_numeric(type);
    value.type = type;
    if (!enforced && number && misread) {
        value.type = value.kind == CellKind::integer ? ColumnType::integer : ColumnType::real;
    }
    return value;
}

/// Numbers come first where the type is one of numbers or times and there are any; else texts.
/// Blobs have no part in it, nor have types without a useful order.
void ColumnAccumulator::State::fill_range(ColumnProfile& profile) const {
    if (auto least = number_range.min()) {
        profile.min = shown(std::move(*least));
        profile.max = shown(*number_range.max());
    } else if (!text_range.empty()) {
        profile.min = shown({type, CellKind::text, 0, 0, text_range.min()});
        profile.max = shown({type, CellKind::text, 0, 0, text_range.max()});
    }
}

void ColumnAccumulator::State::fill_distribution(ColumnProfile& profile) const {
    // With numbers that no double can hold, neither mean nor deviation are known.
    if (is_numeric(type) && !beyond_double) {
        profile.mean = distribution.moments().mean();
        profile.stddev = distribution.moments().stddev();
    }
    for (Quantile& quantile : distribution.quantiles(quantile_ranks)) {
        const bool cut =
            beyond_double && std::fabs(quantile.value.real) == std::numeric_limits<double>::max();
        if (!cut) {
            profile.quantiles.push_back({quantile.rank, shown(std::move(quantile.value))});
        }
    }
    profile.quantile_rank_error = distribution.rank_error();
    profile.quantile_method = profile.quantile_rank_error == 0 ? Method::exact : Method::estimate;
}

Count ColumnAccumulator::State::distinct_count() const {
    const DistinctCount count = distinct.count();
    if (count.exact) {
        return {count.value, Method::exact, std::nullopt, std::nullopt};
    }
    const std::int64_t most = counts.rows - counts.nulls;
    return {std::min(count.value, most), Method::estimate, std::min(count.lower, most),
            std::min(count.upper, most)};
}

ColumnAccumulator::ColumnAccumulator(const ColumnSpec& spec, std::size_t ordinal,
                                     const AccumulatorLimits& limits)
    : m_state(std::make_unique<State>(spec, ordinal, limits)) {}
ColumnAccumulator::~ColumnAccumulator() = default;
ColumnAccumulator::ColumnAccumulator(ColumnAccumulator&&) noexcept = default;
ColumnAccumulator& ColumnAccumulator::operator=(ColumnAccumulator&&) noexcept = default;

void ColumnAccumulator::update(const Column& column) { m_state->update(column); }

void ColumnAccumulator::merge(const ColumnAccumulator& other) { m_state->merge(*other.m_state); }

ColumnProfile ColumnAccumulator::result() const {
    ColumnProfile profile = m_state->counts;
    profile.distinct = m_state->distinct_count();
    m_state->fill_range(profile);
    m_state->fill_distribution(profile);
    profile.lengths = m_state->lengths.result();
    profile.patterns = m_state->patterns.result(most_listed);
    profile.top = m_state->top.result(most_listed);
    for (TopValue& item : profile.top) {
        item.value = m_state->shown(std::move(item.value));
    }
    return profile;
}

} // namespace assay
