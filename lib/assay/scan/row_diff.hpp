// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/row_reader.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace assay {

class Workers;

/// A column that both sides have.
struct ColumnPair {
    std::size_t a = 0; ///< ordinal on side A
    std::size_t b = 0; ///< ordinal on side B
    Comparison comparison = Comparison::text;
    std::optional<CellTolerance> tolerance{}; ///< only besides a key; nullopt: cells must be equal
    /// How cells of one side become what is compared, where that is not by `comparison` itself.
    std::optional<Comparison> as_a{};
    std::optional<Comparison> as_b{};
};

/// One table of one side.
struct DiffSide {
    Session& session;
    const TableSchema& table;
    /// The session and others, for what several can read at the same time; nullptr: it is alone.
    Workers* workers = nullptr;
};

/// A cell that differs.
struct CellChange {
    std::size_t column = 0; ///< index into RowDiffRequest::other
    Value a;
    Value b;
};

enum class ChangeKind : std::uint8_t { only_a, only_b, changed };

/// One row that is not the same on both sides.
struct RowChange {
    ChangeKind kind = ChangeKind::changed;
    std::vector<Value> key;
    std::vector<CellChange> cells; ///< empty for a row of one side
    std::vector<Value> a; ///< of RowDiffRequest::other, as side A has them; empty: it does not
    std::vector<Value> b;
    /// The key as side B has it: of a changed row, and of a whole row if all copies on side B are
    /// written alike.
    std::vector<Value> key_b{};
    std::size_t same_key = 1; ///< rows of that key, on the side that has more of them
    std::size_t copies_a = 0; ///< of a whole row: how often it stands on side A
    std::size_t copies_b = 0;
};

/// How far to look.
enum class Extent : std::uint8_t {
    all,  ///< at every row
    first ///< until it is sure that a row differs
};

struct RowDiffRequest {
    std::vector<ColumnPair> key;   ///< empty: whole rows are the key
    std::vector<ColumnPair> other; ///< the columns compared besides the key
    std::size_t limit = 10;        ///< rows of each sort to show
    std::string where_a;           ///< which rows of side A count; empty: all
    std::string where_b;           ///< which rows of side B count; empty: all
    /// Which rows of each side are too young to count; empty: none. `where` leaves them out
    /// already; with a key, the rows of the other side that have the same one do not count either.
    std::string young_a;
    std::string young_b;
    RowAccess access = RowAccess::scan;
    const KeyBuckets* only_a = nullptr; ///< rows of side A with such keys alone; nullptr: all
    const KeyBuckets* only_b = nullptr;
    std::vector<HashKind> like_server{}; ///< how these keys are hashed, see RowLayout
    Extent extent = Extent::all;
    /// Rows of each sort to look at with their values, at least `limit`, at random; where segments
    /// are compared, of every segment that differs.
    std::size_t look = 0;
    /// Takes the rows that were looked at, ordered by key as far as they are read together.
    std::function<void(const RowChange&)> visit{};
};

enum class Side : std::uint8_t { a, b };

/// What to read of one side, the columns of the key first.
RowLayout layout_of(Side side, const RowDiffRequest& request);

/// Every number is exact. Rows with equal keys are matched as multisets: equal rows first, then
/// each to the first one within the tolerances, then what is left in pairs as changed, then the
/// rest as rows of one side.
/// rows_a = unchanged + changed + only_a, rows_b = unchanged + changed + only_b.
struct RowDiff {
    std::int64_t rows_a = 0;
    std::int64_t rows_b = 0;
    std::int64_t only_a = 0;
    std::int64_t only_b = 0;
    std::int64_t changed = 0;
    std::int64_t unchanged = 0;
    std::int64_t blanks_differ = 0; ///< of the unchanged rows: not the same trailing blanks
    std::int64_t close = 0;         ///< of the unchanged rows: not equal, but within the tolerances
    std::vector<std::int64_t> changed_cells; ///< by column of RowDiffRequest::other
    std::int64_t duplicate_key_rows_a = 0;   ///< rows beyond the first of their key
    std::int64_t duplicate_key_rows_b = 0;
    std::int64_t null_key_rows_a = 0;
    std::int64_t null_key_rows_b = 0;
    Extent extent = Extent::all; ///< first: something differs, and the numbers are not those of all
    std::vector<RowChange> only_a_rows; ///< at most `limit` of each, ordered by key
    std::vector<RowChange> only_b_rows;
    std::vector<RowChange> changed_rows;
};

/// Compare two tables row by row: one scan of each side into 40 bytes a row, both at the same time,
/// and a second one only if rows differ, to count cells and fetch the rows to show; with tolerances
/// one more. The order of rows, the collations and the stores do not matter.
RowDiff diff_rows(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request);

} // namespace assay
