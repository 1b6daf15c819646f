// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/pair_progress.hpp"

#include "assay/base/hash.hpp"
#include "assay/base/text.hpp"
#include "assay/base/time.hpp"
#include "assay/command/kept_facts.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace assay {
namespace {

Fact fact_of(const ComparedPart& part) {
    return Facts{{"keys_to", std::to_string(part.keys_to)},
                 {"snapshot_a", format_instant(part.at_a)},
                 {"snapshot_b", format_instant(part.at_b)},
                 {"ranges_read", std::to_string(part.ranges_read)}};
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

Micros moment_of(const Fact& fact) {
    const auto time = parse_time(text_of(fact));
    if (!time) {
        fail_damaged();
    }
    return time->micros;
}

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

/// Does a part go beyond the one before, in keys or in ranges that were read?
bool goes_on(const ComparedPart& before, const ComparedPart& part) noexcept {
    return part.keys_to >= before.keys_to && part.ranges_read >= before.ranges_read &&
           (part.keys_to > before.keys_to || part.ranges_read > before.ranges_read);
}

/// Each part goes beyond the one before, and the ranges lie, in order, in what was compared.
void require_order(const PairProgress& progress) {
    const ComparedPart* before = nullptr;
    for (const ComparedPart& part : progress.ended) {
        if (before != nullptr && !goes_on(*before, part)) {
            fail_damaged();
        }
        before = &part;
    }
    // A slice has rows.
    const ComparedSums& sums = progress.slices.sums;
    if (before == nullptr || (sums.equal_rows == 0 && progress.slices.ranges() == 0)) {
        fail_damaged();
    }
    const UnequalRange* last = nullptr;
    for (const UnequalRange& range : sums.unequal) {
        if (range.keys.last > before->keys_to ||
            (last != nullptr && range.keys.first <= last->keys.last)) {
            fail_damaged();
        }
        last = &range;
    }
}

Fact fact_of_found(const RowDiff& found) {
    Fact::List cells;
    for (const std::int64_t count : found.changed_cells) {
        cells.emplace_back(std::to_string(count));
    }
    return Facts{{"only_a", std::to_string(found.only_a)},
                 {"only_b", std::to_string(found.only_b)},
                 {"changed", std::to_string(found.changed)},
                 {"unchanged", std::to_string(found.unchanged)},
                 {"blanks_differ", std::to_string(found.blanks_differ)},
                 {"close", std::to_string(found.close)},
                 {"changed_cells", std::move(cells)}};
}

RowDiff read_found(const Fact& fact) {
    RowDiff found;
    found.only_a = count_of(require(fact, "only_a"));
    found.only_b = count_of(require(fact, "only_b"));
    found.changed = count_of(require(fact, "changed"));
    found.unchanged = count_of(require(fact, "unchanged"));
    found.blanks_differ = count_of(require(fact, "blanks_differ"));
    found.close = count_of(require(fact, "close"));
    for (const Fact& cells : list_of(require(fact, "changed_cells"))) {
        found.changed_cells.push_back(count_of(cells));
    }
    return found;
}

/// Empty where there is no such text among facts.
std::string_view text_in(const Fact* fact, std::string_view name) noexcept {
    const auto* const facts = fact == nullptr ? nullptr : std::get_if<Facts>(&fact->value);
    const Fact* const found = facts == nullptr ? nullptr : find_fact(*facts, name);
    const auto* const text = found == nullptr ? nullptr : std::get_if<std::string>(&found->value);
    return text == nullptr ? std::string_view() : *text;
}

/// 0 where there is none, or one that no table has.
std::int64_t number_in(const Fact* fact, std::string_view name) noexcept {
    const std::string_view text = text_in(fact, name);
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number < 0 || number > most_kept_rows ? 0 : number;
}

} // namespace

void PairProgress::end_part(const Session& a, const Session& b) {
    if (!slices.last) {
        return;
    }
    const ComparedPart part{*slices.last, a.source().snapshot_at, b.source().snapshot_at,
                            slices.ranges_read};
    if (!ended.empty() && !goes_on(ended.back(), part)) {
        return;
    }
    if (!ended.empty() && is_of_one_moment(ended.back(), part)) {
        ended.back() = part;
    } else {
        ended.push_back(part);
    }
}

std::string words_of(const PairProgress& progress) {
    const SliceProgress& slices = progress.slices;
    return fmt::format("compared up to key {}; {} of {} that differ there are read",
                       group_digits(slices.last.value_or(0)), group_digits(slices.ranges_read),
                       count_of(slices.ranges(), "range"));
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
                  to_string(pair.comparison), number_words(Side::a, pair),
                  number_words(Side::b, pair), std::string_view(tolerance.number)}) {
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
                 {"unequal", std::move(unequal)},
                 {"ranges_read", std::to_string(progress.slices.ranges_read)},
                 {"found", fact_of_found(progress.slices.found)},
                 {"seen", fact_of(progress.seen)}};
}

PairProgress read_progress(const Fact& fact) {
    PairProgress progress;
    progress.plan = text_of(require(fact, "plan"));
    for (const Fact& part : list_of(require(fact, "parts"))) {
        progress.ended.push_back(
            {number_of(require(part, "keys_to")), moment_of(require(part, "snapshot_a")),
             moment_of(require(part, "snapshot_b")), count_of(require(part, "ranges_read"))});
    }
    ComparedSums& sums = progress.slices.sums;
    sums.equal_rows = number_of(require(fact, "equal_rows"));
    std::int64_t most_left = most_kept_rows;
    take_rows(sums.equal_rows, most_left);
    for (const Fact& range : list_of(require(fact, "unequal"))) {
        sums.unequal.push_back(read_range(range));
        take_rows(sums.unequal.back().rows, most_left);
    }
    progress.slices.ranges_read = count_of(require(fact, "ranges_read"));
    progress.slices.found = read_found(require(fact, "found"));
    progress.seen = read_seen(require(fact, "seen"));
    require_order(progress);
    progress.slices.last = progress.ended.back().keys_to;
    return progress;
}

std::string_view plan_in_progress(const Facts& evidence) noexcept {
    return text_in(find_fact(evidence, "resume"), "plan");
}

std::int64_t rows_in_progress(const Facts& evidence) noexcept {
    const Fact* const resume = find_fact(evidence, "resume");
    std::int64_t rows = number_in(resume, "equal_rows");
    const auto* const facts = resume == nullptr ? nullptr : std::get_if<Facts>(&resume->value);
    const Fact* const found = facts == nullptr ? nullptr : find_fact(*facts, "found");
    for (const std::string_view name : {"only_a", "only_b", "changed", "unchanged"}) {
        rows += number_in(found, name);
    }
    return rows;
}

void tell_parts(const PairProgress& progress, const Session& a, const Session& b,
                CheckResult& result) {
    const ComparedPart last{0, a.source().snapshot_at, b.source().snapshot_at, 0};
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
                             {"snapshot_b", format_instant(last.at_b)},
                             {"ranges_read", Fact()}});
    const auto count = static_cast<std::int64_t>(parts.size());
    result.evidence.emplace_back("parts", std::move(parts));
    result.message += fmt::format("; compared in {} parts, each of another moment", count);
}

} // namespace assay
