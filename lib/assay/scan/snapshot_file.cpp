// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/snapshot_file.hpp"

#include "assay/base/error.hpp"
#include "assay/base/hash.hpp"
#include "assay/base/text.hpp"
#include "assay/scan/row_hasher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <iterator>
#include <limits>
#include <optional>
#include <set>
#include <span>

namespace assay {
namespace {

constexpr int format_version = 1;
constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view nothing = "-";
constexpr std::string_view hint_save = "save a new one with --save-snapshot";

constexpr std::array column_types{
    ColumnType::boolean,     ColumnType::integer,  ColumnType::real, ColumnType::decimal,
    ColumnType::text,        ColumnType::date,     ColumnType::time, ColumnType::timestamp,
    ColumnType::timestamptz, ColumnType::interval, ColumnType::uuid, ColumnType::bytes,
    ColumnType::json,        ColumnType::other};

bool is_plain(unsigned char byte) noexcept { return byte > 0x20 && byte != 0x7f && byte != '%'; }

/// A text as one word: a dash for none, "%20" for what could end or empty the word.
std::string as_word(std::string_view text) {
    if (text.empty()) {
        return std::string(nothing);
    }
    if (text == nothing) {
        return "%2d";
    }
    std::string word;
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (is_plain(byte)) {
            word += letter;
        } else {
            word += {'%', hex_digits[byte >> 4U], hex_digits[byte & 0xfU]};
        }
    }
    return word;
}

template <typename Number>
std::optional<Number> parse_number(std::string_view word, int base = 10) noexcept {
    Number number = 0;
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, number, base);
    return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

std::optional<std::string> text_of_word(std::string_view word) {
    if (word == nothing) {
        return "";
    }
    std::string text;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] != '%') {
            text += word[i];
            continue;
        }
        const auto byte = parse_number<std::uint8_t>(word.substr(i + 1, 2), 16);
        if (!byte || i + 2 >= word.size()) {
            return std::nullopt;
        }
        text += static_cast<char>(*byte);
        i += 2;
    }
    return text.empty() ? std::nullopt : std::optional(text);
}

/// The lines of a file, one after the other, cut into words.
class Lines {
public:
    Lines(std::string_view text, std::string_view name) : m_text(text), m_name(name) {}

    /// The words of the next line, which begins with `word` unless that is empty.
    std::span<const std::string_view> next(std::string_view word, std::size_t count) {
        const auto words = next();
        if (words.size() != count || (!word.empty() && words.front() != word)) {
            refuse(fmt::format("'{}' is not {}", shown(),
                               word.empty() ? "a line of a snapshot"
                                            : fmt::format("a line '{} ...' of a snapshot", word)));
        }
        return words;
    }
    std::span<const std::string_view> next() {
        m_at = m_next;
        if (m_at >= m_text.size()) {
            ++m_number;
            m_line = {};
            refuse("the file ends before its last line");
        }
        ++m_number;
        const std::size_t end = std::min(m_text.find('\n', m_at), m_text.size());
        m_line = m_text.substr(m_at, end - m_at);
        m_next = end + 1;
        m_count = 0;
        for (std::size_t begin = 0; begin <= m_line.size();) {
            const std::size_t stop = std::min(m_line.find(' ', begin), m_line.size());
            if (m_count == m_words.size()) {
                refuse(fmt::format("'{}' is not a line of a snapshot", shown()));
            }
            m_words[m_count++] = m_line.substr(begin, stop - begin);
            begin = stop + 1;
        }
        return {m_words.data(), m_count};
    }
    std::string_view line() const noexcept { return m_line; }
    /// All text before the line.
    std::string_view before() const noexcept { return m_text.substr(0, m_at); }
    bool is_over() const noexcept { return m_next >= m_text.size(); }

    template <typename Number>
    Number number(std::string_view word, int base = 10) const {
        const auto number = parse_number<Number>(word, base);
        if (!number) {
            refuse(fmt::format("'{}' is not a number that can stand here", escape_text(word)));
        }
        return *number;
    }
    std::uint64_t sum(std::string_view word) const {
        if (word.size() != 16) {
            refuse(fmt::format("'{}' is not a hash of 16 hex digits", escape_text(word)));
        }
        return number<std::uint64_t>(word, 16);
    }
    std::string text(std::string_view word) const {
        auto text = text_of_word(word);
        if (!text) {
            refuse(fmt::format("'{}' is not a text of a snapshot", escape_text(word)));
        }
        return *std::move(text);
    }
    void require(bool holds, std::string_view otherwise) const {
        if (!holds) {
            refuse(std::string(otherwise));
        }
    }
    [[noreturn]] void refuse(const std::string& why, std::string_view hint = hint_save) const {
        throw Error(ErrorKind::usage, fmt::format("{}:{}: {}", m_name, m_number, why),
                    std::string(hint));
    }

private:
    /// The line, as much of it as fits into a message.
    std::string shown() const { return truncate_to_width(escape_text(m_line.substr(0, 200)), 40); }

    std::string_view m_text;
    std::string_view m_name;
    std::size_t m_at = 0;
    std::size_t m_next = 0;
    std::size_t m_number = 0;
    std::string_view m_line;
    std::array<std::string_view, 6> m_words;
    std::size_t m_count = 0;
};

void read_head(Lines& lines, TableSnapshot& snapshot) {
    const auto first = lines.next();
    if (first.size() != 3 || !lines.line().starts_with(snapshot_magic)) {
        lines.refuse("this is not a snapshot of assay");
    }
    const int version = lines.number<int>(first[2]);
    if (version != format_version) {
        lines.refuse(fmt::format("a snapshot of version {}, but this assay reads version {}",
                                 version, format_version));
    }
    const int hashes = lines.number<int>(lines.next("encoding", 2)[1]);
    if (hashes != row_hash_version) {
        lines.refuse(fmt::format("its rows were hashed in way {}, but this assay hashes them in "
                                 "way {}",
                                 hashes, row_hash_version));
    }
    const auto taken = parse_time(lines.next("taken", 2)[1]);
    lines.require(taken && taken->has_zone, "the snapshot was taken at no moment");
    snapshot.taken = taken->micros;
    const auto table = lines.next("table", 3);
    snapshot.table = {lines.text(table[1]), lines.text(table[2])};
    snapshot.where = lines.text(lines.next("where", 2)[1]);
}

SnapshotColumn read_column(const Lines& lines, std::string_view name, std::string_view type) {
    const auto known = std::find_if(column_types.begin(), column_types.end(),
                                    [type](ColumnType one) { return to_string(one) == type; });
    lines.require(known != column_types.end(), "the column is of a type that assay does not know");
    return {lines.text(name), *known};
}

/// Reads the columns. @return the line behind them
std::span<const std::string_view> read_columns(Lines& lines, TableSnapshot& snapshot) {
    constexpr std::size_t most_columns = 100'000;
    std::set<std::string> names;
    auto words = lines.next();
    for (; words.size() == 3 && (words[0] == "key" || words[0] == "column"); words = lines.next()) {
        const bool is_key = words[0] == "key";
        lines.require(!is_key || snapshot.other.empty(), "a key stands behind other columns");
        auto& columns = is_key ? snapshot.key : snapshot.other;
        columns.push_back(read_column(lines, words[1], words[2]));
        lines.require(names.insert(columns.back().name).second, "the column stands here twice");
        lines.require(names.size() <= most_columns, "there are too many columns");
    }
    lines.require(!names.empty(), "no column stands before this line");
    return words;
}

void read_place(Lines& lines, std::span<const std::string_view> words, TableSnapshot& snapshot) {
    lines.require(words.size() == 5 && words[0] == "keys" &&
                      (words[1] == "value" || words[1] == "hash"),
                  "this is not how rows are placed: keys value|hash FIRST LAST BITS");
    snapshot.form = words[1] == "value" ? KeyForm::value : KeyForm::hash;
    snapshot.keys = {lines.number<std::int64_t>(words[2]), lines.number<std::int64_t>(words[3])};
    snapshot.shift = lines.number<unsigned>(words[4]);
    lines.require(snapshot.keys.first <= snapshot.keys.last, "the last key comes before the first");
    const auto& keys = snapshot.keys;
    const std::uint64_t span =
        static_cast<std::uint64_t>(keys.last) - static_cast<std::uint64_t>(keys.first);
    lines.require(snapshot.shift < 64 && span >> snapshot.shift < most_snapshot_segments,
                  "these keys cannot be cut into so many segments");
    const bool is_integer =
        snapshot.key.size() == 1 && snapshot.key.front().type == ColumnType::integer;
    lines.require(snapshot.form == KeyForm::hash || is_integer,
                  "only rows with one key of type integer are placed by its value");
    lines.require(snapshot.form == KeyForm::value ||
                      span == std::numeric_limits<std::uint64_t>::max(),
                  "hashes have all values that 64 bits can have");
}

void read_segments(Lines& lines, TableSnapshot& snapshot) {
    const KeySegments segments = KeySegments::of_width(snapshot.keys, snapshot.shift);
    snapshot.segments.resize(segments.count());
    std::size_t least = 0;
    for (std::int64_t rows = 0; rows < snapshot.rows;) {
        const auto words = lines.next("", 5);
        const KeyRange keys{lines.number<std::int64_t>(words[0]),
                            lines.number<std::int64_t>(words[1])};
        const bool inside = snapshot.keys.first <= keys.first && keys.last <= snapshot.keys.last;
        const std::size_t i = inside ? segments.of(keys.first) : segments.count();
        lines.require(inside && i >= least && segments.range(i, i) == keys,
                      "these keys are not the segment that could stand here");
        const auto here = lines.number<std::int64_t>(words[2]);
        lines.require(here > 0 && here <= snapshot.rows - rows,
                      "the segment has no rows, or more than the table");
        snapshot.segments[i] = {here, lines.sum(words[3]), lines.sum(words[4]), 0};
        rows += here;
        least = i + 1;
    }
}

void read_rows(Lines& lines, TableSnapshot& snapshot) {
    auto key = static_cast<std::uint64_t>(snapshot.keys.first);
    const auto last = static_cast<std::uint64_t>(snapshot.keys.last);
    for (std::int64_t i = 0; i < snapshot.rows; ++i) {
        const auto words = lines.next("", 2);
        const auto step = lines.number<std::uint64_t>(words[0], 16);
        lines.require(step <= last - key, "the key lies behind the last one");
        key += step;
        const SnapshotRow row{std::bit_cast<std::int64_t>(key), lines.sum(words[1])};
        lines.require(snapshot.row_list.empty() || snapshot.row_list.back() <= row,
                      "the rows are not in the order of their keys and hashes");
        snapshot.row_list.push_back(row);
    }
}

} // namespace

std::string write_snapshot(const TableSnapshot& snapshot) {
    std::string text;
    const auto out = std::back_inserter(text);
    fmt::format_to(out, "{}{}\nencoding {}\ntaken {}\ntable {} {}\nwhere {}\n", snapshot_magic,
                   format_version, row_hash_version, format_instant(snapshot.taken),
                   as_word(snapshot.table.schema), as_word(snapshot.table.name),
                   as_word(snapshot.where));
    for (const auto& column : snapshot.key) {
        fmt::format_to(out, "key {} {}\n", as_word(column.name), to_string(column.type));
    }
    for (const auto& column : snapshot.other) {
        fmt::format_to(out, "column {} {}\n", as_word(column.name), to_string(column.type));
    }
    fmt::format_to(out, "keys {} {} {} {}\ngrain {}\nrows {}\n", to_string(snapshot.form),
                   snapshot.keys.first, snapshot.keys.last, snapshot.shift,
                   to_string(snapshot.grain), snapshot.rows);
    const KeySegments segments = KeySegments::of_width(snapshot.keys, snapshot.shift);
    for (std::size_t i = 0; i < snapshot.segments.size(); ++i) {
        const SegmentSums& sums = snapshot.segments[i];
        const KeyRange keys = segments.range(i, i);
        if (sums.rows > 0) {
            fmt::format_to(out, "{} {} {} {:016x} {:016x}\n", keys.first, keys.last, sums.rows,
                           sums.first, sums.second);
        }
    }
    auto key = static_cast<std::uint64_t>(snapshot.keys.first);
    for (const SnapshotRow& row : snapshot.row_list) {
        const auto next = static_cast<std::uint64_t>(row.key);
        fmt::format_to(out, "{:x} {:016x}\n", next - key, row.hash);
        key = next;
    }
    return text + fmt::format("end {}\n", hex64(hash64(text)));
}

TableSnapshot read_snapshot(std::string_view text, std::string_view name) {
    Lines lines(text, name);
    TableSnapshot snapshot;
    read_head(lines, snapshot);
    read_place(lines, read_columns(lines, snapshot), snapshot);
    const auto grain = lines.next("grain", 2)[1];
    lines.require(grain == "segments" || grain == "rows", "the grain is segments or rows");
    snapshot.grain = grain == "rows" ? SnapshotGrain::rows : SnapshotGrain::segments;
    snapshot.rows = lines.number<std::int64_t>(lines.next("rows", 2)[1]);
    lines.require(snapshot.rows >= 0, "there are less than no rows");
    if (snapshot.grain == SnapshotGrain::rows) {
        read_rows(lines, snapshot);
    } else {
        read_segments(lines, snapshot);
    }
    const std::uint64_t sum = lines.sum(lines.next("end", 2)[1]);
    lines.require(sum == hash64(lines.before()),
                  "the lines before are not those that were written: their hash is another one");
    lines.require(lines.is_over(), "something stands behind the last line");
    return snapshot;
}

} // namespace assay
