// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/column_accumulator.hpp"

#include "assay/base/decimal.hpp"
#include "assay/metric/cell_hash.hpp"
#include "assay/metric/chunk.hpp"
#include "assay/metric/declared_fit.hpp"
#include "assay/metric/number_summary.hpp"
#include "assay/metric/text_accumulator.hpp"
#include "assay/sketch/distinct_counter.hpp"
#include "assay/sketch/quota.hpp"
#include "assay/sketch/state_io.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <span>
#include <tuple>
#include <utility>

namespace assay {

namespace {

constexpr std::array<double, 7> quantile_ranks = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};
constexpr std::size_t most_listed = 10;
/// Of distinct values: 4 KiB, standard error 1.6 %. What a history keeps.
constexpr unsigned least_precision = 12;
/// The table of so many takes as much as the sketch that replaces it.
constexpr std::size_t least_exact_distinct = 384;

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

bool is_infinite_time(std::int64_t value) noexcept {
    return value == std::numeric_limits<std::int64_t>::min() ||
           value == std::numeric_limits<std::int64_t>::max();
}

} // namespace

AccumulatorLimits AccumulatorLimits::for_memory(std::size_t bytes, std::size_t columns,
                                                unsigned threads) noexcept {
    const std::size_t share = bytes / std::max<std::size_t>(columns, 1);
    const std::size_t room = share / std::max(threads, 1U);
    AccumulatorLimits limits;
    limits.shrink_sketches(room);
    const std::size_t sketches = limits.sketch_bytes();
    const std::size_t set = room / 4 * 3 > sketches ? room / 4 * 3 - sketches : 0;
    const std::size_t values = share > sketches ? share / 4 : 0;
    // The table of the set has a power of two of slots and is filled to 3/4.
    limits.exact_distinct =
        std::max(least_exact_distinct, std::bit_floor(set / sizeof(std::uint64_t)) / 4 * 3);
    limits.exact_quantiles = values / sizeof(std::int64_t);
    return limits;
}

unsigned AccumulatorLimits::threads_for(std::size_t bytes, std::size_t columns) noexcept {
    // A third is for sketches above the smallest size and for the rest of the program.
    const std::size_t threads = bytes / 3 * 2 / least_bytes / std::max<std::size_t>(columns, 1);
    return static_cast<unsigned>(
        std::clamp<std::size_t>(threads, 1, std::numeric_limits<unsigned>::max()));
}

/// @param room bytes of a column and thread
void AccumulatorLimits::shrink_sketches(std::size_t room) noexcept {
    constexpr std::size_t least_slots = 256;   // a history keeps half of them
    constexpr std::size_t bytes_of_slot = 192; // with the rest that comes with them
    top_slots = std::clamp(std::bit_floor(room / bytes_of_slot), least_slots, top_slots);
    texts.remembered = std::min(texts.remembered, top_slots / 4);
    texts.pattern_slots = std::min(texts.pattern_slots, top_slots / 4);
    if (top_slots < FrequentItems::default_slots / 2) {
        distinct_precision = least_precision;
    }
}

struct ColumnAccumulator::State {
    State(const ColumnSpec& spec, std::size_t ordinal, const AccumulatorLimits& column_limits,
          std::shared_ptr<Quota> shared_quota)
        : type(spec.type), enforced(spec.enforced), limits(column_limits),
          quota(std::move(shared_quota)), unique(limits.uniqueness == Uniqueness::declared),
          numbers_matter(has_distance(spec.type)), lengths_matter(has_length(spec.type)),
          decimal_texts(spec.enforced && spec.type == ColumnType::decimal),
          distinct(limits.exact_distinct, limits.distinct_precision), top(limits.top_slots),
          distribution(quota),
          texts({lengths_matter, has_text_order(spec.type), spec.type == ColumnType::text},
                limits.texts) {
        counts.ordinal = ordinal;
    }

    void update(const Column& column, std::size_t first, std::size_t count);
    void add_integers(const Column& column, std::span<const std::uint32_t> rows);
    void add_reals(const Column& column, std::span<const std::uint32_t> rows);
    void add_texts(const Column& column, std::span<const std::uint32_t> rows);
    void add_decimals(const Column& column, std::span<const std::uint32_t> rows);
    DecimalNumber read_long_decimal(std::string_view text);
    void add_moments_of_texts(const Column& column, std::span<const std::uint32_t> rows,
                              std::size_t finite);
    void add_blobs(const Column& column, std::span<const std::uint32_t> rows);
    void hash_and_see(const Column& column, CellKind kind, std::span<const std::uint32_t> rows);
    void see(const Column& column, std::span<const std::uint32_t> rows);
    template <typename T>
    void add_numbers(std::span<const T> numbers);
    void note_misfits(const Column& column, CellKind kind, std::span<const std::uint32_t> rows);
    void merge(const State& other);
    void merge_counts(const ColumnProfile& other);
    Value shown(Value value) const;
    void fill_range(ColumnProfile& profile) const;
    void fill_distribution(ColumnProfile& profile) const;
    Count distinct_count() const;

    /// Where a row is: its part, and its place among the rows of it.
    using Place = std::tuple<std::size_t, std::int64_t>;

    ColumnType type;
    bool enforced;
    AccumulatorLimits limits;
    std::shared_ptr<Quota> quota;
    bool unique;         ///< by declaration
    bool numbers_matter; ///< for range, moments and quantiles
    bool lengths_matter;
    bool decimal_texts; ///< texts are decimal numbers

    ColumnProfile counts; ///< only its counters and the example of a misfit
    Place misfit_place;
    std::size_t part = 0;
    std::int64_t rows_of_part = 0; ///< before the batch at hand
    bool beyond_double = false;
    bool rounded = false; ///< some decimal is not what its double is written as
    DistinctCounter distinct;
    TopValues top;
    NumberRange number_range;
    Distribution distribution;
    TextAccumulator texts;

    // Of the values at hand, as far as they are set.
    std::array<std::uint64_t, chunk_rows> hashes{};
    std::array<Sight, chunk_rows> sights{};
    std::string scratch;
};

void ColumnAccumulator::State::update(const Column& column, std::size_t first, std::size_t count) {
    const SortedRows rows(column, first, count);
    counts.rows += static_cast<std::int64_t>(count);
    counts.nulls += static_cast<std::int64_t>(rows.of(CellKind::null).size());
    if (const auto integers = rows.of(CellKind::integer); !integers.empty()) {
        add_integers(column, integers);
    }
    if (const auto reals = rows.of(CellKind::real); !reals.empty()) {
        add_reals(column, reals);
    }
    if (const auto texts_here = rows.of(CellKind::text); !texts_here.empty()) {
        add_texts(column, texts_here);
    }
    if (const auto blobs = rows.of(CellKind::blob); !blobs.empty()) {
        add_blobs(column, blobs);
    }
    if (!enforced) {
        for (const CellKind kind :
             {CellKind::integer, CellKind::real, CellKind::text, CellKind::blob}) {
            note_misfits(column, kind, rows.of(kind));
        }
    }
}

template <typename T>
void ColumnAccumulator::State::add_numbers(std::span<const T> numbers) {
    if (numbers_matter && !numbers.empty()) {
        number_range.add(numbers);
        distribution.add(numbers);
    }
}

/// Count values, whose hashes are known, among the distinct and the frequent ones.
void ColumnAccumulator::State::see(const Column& column, std::span<const std::uint32_t> rows) {
    Few<std::uint64_t> fresh;
    top.add({hashes.data(), rows.size()}, column, rows, [&](std::size_t i, Sight sight) {
        sights.data()[i] = sight;
        // A value that is tracked among the frequent ones is in the set already.
        if (sight == Sight::maybe_first) {
            fresh.push_back(hashes.data()[i]);
        }
    });
    distinct.add(fresh.values());
}

void ColumnAccumulator::State::hash_and_see(const Column& column, CellKind kind,
                                            std::span<const std::uint32_t> rows) {
    if (unique) {
        return;
    }
    hash_cells(column, kind, rows, hashes.data(), scratch);
    see(column, rows);
}

void ColumnAccumulator::State::add_integers(const Column& column,
                                            std::span<const std::uint32_t> rows) {
    counts.integers += static_cast<std::int64_t>(rows.size());
    hash_and_see(column, CellKind::integer, rows);
    if (!numbers_matter) {
        return;
    }
    Few<std::int64_t> numbers;
    for (const std::uint32_t row : rows) {
        numbers.push_back(column.integer(row));
    }
    if (enforced && is_temporal(type)) {
        Few<std::int64_t> finite;
        for (const std::int64_t number : numbers.values()) {
            if (is_infinite_time(number)) {
                ++counts.infinities;
            } else {
                finite.push_back(number);
            }
        }
        add_numbers(finite.values());
    } else {
        add_numbers(numbers.values());
    }
}

void ColumnAccumulator::State::add_reals(const Column& column,
                                         std::span<const std::uint32_t> rows) {
    counts.reals += static_cast<std::int64_t>(rows.size());
    hash_and_see(column, CellKind::real, rows);
    Few<double> finite;
    for (const std::uint32_t row : rows) {
        const double value = column.real(row);
        if (std::isnan(value)) {
            ++counts.nans;
        } else if (std::isinf(value)) {
            ++counts.infinities;
        } else {
            finite.push_back(value + 0.0); // -0.0 becomes 0.0
        }
    }
    add_numbers(finite.values());
}

void ColumnAccumulator::State::add_texts(const Column& column,
                                         std::span<const std::uint32_t> rows) {
    counts.texts += static_cast<std::int64_t>(rows.size());
    if (decimal_texts) {
        add_decimals(column, rows);
        return;
    }
    if (unique) {
        sights.fill(Sight::maybe_first);
    } else {
        hash_and_see(column, CellKind::text, rows);
    }
    texts.add(column, rows, hashes, sights);
}

void ColumnAccumulator::State::add_decimals(const Column& column,
                                            std::span<const std::uint32_t> rows) {
    Few<std::optional<ShortDecimal>> plain;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        plain.push_back(read_short_decimal(column.bytes(rows[i])));
        hashes.data()[i] = hash_decimal(column, rows[i], plain.values().back(), scratch);
    }
    if (!unique) {
        see(column, rows);
    }
    sights.fill(Sight::maybe_first); // for the texts that are no decimals
    Few<double> finite;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::uint32_t& row = rows[i];
        const auto& short_number = plain.values()[i];
        const DecimalNumber number =
            short_number ? DecimalNumber{DecimalNumber::Kind::finite, short_number->value}
                         : read_long_decimal(column.bytes(row));
        switch (number.kind) {
        case DecimalNumber::Kind::not_a_decimal:
            texts.add(column, {&row, 1}, hashes, sights);
            break;
        case DecimalNumber::Kind::nan: ++counts.nans; break;
        case DecimalNumber::Kind::infinite: ++counts.infinities; break;
        case DecimalNumber::Kind::finite:
            beyond_double = beyond_double || number.beyond_double;
            number_range.add(column.bytes(row), number.value);
            finite.push_back(number.value + 0.0);
            break;
        }
    }
    if (!distribution.add_rounded(finite.values())) {
        add_moments_of_texts(column, rows, finite.values().size());
    }
}

DecimalNumber ColumnAccumulator::State::read_long_decimal(std::string_view text) {
    const DecimalNumber number = read_decimal(text);
    rounded = rounded ||
              (number.kind == DecimalNumber::Kind::finite && !is_written_as(text, number.value));
    return number;
}

/// @param finite how many of them are decimals
void ColumnAccumulator::State::add_moments_of_texts(const Column& column,
                                                    std::span<const std::uint32_t> rows,
                                                    std::size_t finite) {
    Few<std::string_view> decimals;
    for (const std::uint32_t row : rows) {
        if (finite == rows.size() || is_decimal(column.bytes(row))) {
            decimals.push_back(column.bytes(row));
        }
    }
    distribution.add_moments(decimals.values());
}

void ColumnAccumulator::State::add_blobs(const Column& column,
                                         std::span<const std::uint32_t> rows) {
    counts.blobs += static_cast<std::int64_t>(rows.size());
    hash_and_see(column, CellKind::blob, rows);
    if (lengths_matter) {
        for (const std::uint32_t row : rows) {
            texts.add_length(static_cast<std::int64_t>(column.bytes(row).size()));
        }
    }
}

void ColumnAccumulator::State::note_misfits(const Column& column, CellKind kind,
                                            std::span<const std::uint32_t> rows) {
    if (kind_fits(type, kind)) {
        return;
    }
    for (const std::uint32_t row : rows) {
        if (cell_fits(type, column, row)) {
            continue;
        }
        ++counts.misfits;
        const Place place{part, rows_of_part + row};
        if (!counts.misfit_example || place < misfit_place) {
            counts.misfit_example = shown(value_at(column, row));
            misfit_place = place;
        }
    }
}

void ColumnAccumulator::State::merge(const State& other) {
    merge_counts(other.counts);
    if (other.counts.misfit_example &&
        (!counts.misfit_example || std::get<0>(other.misfit_place) < std::get<0>(misfit_place))) {
        counts.misfit_example = other.counts.misfit_example;
        misfit_place = other.misfit_place;
    }
    beyond_double = beyond_double || other.beyond_double;
    rounded = rounded || other.rounded;
    distinct.merge(other.distinct);
    top.merge(other.top);
    number_range.merge(other.number_range);
    distribution.merge(other.distribution);
    texts.merge(other.texts);
}

void ColumnAccumulator::State::merge_counts(const ColumnProfile& other) {
    counts.rows += other.rows;
    counts.nulls += other.nulls;
    counts.integers += other.integers;
    counts.reals += other.reals;
    counts.texts += other.texts;
    counts.blobs += other.blobs;
    counts.misfits += other.misfits;
    counts.nans += other.nans;
    counts.infinities += other.infinities;
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
    } else if (!texts.range().empty()) {
        profile.min = shown({type, CellKind::text, 0, 0, texts.range().min()});
        profile.max = shown({type, CellKind::text, 0, 0, texts.range().max()});
    }
}

void ColumnAccumulator::State::fill_distribution(ColumnProfile& profile) const {
    // With numbers that no double can hold, neither mean nor deviation are known.
    if (is_numeric(type) && !beyond_double) {
        const Moments moments = distribution.moments();
        profile.mean = moments.mean();
        profile.stddev = moments.stddev();
    }
    for (Quantile& quantile : distribution.quantiles(quantile_ranks)) {
        const bool cut =
            beyond_double && std::fabs(quantile.value.real) == std::numeric_limits<double>::max();
        if (!cut) {
            profile.quantiles.push_back({quantile.rank, shown(std::move(quantile.value))});
        }
    }
    const double rank_error = distribution.rank_error();
    const bool is_rounded = rounded || (!distribution.has_integer_quantiles() &&
                                        number_range.has_integers_beyond_double());
    profile.quantile_method = rank_error == 0 && !is_rounded ? Method::exact : Method::estimate;
    // How many values became one by rounding is not known.
    profile.quantile_rank_error = is_rounded ? std::nullopt : std::optional(rank_error);
}

Count ColumnAccumulator::State::distinct_count() const {
    if (unique) {
        return {counts.rows - counts.nulls, Method::exact, std::nullopt, std::nullopt};
    }
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
    : m_state(std::make_unique<State>(spec, ordinal, limits,
                                      std::make_shared<Quota>(limits.exact_quantiles))) {}
ColumnAccumulator::ColumnAccumulator(std::unique_ptr<State> state) : m_state(std::move(state)) {}
ColumnAccumulator::~ColumnAccumulator() = default;
ColumnAccumulator::ColumnAccumulator(ColumnAccumulator&&) noexcept = default;
ColumnAccumulator& ColumnAccumulator::operator=(ColumnAccumulator&&) noexcept = default;

ColumnAccumulator ColumnAccumulator::fork() const {
    ColumnSpec spec;
    spec.type = m_state->type;
    spec.enforced = m_state->enforced;
    return ColumnAccumulator(
        std::make_unique<State>(spec, m_state->counts.ordinal, m_state->limits, m_state->quota));
}

void ColumnAccumulator::begin_part(std::size_t part) {
    m_state->part = part;
    m_state->rows_of_part = 0;
    m_state->distribution.begin_part(part);
}

void ColumnAccumulator::update(const Column& column) {
    const std::size_t size = column.size();
    for (std::size_t first = 0; first < size; first += chunk_rows) {
        m_state->update(column, first, std::min(chunk_rows, size - first));
    }
    m_state->rows_of_part += static_cast<std::int64_t>(size);
}

void ColumnAccumulator::merge(const ColumnAccumulator& other) { m_state->merge(*other.m_state); }

ColumnProfile ColumnAccumulator::result() const {
    ColumnProfile profile = m_state->counts;
    profile.distinct = m_state->distinct_count();
    m_state->fill_range(profile);
    m_state->fill_distribution(profile);
    m_state->texts.fill(profile, most_listed);
    profile.top = m_state->top.result(most_listed);
    for (TopValue& item : profile.top) {
        item.value = m_state->shown(std::move(item.value));
    }
    return profile;
}

std::vector<SketchState> ColumnAccumulator::sketches() const {
    std::vector<SketchState> sketches;
    if (!m_state->unique) {
        SketchState& distinct = sketches.emplace_back(SketchState{"distinct", {}});
        StateWriter writer(distinct.state);
        m_state->distinct.sketch().fold(least_precision).write(writer);
    }
    if (m_state->distribution.moments().count() > 0) {
        SketchState& quantiles = sketches.emplace_back(SketchState{"quantiles", {}});
        StateWriter writer(quantiles.state);
        m_state->distribution.write_quantiles(writer);
    }
    if (!m_state->unique && is_categorical(m_state->type) &&
        holds_only(m_state->type, m_state->counts)) {
        SketchState& top = sketches.emplace_back(SketchState{"top_values", {}});
        StateWriter writer(top.state);
        m_state->top.write(writer);
    }
    return sketches;
}

const TopValues& ColumnAccumulator::top_values() const noexcept { return m_state->top; }

} // namespace assay
