// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/duplicate_choice.hpp"

#include "assay/scan/partition_team.hpp"

#include <algorithm>

namespace assay {
namespace {

std::size_t memory_of_a_key(const DuplicateRequest& request) noexcept {
    return request.memory / std::max<std::size_t>(request.keys.size(), 1);
}

/// How many groups to look at again, whatever the memory: those that are shown or of which rows are
/// kept, and without places as many as would be.
std::size_t groups_to_find(const WantedGroups& wanted, const DuplicateRequest& request) noexcept {
    if (request.limit == 0) {
        return 0; // the table is not read again
    }
    const std::size_t compared =
        has_places(request) ? wanted.kept_rows.size() : request.places.groups;
    return std::max(wanted.shown, compared);
}

/// Of which groups rows are kept, and how many.
std::vector<std::size_t> rows_to_keep(const std::vector<DuplicateGroup>& largest,
                                      const DuplicateRequest& request) {
    std::vector<std::size_t> kept;
    if (!has_places(request)) {
        return kept;
    }
    const DuplicatePlaces& places = request.places;
    std::size_t rows = 0;
    for (const auto& group : first_of(largest, places.groups)) {
        const auto own = std::min(static_cast<std::size_t>(group.rows), places.rows_of_a_group);
        rows += own;
        if (rows > places.rows) {
            break;
        }
        kept.push_back(own);
    }
    const std::size_t shown = std::min(request.limit, largest.size());
    kept.resize(std::max(kept.size(), shown), places.rows_shown);
    return kept;
}

/// @return nullptr if no row of the group was compared
const ComparedKey* find_compared(const DuplicateGroup& group,
                                 const std::vector<ComparedKey>& compared) noexcept {
    const auto found = std::lower_bound(
        compared.begin(), compared.end(), group.key,
        [](const ComparedKey& key, const Fingerprint& wanted) { return key.key < wanted; });
    return found != compared.end() && found->key == group.key ? &*found : nullptr;
}

/// Are the rows of a group known to have equal keys?
bool is_compared(const DuplicateGroup& group, const CollectedKeys& keys) noexcept {
    const ComparedKey* const found = find_compared(group, keys.compared);
    return keys.all.have_no_collisions() || (found != nullptr && found->rows == group.rows);
}

/// How many rows to find by their places, of each group.
struct RowsToFind {
    std::vector<std::size_t> rows;
    std::int64_t to_compare = 0; ///< of the groups that were not compared
    std::int64_t unrecorded = 0; ///< of these, rows of which nobody knows where they stand
};

RowsToFind rows_to_find(const WantedGroups& wanted, const CollectedKeys& keys) {
    RowsToFind found;
    for (std::size_t i = 0; i < wanted.kept_rows.size(); ++i) {
        const DuplicateGroup& group = wanted.groups[i];
        const auto rows = static_cast<std::size_t>(group.rows);
        if (is_compared(group, keys)) {
            found.rows.push_back(std::clamp<std::size_t>(wanted.kept_rows[i], 1, rows));
            continue;
        }
        const ComparedKey* const compared = find_compared(group, keys.compared);
        found.rows.push_back(rows);
        found.to_compare += group.rows;
        found.unrecorded += compared != nullptr ? compared->unrecorded : 0;
    }
    return found;
}

/// How many rows to compare by value may be read by their places: of a large table more than of a
/// small one, before it takes less to scan it once more.
std::int64_t most_to_compare(std::int64_t rows, const DuplicateRequest& request) noexcept {
    constexpr std::size_t bytes_of_a_row = 64; // its place, sorted and handed out
    const auto held = static_cast<std::int64_t>(memory_of_a_key(request) / 8 / bytes_of_a_row);
    return std::max(static_cast<std::int64_t>(request.places.rows),
                    std::min(rows / request.places.one_in, held));
}

/// Can all that is to be read be read by its place?
bool can_read_by_place(const RowsToFind& rows, std::int64_t most,
                       const DuplicateRequest& request) noexcept {
    return has_places(request) && rows.unrecorded == 0 && rows.to_compare <= most;
}

/// Where the first rows of the groups stand, in order.
/// @param most of each group
std::vector<std::vector<std::int64_t>> find_places(Workers& workers, const WantedGroups& groups,
                                                   const std::vector<std::size_t>& most,
                                                   const std::vector<PlacedKeys>& keys,
                                                   const Cancellation* cancellation) {
    KeyTable wanted;
    wanted.reset(groups.groups.size());
    std::int64_t number = 0;
    for (const auto& group : groups.groups) {
        *wanted.find_or_add(group.key) = ++number;
    }
    const auto found = count_partitions(workers, keys.front().partitions(), cancellation,
                                        [&] { return PlaceFinder(keys, wanted, most); });
    std::vector<std::vector<std::int64_t>> places(groups.groups.size());
    for (const auto& some : found) {
        for (std::size_t i = 0; i < some.size(); ++i) {
            places[i].insert(places[i].end(), some[i].begin(), some[i].end());
        }
    }
    for (auto& group : places) {
        std::sort(group.begin(), group.end());
    }
    return places;
}

/// A group that is known to have equal keys needs a row where it is shown, and no other: its places
/// are known, but for those in one of several children.
void choose_rows(const CollectedKeys& keys, const DuplicateRequest& request,
                 std::vector<std::vector<std::int64_t>> places, GroupChoice& choice) {
    WantedGroups& wanted = choice.groups;
    wanted.places.resize(places.size());
    const bool has_children = request.places.table->columns().size() > 1;
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (!has_children && is_compared(wanted.groups[i], keys)) {
            wanted.places[i] = places[i];
            places[i].resize(i < wanted.shown ? 1 : 0);
        }
        wanted.read_rows.push_back(places[i].size());
        choice.places.insert(choice.places.end(), places[i].begin(), places[i].end());
    }
}

} // namespace

bool has_places(const DuplicateRequest& request) noexcept {
    return request.places.table != nullptr && request.limit > 0;
}

KeyMemory memory_of_keys(const Workers& workers, const DuplicateRequest& request) noexcept {
    KeyMemory memory = KeyMemory::of(memory_of_a_key(request), workers.jobs(), sizeof(PlacedKey));
    // A place in one of several children does not tell which rows are the first ones.
    if (has_places(request) && request.places.table->columns().size() > 1) {
        memory.frequent_bytes = 0;
    }
    return memory;
}

std::int64_t rows_to_record(const DuplicateRequest& request) noexcept {
    const std::size_t rows =
        has_places(request) ? std::max(request.places.rows_of_a_group, request.places.rows_shown)
                            : 1;
    return static_cast<std::int64_t>(rows);
}

std::size_t most_to_name(const DuplicateRequest& request) noexcept {
    const std::size_t looked_at =
        request.limit == 0 ? 0 : std::max(request.limit, request.places.groups);
    return std::max(looked_at, request.named);
}

std::vector<DuplicateGroup> first_of(const std::vector<DuplicateGroup>& groups, std::size_t most) {
    const auto count = static_cast<std::ptrdiff_t>(std::min(most, groups.size()));
    return {groups.begin(), groups.begin() + count};
}

GroupChoice choose_groups(Workers& workers, const DuplicateResult& counted,
                          const CollectedKeys& keys, const DuplicateRequest& request) {
    const std::vector<DuplicateGroup>& largest = counted.largest;
    GroupChoice choice;
    WantedGroups& wanted = choice.groups;
    wanted.shown = std::min(request.limit, largest.size());
    wanted.kept_rows = rows_to_keep(largest, request);
    wanted.groups = first_of(largest, groups_to_find(wanted, request));
    if (wanted.groups.empty()) {
        return choice;
    }
    const RowsToFind rows = rows_to_find(wanted, keys);
    if (can_read_by_place(rows, most_to_compare(counted.counts.rows, request), request)) {
        choose_rows(keys, request,
                    find_places(workers, wanted, rows.rows, keys.all.keys(), request.cancellation),
                    choice);
    }
    return choice;
}

} // namespace assay
