// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/hash.hpp"
#include "assay/metric/comparable.hpp"
#include "assay/scan/hash_kind.hpp"
#include "assay/store/store.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace assay {

class KeyBuckets;

/// A column of one side and how it is compared.
struct ReadColumn {
    std::size_t ordinal = 0;
    Comparison comparison = Comparison::text;
};

/// Which columns make the key of a row, and which others are compared.
struct RowLayout {
    std::vector<ReadColumn> key;
    std::vector<ReadColumn> other;
    std::string where; ///< which rows count; empty: all
    RowAccess access = RowAccess::scan;
    std::vector<std::size_t> measured{}; ///< of `other`: columns whose values are held against each
                                         ///< other, not only their hashes
    const KeyBuckets* only = nullptr;    ///< rows of these alone; nullptr: all
    /// Hash rows as a server does, see hash_like_server(): of `key`, then `other`. Empty: not so.
    std::vector<HashKind> like_server{};
};

/// A scan of the columns of a layout, in its order.
ScanRequest scan_of(const TableSchema& table, const RowLayout& layout);

/// What is kept of a row after the first scan.
struct RowPrint {
    Fingerprint key;
    Fingerprint row; ///< of the other columns
    /// Of the whole row with its trailing blanks; 0 where no column is compared without them.
    std::uint64_t exact = 0;
    friend auto operator<=>(const RowPrint&, const RowPrint&) = default;
    friend bool operator==(const RowPrint&, const RowPrint&) = default;
};

struct RowPrints {
    std::vector<RowPrint> rows; ///< sorted by key, then row
    std::int64_t null_key_rows = 0;
};

/// Read a table into 40 bytes a row.
RowPrints read_prints(Session& session, const TableSchema& table, const RowLayout& layout);

/// A row that is looked at again because something differs.
struct DetailedRow {
    Fingerprint row;
    std::vector<std::uint64_t> cell_hashes; ///< one per other column
    std::vector<std::string> measures;      ///< see append_comparable(); one per measured column
    std::vector<Value> key;                 ///< only of rows to show
    std::vector<Value> cells;               ///< only of rows to show, one per other column
};

struct DetailRequest {
    const std::set<Fingerprint>& changed; ///< keys whose cells are compared
    const std::set<Fingerprint>& show;    ///< keys whose values are fetched
};

/// Read the rows of some keys again, by key.
std::map<Fingerprint, std::vector<DetailedRow>> read_details(Session& session,
                                                             const TableSchema& table,
                                                             const RowLayout& layout,
                                                             const DetailRequest& request);

} // namespace assay
