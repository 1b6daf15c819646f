// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_sides.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/scan/number_times.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

/// By different columns, --since and --min-age would choose different rows.
void require_same_time_column(const TablePair& pair, const Sides& sides) {
    const std::string a = sides.filter_a.column_of(*pair.a);
    const std::string b = sides.filter_b.column_of(*pair.b);
    if (to_lower_ascii(a) != to_lower_ascii(b) && !a.empty() && !b.empty()) {
        throw Error(ErrorKind::usage,
                    fmt::format("the time of a row seems to be {} on side A and {} on side B of {}",
                                display_identifier(a), display_identifier(b),
                                display_identifier(pair.a->ref.name)),
                    "name the column with --column");
    }
}

StoreRules rules_of(const TablePair& pair, const Sides& sides, const VolumeDiffOptions& options) {
    const bool is_one_kind = sides.a.session->source().kind == sides.b.session->source().kind;
    StoreRules rules{is_one_kind ? TextRule::exact : TextRule::padded};
    if (options.common.mode == Mode::explain) {
        // Which numbers tell times is not known without reading: most that stand beside them do.
        rules.numbers = [pair](Side side, std::size_t ordinal) {
            const TableSchema& table = side == Side::a ? *pair.a : *pair.b;
            return is_numeric(table.columns[ordinal].type)
                       ? std::optional(TimeEncoding::epoch_seconds)
                       : std::nullopt;
        };
    } else {
        rules.numbers = [pair, &sides](Side side, std::size_t ordinal) {
            return side == Side::a ? encoding_of_column(*sides.a.session, *pair.a, ordinal)
                                   : encoding_of_column(*sides.b.session, *pair.b, ordinal);
        };
    }
    return rules;
}

} // namespace

Sides sides_of(Source& a, Source& b, const VolumeDiffOptions& options) {
    const CommonOptions& common = options.common;
    const Micros now = now_of(common, *a.session);
    const Micros min_age = options.usual.min_age;
    return {a, b, RowFilter(common, a.session->source().kind, now, {options.where_a, min_age}),
            RowFilter(common, b.session->source().kind, now, {options.where_b, min_age})};
}

std::string reason_not_to_choose(const TablePair& pair, const Sides& sides) {
    const std::string reason = sides.filter_a.reason_not_to_choose(*pair.a);
    return reason.empty() ? sides.filter_b.reason_not_to_choose(*pair.b) : reason;
}

ComparedTables compared_tables(const std::vector<TablePair>& pairs) {
    ComparedTables tables;
    for (const auto& pair : pairs) {
        if (pair.a != nullptr && pair.b != nullptr) {
            tables.a.push_back(pair.a);
            tables.b.push_back(pair.b);
        }
    }
    return tables;
}

void announce_since(const std::vector<TablePair>& pairs, const Sides& sides, Document& document) {
    for (const auto& pair : pairs) {
        if (pair.a != nullptr && pair.b != nullptr) {
            require_same_time_column(pair, sides);
        }
    }
    const ComparedTables tables = compared_tables(pairs);
    sides.filter_a.announce(tables.a, document);
    sides.filter_b.announce(tables.b, document);
}

RowComparison plan_pair(const TablePair& pair, const Sides& sides,
                        const VolumeDiffOptions& options) {
    RowComparison plan = plan_comparison(pair, options, rules_of(pair, sides, options));
    plan.request.where_a = sides.filter_a.condition(*pair.a);
    plan.request.where_b = sides.filter_b.condition(*pair.b);
    plan.request.young_a = sides.filter_a.young(*pair.a);
    plan.request.young_b = sides.filter_b.young(*pair.b);
    return plan;
}

} // namespace assay
