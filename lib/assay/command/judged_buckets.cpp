// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/judged_buckets.hpp"

#include <algorithm>
#include <map>

namespace assay {
namespace {

/// Runs that count: of a run every quarter of an hour those of more than two years.
constexpr std::size_t most_runs = 100'000;

std::string judged_name(BucketSize size) { return std::string(to_string(size)) + "_judged"; }
std::string accepted_name(BucketSize size) { return std::string(to_string(size)) + "_accepted"; }

} // namespace

std::vector<Micros> wrong_buckets(const RunHistory& history, const TableRef& table,
                                  const std::string& column, BucketSize size, Micros now) {
    const auto subject = history.subject(table, column);
    const auto check = make_result("volume.anomaly", table, {column});
    std::map<Micros, Micros> judged_last; // by bucket
    for (const auto& seen : history.metric(subject, judged_name(size), now, {}, most_runs)) {
        judged_last[seen.value.value_or(0)] = seen.at;
    }
    for (const auto& seen : history.metric(subject, judged_name(size), now, {check}, most_runs)) {
        const auto found = judged_last.find(seen.value.value_or(0));
        if (found != judged_last.end() && found->second <= seen.at) {
            judged_last.erase(found);
        }
    }
    for (const auto& seen : history.metric(subject, accepted_name(size), now, {}, most_runs)) {
        judged_last.erase(seen.value.value_or(0));
    }
    std::vector<Micros> wrong;
    for (const auto& [bucket, at] : judged_last) {
        wrong.push_back(bucket);
    }
    return wrong;
}

HistoryMetric metric_of(const JudgedBucket& bucket, const HistorySubject& subject,
                        Findings findings) {
    const bool is_accepted = bucket.status == Status::fail && findings == Findings::accepted;
    return {subject, is_accepted ? accepted_name(bucket.size) : judged_name(bucket.size), bucket.at,
            Method::exact};
}

} // namespace assay
