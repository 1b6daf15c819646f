// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "profile_oracle.hpp"

#include "assay/base/decimal.hpp"
#include "reference_text.hpp"
#include "sql_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

namespace assay::test {
namespace {

constexpr std::size_t most_bytes = 250; ///< longer texts are cut in the list of frequent values
constexpr std::size_t counters = 3072;  ///< up to so many values, frequent ones are exact

/// "-1.50" is "-1.5".
std::string without_zeros(std::string digits) {
    if (digits.find('.') != std::string::npos) {
        digits.erase(digits.find_last_not_of('0') + 1);
        digits.erase(digits.find_last_not_of('.') + 1);
    }
    return digits == "-0" ? "0" : digits;
}

/// One name for equal numbers: digits of a whole one that 64 bits hold, else what a double prints.
std::string number_key(double number) {
    constexpr double two_to_63 = 9223372036854775808.0;
    if (number >= -two_to_63 && number < two_to_63 && number == std::trunc(number)) {
        return fmt::format("n{}", static_cast<std::int64_t>(number));
    }
    return std::isnan(number) ? "nnan" : fmt::format("n{}", number);
}

/// A number as SQL prints it.
std::string number_key(const std::string& digits) {
    std::int64_t whole = 0;
    const char* end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, whole);
    return parsed.ec == std::errc{} && parsed.ptr == end
               ? fmt::format("n{}", whole)
               : number_key(std::strtod(digits.c_str(), nullptr));
}

/// One name for equal values. @param sort and @param key as SqlWords gives them
std::string key_of(const std::string& sort, const std::string& key) {
    switch (sort[0]) {
    case 'n': return number_key(key);
    case 'd': return "d" + without_zeros(key);
    default: return sort + from_hex(key);
    }
}

std::string key_of(const Value& value) {
    switch (value.kind) {
    case CellKind::null: return {};
    case CellKind::integer: return fmt::format("n{}", value.integer);
    case CellKind::real: return number_key(value.real);
    case CellKind::blob: return "b" + value.bytes;
    case CellKind::text: break;
    }
    return value.type == ColumnType::decimal ? "d" + without_zeros(value.bytes) : "t" + value.bytes;
}

/// In the column of an enforced type decimal, texts are numbers; elsewhere they are texts.
std::string key_of(const std::optional<Value>& value, const ColumnSpec& spec) {
    if (!value) {
        return "none";
    }
    Value typed = *value;
    typed.type = spec.enforced ? spec.type : ColumnType::text;
    return key_of(typed);
}

double as_double(const std::string& key) {
    double number = 0;
    const auto parsed = std::from_chars(key.data() + 1, key.data() + key.size(), number);
    if (parsed.ec == std::errc::result_out_of_range) {
        return std::strtod(key.c_str() + 1, nullptr); // infinite, or zero
    }
    return number;
}

/// Exact for integers of 64 bits, and as many digits of decimals.
long double as_long_double(const std::string& key) {
    const bool is_double =
        !key.starts_with('d') && key.find_first_not_of("-0123456789", 1) != std::string::npos;
    return is_double ? as_double(key) : std::strtold(key.c_str() + 1, nullptr);
}

bool may_overflow(const std::vector<std::string>& numbers) {
    long double sum = 0;
    for (const std::string& number : numbers) {
        sum += std::fabs(as_long_double(number));
    }
    return sum > std::numeric_limits<double>::max();
}

class ProfileOracle {
public:
    ProfileOracle(PlainSql& sql, const ColumnSpec& spec, const ColumnProfile& profile,
                  Ledger& ledger)
        : m_sql(sql), m_spec(spec), m_words(sql.kind(), spec), m_profile(profile),
          m_ledger(ledger) {
        for (const Cells& cells : m_sql.rows(
                 fmt::format("SELECT min({}), min({}), count(*) FROM t WHERE {} IS NOT NULL "
                             "GROUP BY {}",
                             m_words.sort(), m_words.key(), m_words.name(), m_words.identity()))) {
            m_groups[key_of(*cells[0], *cells[1])] += std::stoll(*cells[2]);
        }
        read_numbers();
    }

    void compare_counts();
    void compare_range();
    void compare_moments();
    void compare_quantiles();
    void compare_texts();
    void compare_top();

private:
    std::int64_t count_where(const std::string& condition) {
        return m_sql.number("SELECT count(*) FROM t WHERE " + condition);
    }
    void read_numbers();
    std::string extreme(const std::string& function);
    bool is_beyond_double() const;
    void compare_rank(const Quantile& quantile);
    std::int64_t count_of_top(const Value& value) const;

    PlainSql& m_sql;
    const ColumnSpec& m_spec;
    SqlWords m_words;
    const ColumnProfile& m_profile;
    Ledger& m_ledger;
    std::map<std::string, std::int64_t> m_groups; ///< rows by value, NULL apart
    std::vector<std::string> m_numbers;           ///< keys of the finite ones, ascending
};

void ProfileOracle::read_numbers() {
    if (!m_words.has_distance()) {
        return;
    }
    for (const Cells& cells :
         m_sql.rows(fmt::format("SELECT {}, {} FROM t WHERE {} ORDER BY t.{}", m_words.sort(),
                                m_words.key(), m_words.is_finite(), m_words.name()))) {
        m_numbers.push_back(key_of(*cells[0], *cells[1]));
    }
}

void ProfileOracle::compare_counts() {
    const Cells counts =
        m_sql.row(fmt::format("SELECT count(*), count(*) - count({0}), count(DISTINCT {1}) FROM t",
                              m_words.name(), m_words.identity()));
    m_ledger.same("rows", std::stoll(*counts[0]), m_profile.rows);
    m_ledger.same("nulls", std::stoll(*counts[1]), m_profile.nulls);
    m_ledger.same("NaN", count_where(m_words.is_nan()), m_profile.nans);
    m_ledger.same("infinite", count_where(m_words.is_infinite()), m_profile.infinities);
    m_ledger.same_count("distinct", std::stoll(*counts[2]), m_profile.distinct);
    if (m_sql.is_postgres()) {
        return;
    }
    const std::string is_kind = "typeof(" + m_words.name() + ") = ";
    m_ledger.same("integers", count_where(is_kind + "'integer'"), m_profile.integers);
    m_ledger.same("reals", count_where(is_kind + "'real'"), m_profile.reals);
    m_ledger.same("texts", count_where(is_kind + "'text'"), m_profile.texts);
    m_ledger.same("blobs", count_where(is_kind + "'blob'"), m_profile.blobs);
    if (!m_spec.enforced && !m_words.is_misfit().empty()) {
        m_ledger.same("misfits", count_where(m_words.is_misfit()), m_profile.misfits);
    }
}

/// The smallest or largest number; without numbers, that of the texts.
std::string ProfileOracle::extreme(const std::string& function) {
    if (!m_numbers.empty()) {
        return function == "min" ? m_numbers.front() : m_numbers.back();
    }
    if (!m_words.has_text_order()) {
        return "none";
    }
    std::string text = "none";
    for (const auto& [key, rows] : m_groups) {
        if (key[0] == 't' && (text == "none" || (key < text) == (function == "min"))) {
            text = key;
        }
    }
    return text;
}

void ProfileOracle::compare_range() {
    m_ledger.same("min", Cell(extreme("min")), Cell(key_of(m_profile.min, m_spec)));
    m_ledger.same("max", Cell(extreme("max")), Cell(key_of(m_profile.max, m_spec)));
}

bool ProfileOracle::is_beyond_double() const {
    return std::any_of(m_numbers.begin(), m_numbers.end(),
                       [](const std::string& number) { return !std::isfinite(as_double(number)); });
}

void ProfileOracle::compare_moments() {
    const bool has_mean = m_words.is_numeric() && !m_numbers.empty() && !is_beyond_double();
    if (!has_mean || !m_profile.mean) {
        // Where no double holds the sum, the mean may be missing, but not wrong.
        const bool missing = has_mean && !may_overflow(m_numbers);
        m_ledger.same("has a mean", missing ? 1 : 0, m_profile.mean ? 1 : 0);
        return;
    }
    // 64 bits of mantissa and an exponent that no sum or square of doubles leaves.
    const auto count = static_cast<long double>(m_numbers.size());
    long double sum = 0;
    long double magnitude = 0;
    long double largest = 0;
    for (const std::string& number : m_numbers) {
        const long double value = as_long_double(number);
        sum += value;
        magnitude += std::fabs(value);
        largest = std::max(largest, std::fabs(value));
    }
    const long double mean = sum / count;
    constexpr double least = std::numeric_limits<double>::denorm_min(); // what rounding may cost
    if (std::fabs(mean - *m_profile.mean) > 1e-12L * magnitude / count + least) {
        m_ledger.fault(
            fmt::format("mean: SQL {}, assay {}", static_cast<double>(mean), *m_profile.mean));
    }
    // Squares of a double beyond these limits are no doubles any more.
    if (m_numbers.size() < 2 || largest > 1e150L || largest < 1e-150L) {
        return;
    }
    long double squares = 0;
    for (const std::string& number : m_numbers) {
        const long double distance = as_long_double(number) - mean;
        squares += distance * distance;
    }
    const long double stddev = std::sqrt(squares / (count - 1));
    const double own = m_profile.stddev.value_or(-1);
    if (std::fabs(stddev - own) > 1e-9L * stddev + 1e-17L * largest) {
        m_ledger.fault(fmt::format("stddev: SQL {}, assay {}", static_cast<double>(stddev), own));
    }
}

void ProfileOracle::compare_quantiles() {
    const bool beyond = is_beyond_double();
    if (!beyond) {
        m_ledger.same("quantiles", m_numbers.empty() ? 0 : 7,
                      static_cast<std::int64_t>(m_profile.quantiles.size()));
    }
    for (const Quantile& quantile : m_profile.quantiles) {
        compare_rank(quantile);
    }
}

/// A quantile is one of the values, and one of its places among them is the right one, or, of an
/// estimate, no further from it than the error that is stated. Where a value is no integer, all of
/// them count as doubles, which is not called exact if the value is no other way in the table.
void ProfileOracle::compare_rank(const Quantile& quantile) {
    const bool whole = quantile.value.kind == CellKind::integer;
    const std::string wanted = key_of(quantile.value, m_spec);
    const auto is_value = [&](const std::string& number) {
        return whole ? number == wanted : as_double(number) == quantile.value.real;
    };
    const auto count = static_cast<double>(m_numbers.size());
    const double place = std::max(1.0, std::ceil(quantile.rank * count - 1e-9));
    const auto first = std::find_if(m_numbers.begin(), m_numbers.end(), is_value);
    const auto last = std::find_if_not(first, m_numbers.end(), is_value);
    const double rank_error = m_profile.quantile_rank_error.value_or(0);
    const double margin = rank_error == 0 ? 0 : rank_error * count + 1;
    const auto lowest = static_cast<double>(first - m_numbers.begin() + 1) - margin;
    const auto highest = static_cast<double>(last - m_numbers.begin()) + margin;
    if (first == m_numbers.end() || place < lowest || place > highest) {
        m_ledger.fault(fmt::format("quantile {}: assay {}", quantile.rank, wanted));
    }
    const auto is_same = [&](const std::string& number) {
        return compare_decimal(std::string_view(number).substr(1), display(quantile.value)) == 0;
    };
    if (m_spec.type == ColumnType::decimal && m_profile.quantile_method == Method::exact &&
        std::none_of(first, last, is_same)) {
        m_ledger.fault(fmt::format("quantile {} is not exact: {}", quantile.rank, wanted));
    }
}

void ProfileOracle::compare_texts() {
    std::int64_t blanks = 0;
    std::int64_t invalid = 0;
    Lengths lengths{std::numeric_limits<std::int64_t>::max(), -1, 0};
    std::int64_t count = 0;
    for (const auto& [key, rows] : m_groups) {
        if (key[0] != 't' && key[0] != 'b') {
            continue;
        }
        const ReferenceText look = look_at(std::string_view(key).substr(1));
        const bool text = key[0] == 't';
        blanks += text && look.blank ? rows : 0;
        invalid += text && !look.valid ? rows : 0;
        const auto length = text ? look.code_points : static_cast<std::int64_t>(key.size() - 1);
        lengths.min = std::min(lengths.min, length);
        lengths.max = std::max(lengths.max, length);
        lengths.mean += static_cast<double>(length * rows);
        count += rows;
    }
    m_ledger.same("blank", blanks, m_profile.blanks);
    m_ledger.same("not UTF-8", invalid, m_profile.invalid_utf8);
    const bool measured = m_words.has_length() && count > 0;
    m_ledger.same("has lengths", measured ? 1 : 0, m_profile.lengths ? 1 : 0);
    if (measured && m_profile.lengths) {
        m_ledger.same("shortest", lengths.min, m_profile.lengths->min);
        m_ledger.same("longest", lengths.max, m_profile.lengths->max);
        m_ledger.close("mean length",
                       Cell(fmt::format("{}", lengths.mean / static_cast<double>(count))),
                       m_profile.lengths->mean);
    }
}

/// Rows that hold a frequent value; of a text that may be cut, of all that begin with it.
std::int64_t ProfileOracle::count_of_top(const Value& value) const {
    const std::string key = key_of(value, m_spec);
    if (value.bytes.size() < most_bytes) {
        const auto found = m_groups.find(key);
        return found == m_groups.end() ? -1 : found->second;
    }
    const std::string beginning = key[0] + value.bytes;
    std::int64_t most = -1;
    for (const auto& [group, rows] : m_groups) {
        most = group.starts_with(beginning) ? std::max(most, rows) : most;
    }
    return most;
}

/// With few different values, those that are listed are the most frequent ones.
void ProfileOracle::compare_top() {
    std::vector<std::int64_t> expected;
    for (const auto& [key, rows] : m_groups) {
        expected.push_back(rows);
    }
    std::sort(expected.begin(), expected.end(), std::greater<>());
    const auto& top = m_profile.top;
    for (const TopValue& item : top) {
        const std::int64_t rows = count_of_top(item.value);
        const bool cut = item.value.bytes.size() >= most_bytes;
        if (rows < item.count || (rows > item.count_max && !cut)) {
            m_ledger.fault(fmt::format("top '{}': SQL {}, assay {} to {}",
                                       key_of(item.value, m_spec), rows, item.count,
                                       item.count_max));
        }
    }
    if (expected.size() > counters) {
        return;
    }
    const bool repeats = !expected.empty() && expected.front() > 1;
    const std::size_t listed = repeats ? std::min<std::size_t>(expected.size(), 10) : 0;
    m_ledger.same("top values", static_cast<std::int64_t>(listed),
                  static_cast<std::int64_t>(top.size()));
    for (std::size_t i = 0; i < std::min(listed, top.size()); ++i) {
        m_ledger.same(fmt::format("count of top value {}", i + 1), expected[i], top[i].count);
    }
}

} // namespace

void compare_profile(PlainSql& sql, const TableProfile& profile, Ledger& ledger) {
    ledger.at("t");
    const std::int64_t rows = sql.number("SELECT count(*) FROM t");
    ledger.same("rows", rows, profile.rows ? profile.rows->value : -1);
    ledger.same("rows examined", rows, profile.rows_examined);
    for (const ColumnProfile& column : profile.columns) {
        const ColumnSpec& spec = profile.schema.columns.at(column.ordinal);
        ledger.at(spec.name + " " + spec.declared_type);
        ProfileOracle oracle(sql, spec, column, ledger);
        oracle.compare_counts();
        oracle.compare_range();
        oracle.compare_moments();
        oracle.compare_quantiles();
        oracle.compare_texts();
        oracle.compare_top();
    }
}

} // namespace assay::test
