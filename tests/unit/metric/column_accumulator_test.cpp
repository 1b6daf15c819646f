// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/column_accumulator.hpp"

#include "assay/sketch/hyperloglog.hpp"
#include "assay/sketch/quantiles.hpp"
#include "assay/sketch/state_io.hpp"

#include <catch2/catch.hpp>

#include <malloc.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

using namespace std::string_literals;
using assay::AccumulatorLimits;
using assay::CellKind;
using assay::Column;
using assay::ColumnAccumulator;
using assay::ColumnProfile;
using assay::ColumnSpec;
using assay::ColumnType;
using assay::Method;

namespace {

enum class Store : std::uint8_t { enforcing, lax };

ColumnSpec spec_of(ColumnType type, Store store = Store::enforcing) {
    ColumnSpec spec;
    spec.type = type;
    spec.enforced = store == Store::enforcing;
    return spec;
}

ColumnProfile profile(const Column& column, Store store = Store::enforcing,
                      const AccumulatorLimits& limits = {}) {
    ColumnAccumulator accumulator(spec_of(column.type(), store), 3, limits);
    accumulator.update(column);
    return accumulator.result();
}

Column texts(ColumnType type, const std::vector<std::string>& values) {
    Column column(type);
    for (const std::string& value : values) {
        column.append_text(value);
    }
    return column;
}

Column integers(ColumnType type, const std::vector<std::int64_t>& values) {
    Column column(type);
    for (const std::int64_t value : values) {
        column.append_integer(value);
    }
    return column;
}

constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
constexpr auto highest = std::numeric_limits<std::int64_t>::max();

} // namespace

TEST_CASE("case 112: an empty column has counts of zero and nothing else") {
    for (const ColumnType type : {ColumnType::integer, ColumnType::text, ColumnType::timestamptz}) {
        const ColumnProfile result = profile(Column(type));
        CHECK(result.ordinal == 3);
        CHECK(result.rows == 0);
        CHECK(result.distinct == assay::Count{});
        CHECK_FALSE(result.min);
        CHECK_FALSE(result.max);
        CHECK_FALSE(result.mean);
        CHECK_FALSE(result.stddev);
        CHECK(result.quantiles.empty());
        CHECK_FALSE(result.lengths);
        CHECK(result.top.empty());
        CHECK(result.patterns.empty());
    }
}

TEST_CASE("a column of NULLs has rows and no values") {
    Column column(ColumnType::integer);
    column.append_null();
    column.append_null();
    const ColumnProfile result = profile(column, Store::lax);
    CHECK(result.rows == 2);
    CHECK(result.nulls == 2);
    CHECK(result.misfits == 0);
    CHECK(result.distinct.value == 0);
    CHECK_FALSE(result.min);
}

TEST_CASE("one row has a mean but no deviation, and no top value") {
    const ColumnProfile result = profile(integers(ColumnType::integer, {42}));
    CHECK(result.mean == 42.0);
    CHECK_FALSE(result.stddev);
    CHECK(result.min->integer == 42);
    CHECK(result.max->integer == 42);
    CHECK(result.quantiles.size() == 7);
    CHECK(result.top.empty());
}

TEST_CASE("integers of 1 to 100 have the percentiles of their rank") {
    Column column(ColumnType::integer);
    for (std::int64_t i = 1; i <= 100; ++i) {
        column.append_integer(i);
    }
    const ColumnProfile result = profile(column);
    std::vector<std::int64_t> values;
    for (const auto& quantile : result.quantiles) {
        CHECK(quantile.value.kind == CellKind::integer);
        values.push_back(quantile.value.integer);
    }
    CHECK(values == std::vector<std::int64_t>{1, 5, 25, 50, 75, 95, 99});
    CHECK(result.mean == 50.5);
    CHECK(*result.stddev == Approx(29.011491975882016).epsilon(1e-13));
    CHECK(result.quantile_method == Method::exact);
    CHECK(result.quantile_rank_error == 0);
}

TEST_CASE("case 40: NaN and infinities are counted apart") {
    Column column(ColumnType::real);
    for (const double value : {1.5, std::nan(""), HUGE_VAL, -HUGE_VAL, 2.5, -std::nan("")}) {
        column.append_real(value);
    }
    const ColumnProfile result = profile(column);
    CHECK(result.reals == 6);
    CHECK(result.nans == 2);
    CHECK(result.infinities == 2);
    CHECK(result.min->real == 1.5);
    CHECK(result.max->real == 2.5);
    CHECK(result.mean == 2.0);
    CHECK(result.distinct.value == 5);
    CHECK(result.quantiles.front().value.real == 1.5);
}

TEST_CASE("a column of nothing but NaN has no minimum") {
    Column column(ColumnType::real);
    column.append_real(std::nan(""));
    const ColumnProfile result = profile(column);
    CHECK(result.nans == 1);
    CHECK_FALSE(result.min);
    CHECK_FALSE(result.mean);
    CHECK(result.quantiles.empty());
}

TEST_CASE("case 32: infinite times are counted and left out of the range") {
    const ColumnProfile result =
        profile(integers(ColumnType::timestamptz, {lowest, 5, 7, highest}));
    CHECK(result.infinities == 2);
    CHECK(result.min->integer == 5);
    CHECK(result.max->integer == 7);
    CHECK(result.max->type == ColumnType::timestamptz);
    CHECK(result.quantiles.back().value.integer == 7);
    CHECK_FALSE(result.mean);
    const ColumnProfile numbers = profile(integers(ColumnType::integer, {lowest, highest}));
    CHECK(numbers.infinities == 0);
    CHECK(numbers.min->integer == lowest);
    CHECK(numbers.max->integer == highest);
    CHECK(numbers.mean == -0.5);
}

TEST_CASE("decimals are compared by value and keep their text") {
    const ColumnProfile result = profile(texts(
        ColumnType::decimal, {"10.50", "9.99", "NaN", "Infinity", "-Infinity", "10.5", "100.0"}));
    CHECK(result.min->bytes == "9.99");
    CHECK(result.max->bytes == "100.0");
    CHECK(result.max->type == ColumnType::decimal);
    CHECK(result.nans == 1);
    CHECK(result.infinities == 2);
    CHECK(result.distinct.value == 6);
    CHECK(*result.mean == Approx((10.5 + 9.99 + 10.5 + 100) / 4).epsilon(1e-15));
    CHECK(result.quantiles.back().value.real == 100);
    CHECK_FALSE(result.lengths);
    CHECK(result.patterns.empty());
}

TEST_CASE("decimals that lie close together have the deviation of their digits in any parts") {
    ColumnAccumulator all(spec_of(ColumnType::decimal), 0, {});
    ColumnAccumulator other = all.fork();
    all.begin_part(0);
    all.update(texts(ColumnType::decimal, {"12345678901234567.13", "NaN", "12345678901234567.11"}));
    other.begin_part(1);
    other.update(texts(ColumnType::decimal, {"Infinity", "12345678901234567.12"}));
    all.merge(other);
    const ColumnProfile result = all.result();
    CHECK(*result.stddev == Approx(0.01).epsilon(1e-14));
    CHECK(result.mean == 12345678901234567.12);
    CHECK(result.nans == 1);
    CHECK(result.infinities == 1);
}

TEST_CASE("quantiles of decimals are exact only if their doubles are written alike") {
    const auto method = [](const std::vector<std::string>& numbers) {
        const ColumnProfile result = profile(texts(ColumnType::decimal, numbers));
        CHECK(result.quantile_rank_error.has_value() == (result.quantile_method == Method::exact));
        return result.quantile_method;
    };
    CHECK(method({"1.50", "-3", "0.1", "99999999999.9999"}) == Method::exact);
    CHECK(method({"1.50000000000000000000", "123456789012345.0000", "1e300"}) == Method::exact);
    CHECK(method({"9007199254740992", "0.1234567890123456"}) == Method::exact);
    CHECK(method({"1", "9007199254740993"}) == Method::estimate);
    CHECK(method({"1", "0.12345678901234567890"}) == Method::estimate);
}

TEST_CASE("quantiles of large integers are exact until a real comes") {
    constexpr std::int64_t odd = (std::int64_t{1} << 53) + 1;
    const auto method = [](std::int64_t integer, bool has_real) {
        Column column(ColumnType::real);
        column.append_integer(integer);
        if (has_real) {
            column.append_real(0.5);
        }
        return profile(column, Store::lax).quantile_method;
    };
    CHECK(method(odd, false) == Method::exact);
    CHECK(method(odd, true) == Method::estimate);
    CHECK(method(-odd, true) == Method::estimate);
    CHECK(method(odd - 1, true) == Method::exact);
}

TEST_CASE("decimals of 1000 digits have an exact range, and a mean only if a double can hold it") {
    const std::string nines(1'000, '9');
    const std::string more = nines.substr(0, 999) + "8";
    const ColumnProfile result = profile(
        texts(ColumnType::decimal, {nines, more, "-" + nines, "0." + nines, "1", "2", "3"}));
    CHECK(result.max->bytes == nines);
    CHECK(result.min->bytes == "-" + nines);
    CHECK_FALSE(result.mean);
    CHECK_FALSE(result.stddev);
    for (const auto& quantile : result.quantiles) {
        CHECK(std::fabs(quantile.value.real) <= 3);
    }
    CHECK(profile(texts(ColumnType::decimal, {"0." + nines, "1"})).mean == 1.0);
}

TEST_CASE("texts have lengths in code points, blanks, broken bytes, a bytewise range and masks") {
    const ColumnProfile result = profile(
        texts(ColumnType::text, {"Zo\u00eb", "anna", "", " \u00a0", "\xff", "Zo\u00eb", "B7"}));
    CHECK(result.texts == 7);
    CHECK(result.blanks == 2);
    CHECK(result.invalid_utf8 == 1);
    REQUIRE(result.lengths);
    CHECK(result.lengths->min == 0);
    CHECK(result.lengths->max == 4);
    CHECK(result.lengths->mean == Approx(15.0 / 7));
    CHECK(result.min->bytes.empty());
    CHECK(result.max->bytes == "\xff");
    REQUIRE_FALSE(result.top.empty());
    CHECK(result.top[0].value.bytes == "Zo\u00eb");
    CHECK(result.top[0].count == 2);
    CHECK(result.top[0].count_max == 2);
    REQUIRE_FALSE(result.patterns.empty());
    CHECK(result.patterns[0].mask == "A+a+U+");
    CHECK(result.patterns[0].count == 2);
    CHECK(result.quantiles.empty());
    CHECK_FALSE(result.mean);
}

TEST_CASE("types without order have neither range nor quantiles") {
    for (const ColumnType type : {ColumnType::json, ColumnType::other, ColumnType::interval}) {
        const ColumnProfile result = profile(texts(type, {"{}", "{}", "[1]"}));
        CHECK_FALSE(result.min);
        CHECK_FALSE(result.max);
        CHECK(result.quantiles.empty());
        CHECK(result.patterns.empty());
        CHECK(result.lengths->max == 3);
        CHECK(result.top[0].count == 2);
        CHECK(result.distinct.value == 2);
    }
    CHECK_FALSE(profile(integers(ColumnType::boolean, {0, 1, 1})).min);
    CHECK(profile(integers(ColumnType::boolean, {0, 1, 1})).top[0].value.type ==
          ColumnType::boolean);
    const ColumnProfile uuids = profile(texts(ColumnType::uuid, {"b", "a"}));
    CHECK(uuids.min->bytes == "a");
    CHECK(uuids.patterns.empty());
}

TEST_CASE("blobs have lengths in bytes, and no range") {
    Column column(ColumnType::bytes);
    column.append_blob("\x00\xff"s);
    column.append_blob("");
    column.append_text("\u00e9");
    const ColumnProfile result = profile(column, Store::lax);
    CHECK(result.blobs == 2);
    CHECK(result.texts == 1);
    CHECK(result.misfits == 0);
    CHECK(result.lengths->max == 2);
    CHECK(result.lengths->mean == 1.0);
    CHECK_FALSE(result.min);
    CHECK(result.invalid_utf8 == 0);
}

TEST_CASE("an integer column of SQLite counts what is no integer and shows the first") {
    Column column(ColumnType::integer);
    column.append_integer(7);
    column.append_real(2.5);
    column.append_text("seven");
    column.append_null();
    column.append_blob("x");
    const ColumnProfile result = profile(column, Store::lax);
    CHECK(result.misfits == 3);
    CHECK(result.misfit_example->real == 2.5);
    CHECK(result.min->real == 2.5);
    CHECK(result.max->integer == 7);
    CHECK(result.mean == 4.75);
    CHECK(result.quantiles[3].value.kind == CellKind::real);
    CHECK(profile(column, Store::enforcing).misfits == 0);
}

TEST_CASE("what fits the declared type of SQLite") {
    const auto misfits = [](ColumnType type) {
        Column column(type);
        column.append_integer(1);
        column.append_integer(2);
        column.append_real(1.5);
        column.append_text("2024-01-31");
        column.append_text("soon");
        column.append_blob("b");
        column.append_null();
        return profile(column, Store::lax).misfits;
    };
    CHECK(misfits(ColumnType::boolean) == 5);
    CHECK(misfits(ColumnType::integer) == 4);
    CHECK(misfits(ColumnType::real) == 3);
    CHECK(misfits(ColumnType::decimal) == 3);
    for (const ColumnType type : {ColumnType::text, ColumnType::uuid, ColumnType::json,
                                  ColumnType::interval, ColumnType::time}) {
        CHECK(misfits(type) == 4);
    }
    for (const ColumnType type :
         {ColumnType::date, ColumnType::timestamp, ColumnType::timestamptz}) {
        CHECK(misfits(type) == 2);
    }
    CHECK(misfits(ColumnType::bytes) == 0);
    CHECK(misfits(ColumnType::other) == 0);
}

TEST_CASE("a date column of SQLite ranges over its texts, or over its numbers if it has any") {
    Column column = texts(ColumnType::date, {"2024-02-01", "2023-12-31"});
    CHECK(profile(column, Store::lax).min->bytes == "2023-12-31");
    CHECK(profile(column, Store::lax).quantiles.empty());
    column.append_integer(1'700'000'000);
    const ColumnProfile result = profile(column, Store::lax);
    // A number in there is no number of days: it is shown as it is.
    CHECK(display(*result.min) == "1700000000");
    CHECK(display(*result.max) == "1700000000");
}

TEST_CASE("text digits in a numeric column of SQLite are texts") {
    const ColumnProfile result =
        profile(texts(ColumnType::decimal, {"1.10", "abc", "NaN"}), Store::lax);
    CHECK(result.misfits == 3);
    CHECK(result.nans == 0);
    CHECK_FALSE(result.mean);
    CHECK(result.min->bytes == "1.10");
    CHECK(result.max->bytes == "abc");
}

TEST_CASE("texts declared in SQLite have no mean, even if they hold numbers") {
    Column column(ColumnType::text);
    column.append_integer(1);
    column.append_integer(3);
    const ColumnProfile result = profile(column, Store::lax);
    CHECK_FALSE(result.mean);
    CHECK_FALSE(result.min);
    CHECK(result.distinct.value == 2);
}

TEST_CASE("1 and 1.0 are one value") {
    Column column(ColumnType::other);
    column.append_integer(1);
    column.append_real(1.0);
    column.append_text("1");
    column.append_real(-0.0);
    column.append_integer(0);
    const ColumnProfile result = profile(column, Store::lax);
    CHECK(result.distinct.value == 3);
    CHECK(result.top[0].count == 2);
}

TEST_CASE("a top value that is long is cut between two characters") {
    const std::string text = std::string(255, 'x') + "\u00e9";
    const ColumnProfile result = profile(texts(ColumnType::text, {text, text}));
    CHECK(result.top[0].value.bytes == std::string(255, 'x'));
    CHECK(result.max->bytes == text);
}

TEST_CASE("top values keep their numbers, sign and extremes included") {
    Column column(ColumnType::other);
    for (int i = 0; i < 2; ++i) {
        column.append_integer(lowest);
        column.append_integer(-1);
        column.append_integer(highest);
        column.append_real(-2.5);
        column.append_real(-0.25);
        column.append_real(1e300);
    }
    const ColumnProfile result = profile(column, Store::lax);
    REQUIRE(result.top.size() == 6);
    CHECK(result.top[0].value.integer == lowest);
    CHECK(result.top[1].value.integer == -1);
    CHECK(result.top[2].value.integer == highest);
    CHECK(result.top[3].value.real == -2.5);
    CHECK(result.top[4].value.real == -0.25);
    CHECK(result.top[5].value.real == 1e300);
}

TEST_CASE("beyond the limits the answers are estimates with bounds") {
    Column column(ColumnType::integer);
    for (std::int64_t i = 0; i < 20'000; ++i) {
        column.append_integer(i);
    }
    const ColumnProfile result = profile(column, Store::enforcing, {1'000, 1'000});
    CHECK(result.distinct.method == Method::estimate);
    REQUIRE(result.distinct.lower);
    REQUIRE(result.distinct.upper);
    CHECK(*result.distinct.lower <= 20'000);
    CHECK(*result.distinct.upper == 20'000);
    CHECK(result.quantile_method == Method::estimate);
    CHECK(result.quantile_rank_error == Approx(0.003454).margin(1e-6));
    CHECK(std::abs(static_cast<double>(result.quantiles[3].value.integer) - 10'000) <=
          20'000 * *result.quantile_rank_error);
    CHECK(result.min->integer == 0);
    CHECK(result.max->integer == 19'999);
    CHECK(result.mean == 9'999.5);
    // Every value occurs once: none of them is frequent.
    CHECK(result.top.empty());
}

TEST_CASE("a frequent value among very many is found, with bounds that hold") {
    Column column(ColumnType::integer);
    for (std::int64_t i = 0; i < 20'000; ++i) {
        column.append_integer(i);
        column.append_integer(-1);
    }
    const ColumnProfile result = profile(column);
    REQUIRE(result.top.size() == 1);
    CHECK(result.top[0].value.integer == -1);
    CHECK(result.top[0].count <= 20'000);
    CHECK(result.top[0].count_max >= 20'000);
}

TEST_CASE("limits follow the memory, the number of columns and of threads") {
    constexpr std::size_t memory = std::size_t{64} << 20;
    const auto one = AccumulatorLimits::for_memory(memory, 1, 1);
    const auto many = AccumulatorLimits::for_memory(memory, 100, 1);
    CHECK(one.exact_distinct > many.exact_distinct);
    for (const unsigned threads : {1U, 4U, 16U}) {
        const auto limits = AccumulatorLimits::for_memory(memory, 1, threads);
        CHECK(threads * limits.exact_distinct * 4 / 3 * 8 + limits.exact_quantiles * 8 <= memory);
    }
    CHECK(AccumulatorLimits::for_memory(memory, 8, 4).exact_distinct <
          AccumulatorLimits::for_memory(memory, 8, 1).exact_distinct);
    CHECK(AccumulatorLimits::for_memory(0, 0, 0).exact_distinct == 384);
    CHECK(AccumulatorLimits::for_memory(1'000, 10, 2).exact_quantiles == 0);
}

TEST_CASE("sketches have their usual size where there is room, and shrink where columns are many") {
    constexpr std::size_t memory = std::size_t{256} << 20;
    const AccumulatorLimits usual;
    for (const std::size_t columns : {1U, 12U, 80U}) {
        const auto narrow = AccumulatorLimits::for_memory(memory, columns, 4);
        CHECK(narrow.top_slots == usual.top_slots);
        CHECK(narrow.distinct_precision == usual.distinct_precision);
        CHECK(narrow.texts.remembered == usual.texts.remembered);
        CHECK(narrow.texts.pattern_slots == usual.texts.pattern_slots);
    }
    const auto wide = AccumulatorLimits::for_memory(memory, 600, 4);
    CHECK(wide.top_slots < usual.top_slots);
    CHECK(wide.distinct_precision < usual.distinct_precision);
    CHECK(wide.texts.remembered < usual.texts.remembered);
    CHECK(wide.texts.pattern_slots < usual.texts.pattern_slots);
    const auto least = AccumulatorLimits::for_memory(1, 2'000, 20);
    CHECK(least.top_slots == 256);
    CHECK(least.sketch_bytes() < AccumulatorLimits::least_bytes);
}

TEST_CASE("no more threads read than --memory has room for the columns of, and one in any case") {
    constexpr std::size_t memory = std::size_t{256} << 20;
    CHECK(AccumulatorLimits::threads_for(memory, 12) > 64);
    const unsigned threads = AccumulatorLimits::threads_for(memory, 600);
    CHECK(threads == 2);
    CHECK(threads * 600 * AccumulatorLimits::least_bytes < memory);
    CHECK(AccumulatorLimits::threads_for(memory, 2'000) == 1);
    CHECK(AccumulatorLimits::threads_for(0, 0) == 1);
}

TEST_CASE("a column takes no more than the least that is said of it") {
    // What is in use of the heap; a column of integers takes most, with all of its sketches.
    const auto used = [] {
        const auto heap = mallinfo2();
        return heap.uordblks + heap.hblkhd;
    };
    const auto limits = AccumulatorLimits::for_memory(1, 600, 4);
    constexpr std::size_t columns = 20;
    const std::size_t before = used();
    std::vector<ColumnAccumulator> accumulators;
    for (std::size_t i = 0; i < columns; ++i) {
        accumulators.emplace_back(spec_of(ColumnType::integer), i, limits);
    }
    for (std::int64_t first = 0; first < 100'000; first += 1'000) {
        Column batch(ColumnType::integer);
        for (std::int64_t i = first; i < first + 1'000; ++i) {
            batch.append_integer(i * 7'919 % 100'003);
        }
        for (auto& accumulator : accumulators) {
            accumulator.update(batch);
        }
    }
    CHECK((used() - before) / columns < AccumulatorLimits::least_bytes);
}

TEST_CASE("the sketches of a column are states that count and rank as it does") {
    Column column(ColumnType::integer);
    for (int i = 0; i < 10'000; ++i) {
        column.append_integer(i % 5000);
    }
    ColumnAccumulator accumulator(spec_of(ColumnType::integer), 0, {});
    accumulator.update(column);
    const auto sketches = accumulator.sketches();
    REQUIRE(sketches.size() == 2);
    CHECK(sketches[0].name == "distinct");
    assay::StateReader distinct(sketches[0].state);
    const auto counter = assay::HyperLogLog::read(distinct);
    CHECK(counter.precision() == 12);
    CHECK(counter.estimate().value == Approx(5000).epsilon(0.07));
    CHECK(sketches[1].name == "quantiles");
    assay::StateReader ranks(sketches[1].state);
    const auto quantiles = assay::Quantiles<std::int64_t>::read(ranks);
    CHECK(quantiles.count() == 10'000);
    for (const auto& sketch : sketches) {
        CHECK(sketch.state.size() < 24'000);
    }
}

TEST_CASE("a column has the sketches that say something of it") {
    const auto names = [](const Column& column, const AccumulatorLimits& limits) {
        ColumnAccumulator accumulator(spec_of(column.type()), 0, limits);
        accumulator.update(column);
        std::string words;
        for (const auto& sketch : accumulator.sketches()) {
            words += sketch.name + " ";
        }
        return words;
    };
    AccumulatorLimits unique;
    unique.uniqueness = assay::Uniqueness::declared;
    CHECK(names(integers(ColumnType::integer, {1, 2}), {}) == "distinct quantiles ");
    CHECK(names(integers(ColumnType::integer, {1, 2}), unique) == "quantiles ");
    CHECK(names(integers(ColumnType::timestamptz, {1, 2}), {}) == "distinct quantiles ");
    CHECK(names(texts(ColumnType::text, {"a"}), {}) == "distinct top_values ");
    CHECK(names(texts(ColumnType::text, {"a"}), unique).empty());
    CHECK(names(texts(ColumnType::boolean, {"a"}), {}) == "distinct ");
    CHECK(names(integers(ColumnType::boolean, {1, 0}), {}) == "distinct top_values ");
    CHECK(names(texts(ColumnType::decimal, {"1.5"}), {}) == "distinct quantiles ");
    CHECK(names(Column(ColumnType::integer), {}) == "distinct ");
}
