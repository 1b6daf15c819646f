// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/share.hpp"
#include "assay/table/sample_design.hpp"
#include "assay/table/table.hpp"
#include "assay/table/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// How a number was obtained.
enum class Method : std::uint8_t {
    exact,
    estimate, ///< from the catalog or a sketch
    sample    ///< computed exactly over a sample of the rows
};
std::string_view to_string(Method method) noexcept;

/// A count that says how far it can be trusted. Bounds are there when it is not exact and they are
/// known (95 % interval of a sketch).
struct Count {
    std::int64_t value = 0;
    Method method = Method::exact;
    std::optional<std::int64_t> lower;
    std::optional<std::int64_t> upper;
    friend bool operator==(const Count&, const Count&) = default;
};

struct Quantile {
    double rank = 0; ///< 0..1, nearest rank: the value is one of the data
    Value value;
};

/// Code points for text, bytes for blobs.
struct Lengths {
    std::int64_t min = 0;
    std::int64_t max = 0;
    double mean = 0;
};

/// A frequent value. It occurs at least count and at most count_max times.
struct TopValue {
    Value value; ///< text cut at 256 bytes
    std::int64_t count = 0;
    std::int64_t count_max = 0;
};

/// A shape of text, "a+9+@a+.a+": runs of one class are one letter and a plus.
struct Pattern {
    std::string mask;
    std::int64_t count = 0;
    std::int64_t count_max = 0;
};

/// Everything measured about one column.
struct ColumnProfile {
    std::size_t ordinal = 0; ///< into TableProfile::schema.columns
    std::int64_t rows = 0;
    std::int64_t nulls = 0;
    std::int64_t blanks = 0; ///< texts that are empty or only white space
    std::int64_t integers = 0;
    std::int64_t reals = 0;
    std::int64_t texts = 0;
    std::int64_t blobs = 0;
    std::int64_t misfits = 0;            ///< values that do not fit the declared type (SQLite)
    std::optional<Value> misfit_example; ///< the first of them
    std::int64_t nans = 0;
    std::int64_t infinities = 0; ///< of numbers and of times
    std::int64_t invalid_utf8 = 0;
    Count distinct; ///< of non-null values
    std::optional<Value>
        min; ///< nullopt: no value, or a type without order. NaN and infinities apart
    std::optional<Value> max;
    std::optional<double> mean;      ///< of finite numbers
    std::optional<double> stddev;    ///< of a sample (n - 1); nullopt below two numbers
    std::vector<Quantile> quantiles; ///< empty for types without distance
    Method quantile_method = Method::exact;
    /// 99 %, 0 when exact; nullopt: not known, because the quantiles are rounded to doubles
    std::optional<double> quantile_rank_error = 0;
    std::optional<Lengths> lengths;
    std::vector<TopValue> top;     ///< most frequent first, at most 10
    std::vector<Pattern> patterns; ///< most frequent first, at most 10
    // Only of a sample: shares of the rows of the table.
    std::optional<Share> null_share;
    std::optional<Share> blank_share;  ///< where there are texts
    std::optional<Share> misfit_share; ///< where the store does not enforce the declared type
};

/// Of a categorical type: are all values that are no NULL of its kind, numbers for truth values and
/// texts for all others?
bool holds_only(ColumnType type, const ColumnProfile& column) noexcept;

/// Everything measured about one table in one run.
struct TableProfile {
    TableSchema schema;
    std::optional<Count> rows; ///< nullopt: not known
    std::int64_t rows_examined = 0;
    double sample_fraction = 1;         ///< below 1 when only a part was read
    SampleDesign design;                ///< how that part was drawn
    std::vector<ColumnProfile> columns; ///< empty at catalog depth
};

} // namespace assay
