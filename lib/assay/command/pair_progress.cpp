// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/pair_progress.hpp"

#include "assay/base/error.hpp"
#include "assay/base/hash.hpp"
#include "assay/base/text.hpp"
#include "assay/base/time.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace assay {
namespace {

[[noreturn]] void fail_damaged() {
    throw Error(ErrorKind::usage,
                "what the file of --resume says of a table that was under way is "
                "damaged",
                "remove the file to begin anew, or name another one");
}

Fact fact_of(const ComparedPart& part) {
    return Facts{{"keys_to", std::to_string(part.keys_to)},
                 {"snapshot_a", format_instant(part.at_a)},
                 {"snapshot_b", format_instant(part.at_b)}};
}

bool is_of_one_moment(const ComparedPart& left, const ComparedPart& right) noexcept {
    return left.at_a == right.at_a && left.at_b == right.at_b;
}

Fact::List facts_of(const std::vector<ComparedPart>& parts) {
    Fact::List list;
    for (const ComparedPart& part : parts) {
        list.push_back(fact_of(part));
    }
    return list;
}

const Fact& require(const Fact& fact, std::string_view name) {
    const auto* const facts = std::get_if<Facts>(&fact.value);
    const Fact* const found = facts == nullptr ? nullptr : find_fact(*facts, name);
    if (found == nullptr) {
        fail_damaged();
    }
    return *found;
}

std::string_view text_of(const Fact& fact) {
    const auto* const text = std::get_if<std::string>(&fact.value);
    if (text == nullptr) {
        fail_damaged();
    }
    return *text;
}

const Fact::List& list_of(const Fact& fact) {
    const auto* const list = std::get_if<Fact::List>(&fact.value);
    if (list == nullptr) {
        fail_damaged();
    }
    return *list;
}

/// The number up to the next blank, which goes with it.
std::int64_t take_number(std::string_view& text) {
    std::int64_t number = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number);
    if (error != std::errc() || (end != last && *end != ' ')) {
        fail_damaged();
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + (end == last ? 0 : 1));
    return number;
}

std::int64_t number_of(const Fact& fact) {
    std::string_view text = text_of(fact);
    const std::int64_t number = take_number(text);
    if (!text.empty()) {
        fail_damaged();
    }
    return number;
}

Micros moment_of(const Fact& fact) {
    const auto time = parse_time(text_of(fact));
    if (!time) {
        fail_damaged();
    }
    return time->micros;
}

/// More than a table can have, and no sum of a few such numbers overflows.
constexpr std::int64_t most_rows = std::int64_t{1} << 53;

void take_rows(std::int64_t rows, std::int64_t& left) {
    if (rows < 0 || rows > left) {
        fail_damaged();
    }
    left -= rows;
}

UnequalRange read_range(const Fact& fact) {
    std::string_view text = text_of(fact);
    UnequalRange range;
    range.keys.first = take_number(text);
    range.keys.last = take_number(text);
    range.rows = take_number(text);
    if (!text.empty() || range.keys.last < range.keys.first) {
        fail_damaged();
    }
    return range;
}

/// With its length, so that no two lists of parts give the same text.
void append_part(std::string_view part, std::string& text) {
    text += fmt::format("{}:{}", part.size(), part);
}

/// Each part ends behind the one before, and the ranges lie, in order, in what was compared.
void require_order(const PairProgress& progress) {
    std::optional<std::int64_t> before;
    for (const ComparedPart& part : progress.ended) {
        if (before && part.keys_to <= *before) {
            fail_damaged();
        }
        before = part.keys_to;
    }
    // A slice has rows.
    const ComparedSums& sums = progress.slices.sums;
    if (!before || (sums.equal_rows == 0 && sums.unequal.empty())) {
        fail_damaged();
    }
    const UnequalRange* last = nullptr;
    for (const UnequalRange& range : sums.unequal) {
        if (range.keys.last > *before || (last != nullptr && range.keys.first <= last->keys.last)) {
            fail_damaged();
        }
        last = &range;
    }
}

/// Empty where there is no such evidence.
std::string_view text_in_progress(const Facts& evidence, std::string_view name) noexcept {
    const Fact* const resume = find_fact(evidence, "resume");
    const auto* const facts = resume == nullptr ? nullptr : std::get_if<Facts>(&resume->value);
    const Fact* const found = facts == nullptr ? nullptr : find_fact(*facts, name);
    const auto* const text = found == nullptr ? nullptr : std::get_if<std::string>(&found->value);
    return text == nullptr ? std::string_view() : *text;
}

} // namespace

void PairProgress::end_part(const Session& a, const Session& b) {
    if (!slices.last || (!ended.empty() && ended.back().keys_to == *slices.last)) {
        return;
    }
    const ComparedPart part{*slices.last, a.source().snapshot_at, b.source().snapshot_at};
    if (!ended.empty() && is_of_one_moment(ended.back(), part)) {
        ended.back() = part;
    } else {
        ended.push_back(part);
    }
}

std::string plan_digest(const RowComparison& plan) {
    const RowDiffRequest& request = plan.request;
    std::string text;
    for (const auto* pairs : {&request.key, &request.other}) {
        for (const ColumnPair& pair : *pairs) {
            const ColumnSpec& a = plan.tables.a->columns[pair.a];
            const ColumnSpec& b = plan.tables.b->columns[pair.b];
            const CellTolerance tolerance = pair.tolerance.value_or(CellTolerance());
            for (const std::string_view part :
                 {std::string_view(a.name), std::string_view(a.declared_type),
                  std::string_view(b.name), std::string_view(b.declared_type),
                  to_string(pair.comparison), std::string_view(tolerance.number)}) {
                append_part(part, text);
            }
            append_part(std::to_string(tolerance.time), text);
        }
        append_part("", text);
    }
    for (const auto* where :
         {&request.where_a, &request.where_b, &request.young_a, &request.young_b}) {
        append_part(*where, text);
    }
    return hex64(hash64(text));
}

std::string reason_not_to_slice(const RowComparison& plan, ValuesPolicy values) {
    if (!has_slices(*plan.tables.a, *plan.tables.b, plan.request)) {
        return "its key is not one column that holds nothing but integers, each once, on both "
               "sides";
    }
    return values == ValuesPolicy::none ? "--values none forbids to keep how far the keys came"
                                        : "";
}

Fact fact_of(const PairProgress& progress) {
    Fact::List unequal;
    for (const auto& [keys, rows] : progress.slices.sums.unequal) {
        unequal.emplace_back(fmt::format("{} {} {}", keys.first, keys.last, rows));
    }
    return Facts{{"plan", progress.plan},
                 {"parts", facts_of(progress.ended)},
                 {"equal_rows", std::to_string(progress.slices.sums.equal_rows)},
                 {"unequal", std::move(unequal)}};
}

PairProgress read_progress(const Fact& fact) {
    PairProgress progress;
    progress.plan = text_of(require(fact, "plan"));
    for (const Fact& part : list_of(require(fact, "parts"))) {
        progress.ended.push_back({number_of(require(part, "keys_to")),
                                  moment_of(require(part, "snapshot_a")),
                                  moment_of(require(part, "snapshot_b"))});
    }
    ComparedSums& sums = progress.slices.sums;
    sums.equal_rows = number_of(require(fact, "equal_rows"));
    std::int64_t most_left = most_rows;
    take_rows(sums.equal_rows, most_left);
    for (const Fact& range : list_of(require(fact, "unequal"))) {
        sums.unequal.push_back(read_range(range));
        take_rows(sums.unequal.back().rows, most_left);
    }
    require_order(progress);
    progress.slices.last = progress.ended.back().keys_to;
    return progress;
}

std::string_view plan_in_progress(const Facts& evidence) noexcept {
    return text_in_progress(evidence, "plan");
}

std::int64_t rows_in_progress(const Facts& evidence) noexcept {
    const std::string_view text = text_in_progress(evidence, "equal_rows");
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

void tell_parts(const PairProgress& progress, const Session& a, const Session& b,
                CheckResult& result) {
    const ComparedPart last{0, a.source().snapshot_at, b.source().snapshot_at};
    std::vector<ComparedPart> ended = progress.ended;
    if (!ended.empty() && is_of_one_moment(ended.back(), last)) {
        ended.pop_back(); // begun once more in the same snapshot
    }
    if (ended.empty()) {
        return;
    }
    Fact::List parts = facts_of(ended);
    parts.emplace_back(Facts{{"keys_to", Fact()},
                             {"snapshot_a", format_instant(last.at_a)},
                             {"snapshot_b", format_instant(last.at_b)}});
    const auto count = static_cast<std::int64_t>(parts.size());
    result.evidence.emplace_back("parts", std::move(parts));
    result.message += fmt::format("; compared in {} parts, each of another moment", count);
}

} // namespace assay
