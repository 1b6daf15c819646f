// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/column_metric.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

namespace assay {

CheckResult check_column_metric(const ColumnMetricFacts& facts) {
    CheckResult result = metric_result(facts.table, facts.column, facts.metric);
    result.method = facts.method;
    result.rows_examined = facts.rows_examined;
    result.evidence = {
        {"metric", facts.metric}, {"value", facts.now.value}, {"by", to_string(facts.size)}};
    const JudgedSeries series{fmt::format("{} is {}", facts.what, format_brief(facts.now.value)),
                              std::string(to_string(facts.size)),
                              {0, facts.now.value},
                              rules_for(facts.size, ValueScale::measure),
                              Quantity::number};
    tell_by_runs(result, series,
                 past_of_runs(facts.past, facts.dropped, facts.now.at, facts.size, facts.calendar),
                 judge_measure, facts.judging);
    return result;
}

CheckResult metric_result(const TableRef& table, const std::string& column,
                          const std::string& metric) {
    CheckResult result = make_result("volume.metric", table, {column, metric});
    result.columns = {column}; // the fingerprint knows the metric as well
    return result;
}

} // namespace assay
