// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
//
// What one value costs on its way from the wire into a profile, one part at a time.
#include "assay/base/hash.hpp"
#include "assay/metric/column_accumulator.hpp"
#include "assay/metric/mask.hpp"
#include "assay/sketch/distinct_counter.hpp"
#include "assay/sketch/frequent_items.hpp"
#include "assay/sketch/hyperloglog.hpp"
#include "assay/sketch/moments.hpp"
#include "assay/sketch/quantiles.hpp"
#include "assay/store/postgres/copy_decoder.hpp"
#include "orders.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::bench {
namespace {

using benchmark::DoNotOptimize;
using benchmark::State;

/// Values that one iteration takes in: more than the caches of a core hold.
constexpr std::size_t value_count = std::size_t{1} << 18;
constexpr std::size_t batch_rows = 2048;
/// A limit that all values fit, and one that most of them do not.
constexpr std::int64_t roomy = 1 << 20;
constexpr std::int64_t tight = 1 << 12;

/// Show the time of one value, whatever else an iteration does.
void per_value(State& state, std::size_t values) {
    state.counters["per_value"] = benchmark::Counter(static_cast<double>(values),
                                                     benchmark::Counter::kIsIterationInvariantRate |
                                                         benchmark::Counter::kInvert);
}

template <typename Make>
auto generate(Make make) {
    std::vector<decltype(make(std::size_t{}))> values;
    values.reserve(value_count);
    for (std::size_t i = 0; i < value_count; ++i) {
        values.push_back(make(i));
    }
    return values;
}

std::vector<std::uint64_t> unique_hashes() {
    Random random(1);
    return generate([&random](std::size_t) { return random.next(); });
}

/// Rank r with a frequency of about 1/r.
std::vector<std::uint64_t> zipf_hashes() {
    Random random(2);
    return generate([&random](std::size_t) {
        const double rank = std::exp(random.unit() * std::log(1e6));
        return Random(static_cast<std::uint64_t>(rank)).next();
    });
}

std::vector<std::int64_t> integers() {
    Random random(3);
    return generate(
        [&random](std::size_t) { return static_cast<std::int64_t>(random.below(1'000'000)); });
}

std::vector<double> reals() {
    Random random(4);
    return generate([&random](std::size_t) { return random.unit(); });
}

/// One column of the table that make_orders makes.
template <typename Take>
std::vector<std::string> order_texts(Take take) {
    const Orders orders(value_count);
    Order order;
    return generate([&](std::size_t i) {
        orders.make(i + 1, 0, order);
        return std::string(take(order));
    });
}
std::vector<std::string> emails() {
    return order_texts([](const Order& order) { return order.email.view(); });
}
std::vector<std::string> statuses() {
    return order_texts([](const Order& order) { return order.status; });
}

void hash_text(State& state) {
    const auto texts = emails();
    for (auto _ : state) {
        for (const std::string& text : texts) {
            DoNotOptimize(hash64(text));
        }
    }
    per_value(state, texts.size());
}

void hyperloglog_add(State& state) {
    const auto hashes = unique_hashes();
    HyperLogLog sketch;
    for (auto _ : state) {
        for (const std::uint64_t hash : hashes) {
            sketch.add(hash);
        }
        DoNotOptimize(sketch.registers().data());
    }
    per_value(state, hashes.size());
}

void distinct_add(State& state) {
    const auto hashes = unique_hashes();
    for (auto _ : state) {
        DistinctCounter counter(static_cast<std::size_t>(state.range(0)));
        for (const std::uint64_t hash : hashes) {
            counter.add(hash);
        }
        DoNotOptimize(counter.is_exact());
    }
    per_value(state, hashes.size());
}

void frequent_add(State& state, std::vector<std::uint64_t> (*make)()) {
    const auto hashes = make();
    const std::string shown = "first.last123@example.com";
    for (auto _ : state) {
        FrequentItems items;
        for (const std::uint64_t hash : hashes) {
            items.add(hash, 0, shown);
        }
        DoNotOptimize(items.total());
    }
    per_value(state, hashes.size());
}

template <typename T>
void quantiles_add(State& state, std::vector<T> (*make)()) {
    const auto values = make();
    for (auto _ : state) {
        Quantiles<T> quantiles(static_cast<std::size_t>(state.range(0)));
        quantiles.add(std::span<const T>(values));
        DoNotOptimize(quantiles.count());
    }
    per_value(state, values.size());
}

template <typename T>
void moments_add(State& state, std::vector<T> (*make)()) {
    const auto values = make();
    for (auto _ : state) {
        Moments moments;
        for (std::size_t at = 0; at < values.size(); at += 256) {
            moments.add(std::span<const T>(values).subspan(at, 256));
        }
        DoNotOptimize(moments.count());
    }
    per_value(state, values.size());
}

void mask_write(State& state, MaskStyle style) {
    const auto texts = emails();
    MaskWriter writer;
    for (auto _ : state) {
        for (const std::string& text : texts) {
            DoNotOptimize(writer.write(text, style));
        }
    }
    per_value(state, texts.size());
}

void append(Column& column, std::int64_t value) { column.append_integer(value); }
void append(Column& column, double value) { column.append_real(value); }
void append(Column& column, const std::string& value) { column.append_text(value); }

template <typename T>
std::vector<Column> batches(ColumnType type, const std::vector<T>& values) {
    std::vector<Column> columns;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i % batch_rows == 0) {
            columns.emplace_back(type);
        }
        append(columns.back(), values[i]);
    }
    return columns;
}

template <typename T>
void column_update(State& state, ColumnType type, std::vector<T> (*make)()) {
    const auto columns = batches(type, make());
    ColumnSpec spec;
    spec.name = "c";
    spec.type = type;
    AccumulatorLimits limits;
    limits.exact_distinct = static_cast<std::size_t>(state.range(0));
    limits.exact_quantiles = static_cast<std::size_t>(state.range(0));
    for (auto _ : state) {
        ColumnAccumulator accumulator(spec, 0, limits);
        for (const Column& column : columns) {
            accumulator.update(column);
        }
        DoNotOptimize(accumulator);
    }
    per_value(state, columns.size() * batch_rows);
}

/// Writes the stream of COPY ... (FORMAT binary), one piece a row, as libpq hands it out.
class CopyWriter {
public:
    void begin_row(std::size_t fields) {
        m_piece.clear();
        word(fields, 2);
    }
    void number(std::uint64_t value, std::size_t size) {
        word(size, 4);
        word(value, size);
    }
    void bytes(std::string_view value) {
        word(value.size(), 4);
        m_piece += value;
    }
    void null() { m_piece += "\xff\xff\xff\xff"; }
    /// A positive numeric with two digits behind the point; its digits have base 10,000.
    void money(std::uint64_t cents) {
        word(14, 4);
        word(3, 2);
        word(1, 2);
        word(0, 2);
        word(2, 2);
        word(cents / 100 / 10'000, 2);
        word(cents / 100 % 10'000, 2);
        word(cents % 100 * 100, 2);
    }
    const std::string& piece() const noexcept { return m_piece; }

private:
    /// The lowest bytes of a value, big end first.
    void word(std::uint64_t value, std::size_t bytes) {
        for (std::size_t i = bytes; i-- > 0;) {
            m_piece += static_cast<char>(value >> (8 * i) & 0xffU);
        }
    }

    std::string m_piece;
};

constexpr std::size_t copy_rows = value_count / 8;

std::vector<postgres::CopyColumn> copy_columns() {
    using namespace postgres; // NOLINT(google-build-using-namespace): names of one layer
    const auto column = [](Oid oid, ColumnType type) {
        return CopyColumn{type, value_decoder(oid, type)};
    };
    return {column(type_oid::int8, ColumnType::integer),
            column(type_oid::text, ColumnType::text),
            column(type_oid::text, ColumnType::text),
            column(type_oid::numeric, ColumnType::decimal),
            column(type_oid::float8, ColumnType::real),
            column(type_oid::text, ColumnType::text),
            column(type_oid::uuid, ColumnType::uuid),
            column(type_oid::timestamp, ColumnType::timestamp)};
}

std::vector<std::string> copy_pieces() {
    const Orders orders(copy_rows);
    Order order;
    CopyWriter writer;
    std::vector<std::string> pieces{std::string("PGCOPY\n\377\r\n\0", 11) + std::string(8, '\0')};
    for (std::uint64_t row = 1; row <= copy_rows; ++row) {
        orders.make(row, 0, order);
        writer.begin_row(8);
        writer.number(row, 8);
        writer.bytes(order.status);
        writer.bytes(order.email.view());
        writer.money(static_cast<std::uint64_t>(order.amount_cents));
        writer.number(std::bit_cast<std::uint64_t>(order.discount), 8);
        if (order.has_notes) {
            writer.bytes(order.notes.view());
        } else {
            writer.null();
        }
        writer.bytes(order.tracking.view().substr(0, 16)); // any 16 bytes are a uuid
        writer.number(row * 1'000'000, 8);
        pieces.push_back(writer.piece());
    }
    pieces.emplace_back("\xff\xff");
    return pieces;
}

struct CountingSink : BatchSink {
    std::size_t rows = 0;
    void consume(const RowBatch& batch) override { rows += batch.row_count; }
};

void copy_decode(State& state) {
    constexpr std::size_t pieces_at_a_time = 64;
    const auto stream = copy_pieces();
    const std::vector<std::string_view> pieces(stream.begin(), stream.end());
    CountingSink sink;
    for (auto _ : state) {
        postgres::CopyDecoder decoder(copy_columns(), batch_rows, sink);
        decoder.begin();
        for (std::size_t at = 0; at < pieces.size(); at += pieces_at_a_time) {
            decoder.feed(
                std::span(pieces).subspan(at, std::min(pieces_at_a_time, pieces.size() - at)));
        }
        decoder.finish();
        decoder.flush();
    }
    if (sink.rows != copy_rows * static_cast<std::size_t>(state.iterations())) {
        state.SkipWithError("rows were lost");
    }
    per_value(state, copy_rows * 8);
}

BENCHMARK(hash_text);
BENCHMARK(hyperloglog_add);
BENCHMARK(distinct_add)->Arg(roomy)->Arg(tight);
BENCHMARK_CAPTURE(frequent_add, unique, unique_hashes);
BENCHMARK_CAPTURE(frequent_add, zipf, zipf_hashes);
BENCHMARK_CAPTURE(quantiles_add, integer, integers)->Arg(roomy)->Arg(tight);
BENCHMARK_CAPTURE(quantiles_add, real, reals)->Arg(roomy)->Arg(tight);
BENCHMARK_CAPTURE(moments_add, integer, integers);
BENCHMARK_CAPTURE(moments_add, real, reals);
BENCHMARK_CAPTURE(mask_write, exact, MaskStyle::exact);
BENCHMARK_CAPTURE(mask_write, general, MaskStyle::general);
BENCHMARK_CAPTURE(column_update, integer, ColumnType::integer, integers)->Arg(roomy)->Arg(tight);
BENCHMARK_CAPTURE(column_update, real, ColumnType::real, reals)->Arg(roomy)->Arg(tight);
BENCHMARK_CAPTURE(column_update, few_texts, ColumnType::text, statuses)->Arg(roomy)->Arg(tight);
BENCHMARK_CAPTURE(column_update, many_texts, ColumnType::text, emails)->Arg(roomy)->Arg(tight);
BENCHMARK(copy_decode);

} // namespace
} // namespace assay::bench

BENCHMARK_MAIN();
