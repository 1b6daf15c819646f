// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/content.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

// One or two rows say nothing about whether a column always holds the same value.
constexpr std::int64_t rows_to_call_constant = 5;

bool is_sample(const TableProfile& profile) noexcept { return profile.sample_fraction < 1; }

Method method_of(const TableProfile& profile) noexcept {
    return is_sample(profile) ? Method::sample : Method::exact;
}

CheckResult column_result(std::string_view id, const TableProfile& profile,
                          const ColumnProfile& column) {
    CheckResult result =
        make_result(id, profile.schema.ref, {profile.schema.columns[column.ordinal].name});
    result.method = method_of(profile);
    result.rows_examined = column.rows;
    return result;
}

std::string in_sample(const TableProfile& profile) {
    return is_sample(profile) ? " of the sample" : "";
}

/// "all 5 rows", "the only row"
std::string all_rows(std::int64_t rows, const std::string& where) {
    return (rows == 1 ? "the only row" : "all " + count_of(rows, "row")) + where;
}

/// Is there a type that a value of the column could fail to be of?
bool promises_a_type(const ColumnSpec& spec) noexcept {
    return !spec.enforced && !spec.declared_type.empty() && spec.type != ColumnType::other &&
           spec.type != ColumnType::bytes;
}

CheckResult check_not_empty(const TableProfile& profile) {
    CheckResult result = make_result("table.not_empty", profile.schema.ref, {});
    result.method = method_of(profile);
    result.rows_examined = profile.rows_examined;
    result.observed = {profile.rows_examined, "rows"};
    result.expected = ">= 1 row";
    const bool empty = profile.rows_examined == 0;
    if (empty && is_sample(profile)) {
        result.status = Status::skipped;
        result.message = "the sample holds no row";
        return result;
    }
    result.status = empty ? Status::fail : Status::pass;
    result.message = empty ? "the table is empty" : count_of(profile.rows_examined, "row");
    return result;
}

CheckResult check_all_null(const TableProfile& profile, const ColumnProfile& column) {
    CheckResult result = column_result("completeness.all_null", profile, column);
    result.observed = {column.rows - column.nulls, "values"};
    result.expected = ">= 1 value";
    result.rows_failed = column.nulls == column.rows ? column.nulls : 0;
    const bool all_null = column.nulls == column.rows;
    result.status = all_null ? Status::fail : Status::pass;
    result.message = all_null ? fmt::format("{}{} NULL", all_rows(column.rows, in_sample(profile)),
                                            column.rows == 1 ? " is" : " are")
                              : count_of(column.rows - column.nulls, "value");
    return result;
}

CheckResult check_constant(const TableProfile& profile, const ColumnProfile& column) {
    CheckResult result = column_result("distribution.constant", profile, column);
    result.observed = {column.distinct.value, "distinct values"};
    result.expected = ">= 2 distinct values";
    const bool constant = column.distinct.value == 1 && column.distinct.method == Method::exact;
    result.status = constant ? Status::fail : Status::pass;
    result.message =
        constant
            ? fmt::format("one value in all {}{}{}", count_of(column.rows - column.nulls, "row"),
                          in_sample(profile), column.nulls > 0 ? " that have a value" : "")
            : count_of(column.distinct.value, "distinct value");
    return result;
}

CheckResult check_declared_type(const TableProfile& profile, const ColumnProfile& column) {
    const ColumnSpec& spec = profile.schema.columns[column.ordinal];
    CheckResult result = column_result("validity.declared_type", profile, column);
    result.observed = {column.misfits, "rows"};
    result.expected = "0 rows";
    result.rows_failed = column.misfits;
    result.evidence = {{"declared_type", spec.declared_type},
                       {"integer", column.integers},
                       {"real", column.reals},
                       {"text", column.texts},
                       {"blob", column.blobs}};
    result.status = column.misfits > 0 ? Status::fail : Status::pass;
    result.message = column.misfits > 0
                         ? fmt::format("{} of {}{} {} not fit {}", group_digits(column.misfits),
                                       count_of(column.rows, "row"), in_sample(profile),
                                       column.misfits == 1 ? "does" : "do", spec.declared_type)
                         : fmt::format("every value fits {}", spec.declared_type);
    return result;
}

std::string orphan_sentence(const ForeignKey& key, const Orphans& counts) {
    if (counts.examined == 0) {
        return fmt::format("no row refers to {}", key.referenced.name);
    }
    if (counts.orphans == 0) {
        return fmt::format("every row has its row in {}", key.referenced.name);
    }
    return fmt::format("{} of {} {} to a row of {} that does not exist",
                       group_digits(counts.orphans), count_of(counts.examined, "row"),
                       counts.orphans == 1 ? "points" : "point", key.referenced.name);
}

} // namespace

std::vector<CheckResult> check_content(const TableProfile& profile) {
    std::vector<CheckResult> results;
    results.push_back(check_not_empty(profile));
    if (profile.rows_examined == 0) {
        return results;
    }
    for (const auto& column : profile.columns) {
        results.push_back(check_all_null(profile, column));
        const std::int64_t values = column.rows - column.nulls;
        if (values >= rows_to_call_constant) {
            results.push_back(check_constant(profile, column));
        }
        const ColumnSpec& spec = profile.schema.columns[column.ordinal];
        if (promises_a_type(spec) && values > 0) {
            results.push_back(check_declared_type(profile, column));
        }
    }
    return results;
}

CheckResult check_orphans(const TableSchema& table, const ForeignKey& key, const Orphans& counts) {
    CheckResult result = make_result("integrity.orphans", table.ref, key.columns);
    result.observed = {counts.orphans, "rows"};
    result.expected = "0 rows";
    result.rows_examined = counts.examined;
    result.rows_failed = counts.orphans;
    result.evidence = {{"references", qualified_name(key.referenced)}};
    Fact::List referenced;
    for (const auto& column : key.referenced_columns) {
        referenced.emplace_back(column);
    }
    result.evidence.emplace_back("referenced_columns", std::move(referenced));
    result.status = counts.orphans > 0 ? Status::fail : Status::pass;
    result.message = orphan_sentence(key, counts);
    return result;
}

} // namespace assay
