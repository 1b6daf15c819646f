// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/near_memory.hpp"
#include "assay/match/parallel_for.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace assay {

/// One column of the rows to match, as texts; each different text is held once.
class TextColumn {
public:
    explicit TextColumn(std::string name) : m_name(std::move(name)) {}
    TextColumn(const TextColumn&) = delete;
    TextColumn& operator=(const TextColumn&) = delete;
    TextColumn(TextColumn&&) = default;
    TextColumn& operator=(TextColumn&&) = default;

    /// Of texts beyond this size (bytes) the beginning and a hash of the rest are kept: enough to
    /// tell whether they are equal and how alike they begin.
    static constexpr std::size_t most_kept = 2000;

    /// @return which of texts() it is, counting from 1.
    std::uint32_t add(std::string_view text);
    void add_missing() { m_of_row.push_back(0); }
    /// No text follows: what finds them again is not needed any more.
    void finish() { m_known = {}; }
    /// That it takes in memory, about.
    std::size_t bytes() const noexcept;

    const std::string& name() const noexcept { return m_name; }
    std::size_t rows() const noexcept { return m_of_row.size(); }
    /// The different texts; of_row() counts from 1.
    const std::deque<std::string>& texts() const noexcept { return m_texts; }
    /// Which text each row has; 0: none.
    const std::vector<std::uint32_t>& of_row() const noexcept { return m_of_row; }

private:
    std::string m_name;
    std::deque<std::string> m_texts; ///< which does not move them
    std::vector<std::uint32_t> m_of_row;
    std::unordered_map<std::string_view, std::uint32_t> m_known; ///< the same texts
    std::size_t m_heap_bytes = 0;                                ///< of the texts
};

/// How two values of a field are compared.
enum class FieldKind : std::uint8_t {
    code,       ///< numbers, dates, postcodes: by single characters
    short_text, ///< names: by characters and their order
    long_text,  ///< titles, addresses: by words, rare ones counting more
    whole_text  ///< all of a record in one: by 3-grams, rare ones counting more
};
std::string_view to_string(FieldKind kind) noexcept;

/// A column in the form in which it is compared.
struct Field {
    std::string name;
    FieldKind kind = FieldKind::short_text;
    std::vector<std::u32string> values;   ///< folded, sorted; [0] is empty and stands for none
    std::vector<std::uint32_t> counts;    ///< records that have each value
    std::vector<std::uint32_t> of_record; ///< index into values; 0: missing
    std::size_t present = 0;              ///< records that have a value
};

/// What is left of the values of a field without the words of other fields of the same record.
struct Remainder {
    std::vector<std::size_t> without; ///< these; none: the field is compared as it is
    Field field;
    std::vector<std::uint32_t> taken; ///< of each record, from which of these, one bit each
};

/// A column that is compared, and how.
struct ComparedColumn {
    std::string name;
    FieldKind kind = FieldKind::short_text;
};

/// Columns that are not compared, and why.
struct LeftOut {
    std::string name;
    std::string why;           ///< "all its values are the same"
    bool numbers_rows = false; ///< it says which row it is, and nothing else
};

/// Rows ready for matching. Rows that agree in every field are one record. Records are in an order
/// that follows from what they say and not from the order of rows.
struct Records {
    std::vector<Field> fields;
    std::vector<ComparedColumn> compared; ///< the columns that the fields are made of
    std::vector<LeftOut> left_out;
    std::size_t size = 0;
    std::size_t split = 0; ///< records from here on are of the second table; = size with one table
    std::vector<std::uint32_t> of_row;  ///< the record of each row; rows of the second table follow
    std::vector<std::uint32_t> weight;  ///< rows of each record
    std::vector<Remainder> remainders;  ///< of each field, if any has one
    std::vector<std::size_t> repeating; ///< the fields that have one, behind those they repeat

    /// What a field tells that no other one does.
    const Field& telling(std::size_t field) const noexcept {
        return remainders.empty() || remainders[field].without.empty() ? fields[field]
                                                                       : remainders[field].field;
    }
    bool links() const noexcept { return split != size; }
};

/// Give texts their order, and each row or record its place in it; texts[0] is empty.
/// @param place the text of each
Field sorted_field(std::vector<std::u32string> texts, const std::vector<std::uint32_t>& place);
/// Count the records that have each value.
void count_records(Field& field);

/// What to do with columns that only number the rows.
enum class RowNumbers : std::uint8_t { leave_out, compare };

/// Fold the texts, choose how each column is compared, and find the records.
/// @param columns all with the same number of rows
/// @param split rows of the first table, when two are linked; else all of them
/// @param memory holds the records from then on
/// @throws Error of kind usage that names --memory, if they take more
Records make_records(const std::vector<TextColumn>& columns, std::size_t split,
                     RowNumbers row_numbers, NearMemory& memory, const Effort& effort = {});

} // namespace assay
