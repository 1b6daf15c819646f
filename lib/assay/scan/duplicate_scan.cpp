// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/duplicate_scan.hpp"

#include "assay/base/error.hpp"
#include "assay/scan/duplicate_groups.hpp"
#include "assay/scan/part_scan.hpp"
#include "assay/scan/partition_team.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace assay {
namespace {

/// The columns of all keys, each once.
std::vector<std::size_t> columns_of(const std::vector<DuplicateKey>& keys) {
    std::vector<std::size_t> columns;
    for (const auto& key : keys) {
        for (const std::size_t column : key.columns) {
            if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
                columns.push_back(column);
            }
        }
    }
    return columns;
}

/// Where the columns of each key stand in the batches of a scan.
std::vector<std::vector<std::size_t>> places_of(const std::vector<DuplicateKey>& keys) {
    const auto columns = columns_of(keys);
    std::vector<std::vector<std::size_t>> places;
    for (const auto& key : keys) {
        auto& own = places.emplace_back();
        for (const std::size_t column : key.columns) {
            own.push_back(static_cast<std::size_t>(
                std::find(columns.begin(), columns.end(), column) - columns.begin()));
        }
    }
    return places;
}

/// The keys that one worker reads.
class KeySink final : public BatchSink {
public:
    KeySink(const std::vector<DuplicateKey>& keys, const KeyMemory& memory, TempFile& file)
        : m_places(places_of(keys)) {
        for (const auto& key : keys) {
            m_duplicates.emplace_back(key.nulls, memory, file);
        }
    }
    void begin_part(std::size_t index) override {
        for (auto& duplicates : m_duplicates) {
            duplicates.begin_part(index);
        }
    }
    void consume(const RowBatch& batch) override {
        for (std::size_t i = 0; i < m_duplicates.size(); ++i) {
            m_duplicates[i].update(key_columns(batch, m_places[i]), batch.row_count);
        }
    }
    DuplicateAccumulator& duplicates(std::size_t key) noexcept { return m_duplicates[key]; }

private:
    std::vector<std::vector<std::size_t>> m_places;
    std::vector<DuplicateAccumulator> m_duplicates; ///< one for each key
};

/// The groups of every key that one worker finds again.
class AllGroupsSink final : public BatchSink {
public:
    AllGroupsSink(const std::vector<GroupLayout>& layouts,
                  const std::vector<WantedGroups>& wanted) {
        for (std::size_t i = 0; i < layouts.size(); ++i) {
            m_keys.emplace_back(layouts[i], wanted[i]);
        }
    }
    void consume(const RowBatch& batch) override {
        for (auto& key : m_keys) {
            key.consume(batch);
        }
    }
    GroupSink& key(std::size_t i) noexcept { return m_keys[i]; }

private:
    std::vector<GroupSink> m_keys;
};

template <typename Sink>
std::vector<BatchSink*> pointers_to(std::vector<Sink>& sinks) {
    std::vector<BatchSink*> pointers;
    for (auto& sink : sinks) {
        pointers.push_back(&sink);
    }
    return pointers;
}

std::size_t memory_of_a_key(const DuplicateRequest& request) noexcept {
    return request.memory / std::max<std::size_t>(request.keys.size(), 1);
}

/// How many groups to compare by value: what that takes is little beside the keys.
std::size_t most_to_verify(const DuplicateRequest& request) noexcept {
    if (request.limit == 0) {
        return 0; // the table is not read again
    }
    constexpr std::size_t many = 10'000;
    return std::max(request.limit, std::min(many, memory_of_a_key(request) / 32 / most_key_bytes));
}

/// Are rows to be placed?
bool has_places(const DuplicateRequest& request) noexcept {
    return request.places.table != nullptr && request.limit > 0;
}

/// Groups that have to be known by their fingerprints.
std::size_t most_to_name(const DuplicateRequest& request) noexcept {
    return std::max(
        {most_to_verify(request), request.named, has_places(request) ? request.places.groups : 0});
}

/// Count the partitions, every worker its share of them.
DuplicateResult count_groups(Workers& workers, const DuplicateAccumulator& duplicates,
                             const KeyMemory& memory, const DuplicateRequest& request) {
    const auto& keys = duplicates.keys();
    const auto counted = count_partitions(workers, memory.partitions, request.cancellation, [&] {
        return PartitionCounter(keys, memory.table_bytes, most_to_name(request),
                                request.spill_folder, request.cancellation);
    });
    return duplicates.result(counted, most_to_name(request));
}

/// The parts of the table that hold rows of these groups.
std::vector<ScanPart> parts_with(const std::vector<DuplicateGroup>& groups,
                                 const std::vector<KeyPartitions>& keys,
                                 const std::vector<ScanPart>& parts) {
    KeyTable wanted;
    wanted.reset(groups.size());
    std::set<std::size_t> partitions;
    for (const auto& group : groups) {
        *wanted.find_or_add(group.key) = 1;
        partitions.insert(keys.front().partition_of(group.key));
    }
    std::set<std::size_t> found;
    for (const std::size_t partition : partitions) {
        for (const auto& collected : keys) {
            collected.for_keys(partition, [&](std::span<const Fingerprint> some, std::size_t part) {
                if (std::any_of(some.begin(), some.end(), [&](const Fingerprint& key) {
                        return wanted.number_of(key) != 0;
                    })) {
                    found.insert(part);
                }
                return true;
            });
        }
    }
    std::vector<ScanPart> chosen;
    std::copy_if(parts.begin(), parts.end(), std::back_inserter(chosen),
                 [&](const ScanPart& part) { return found.contains(part.index); });
    return chosen;
}

std::vector<DuplicateGroup> first_of(const std::vector<DuplicateGroup>& groups, std::size_t most) {
    const auto count = static_cast<std::ptrdiff_t>(std::min(most, groups.size()));
    return {groups.begin(), groups.begin() + count};
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

/// Groups of one key to find again, and where.
struct Wanted {
    WantedGroups groups;
    std::vector<ScanPart> parts; ///< none: the table is read in one go
};

/// Groups of which nothing is shown are only worth a look where their rows are read anyway.
Wanted choose(const std::vector<DuplicateGroup>& largest, const std::vector<KeyPartitions>& keys,
              const DuplicateRequest& request) {
    Wanted wanted;
    wanted.groups.shown = std::min(request.limit, largest.size());
    wanted.groups.kept_rows = rows_to_keep(largest, request);
    const std::size_t needed = std::max(wanted.groups.shown, wanted.groups.kept_rows.size());
    const auto all = first_of(largest, std::max(most_to_verify(request), needed));
    if (needed == 0) {
        return {};
    }
    if (request.parts.empty()) {
        wanted.groups.groups = all;
        return wanted;
    }
    wanted.parts = parts_with(first_of(largest, needed), keys, request.parts);
    const bool is_all = wanted.parts.size() == request.parts.size();
    wanted.groups.groups = is_all ? all : first_of(largest, needed);
    return wanted;
}

/// The first scan, and what it finds: the groups of each key to find again.
std::vector<Wanted> count_keys(Workers& workers, const ScanRequest& scan,
                               const DuplicateRequest& request, std::vector<Duplicates>& found) {
    const KeyMemory memory = KeyMemory::of(memory_of_a_key(request), workers.jobs());
    TempFile file(request.spill_folder);
    std::vector<KeySink> sinks;
    for (std::size_t i = 0; i < readers_of(workers, request.parts); ++i) {
        sinks.emplace_back(request.keys, memory, file);
    }
    scan_parts(workers, scan, request.parts, pointers_to(sinks));
    std::vector<Wanted> wanted;
    for (std::size_t key = 0; key < request.keys.size(); ++key) {
        DuplicateAccumulator all = std::move(sinks.front().duplicates(key));
        for (std::size_t i = 1; i < sinks.size(); ++i) {
            all.merge(std::move(sinks[i].duplicates(key)));
        }
        DuplicateResult counted = count_groups(workers, all, memory, request);
        Duplicates& duplicates = found.emplace_back();
        duplicates.counts = counted.counts;
        duplicates.spilled_bytes = counted.spilled_bytes;
        duplicates.largest = first_of(counted.largest, request.named);
        wanted.push_back(choose(counted.largest, all.keys(), request));
    }
    return wanted;
}

/// The parts that hold rows of the groups of any key, in the order of the table.
std::vector<ScanPart> parts_of(const std::vector<Wanted>& wanted,
                               const std::vector<ScanPart>& parts) {
    std::set<std::size_t> found;
    for (const auto& key : wanted) {
        for (const ScanPart& part : key.parts) {
            found.insert(part.index);
        }
    }
    std::vector<ScanPart> chosen;
    std::copy_if(parts.begin(), parts.end(), std::back_inserter(chosen),
                 [&](const ScanPart& part) { return found.contains(part.index); });
    return chosen;
}

/// The second scan.
/// @param placed nullptr: rows have no places
void fetch_groups(Workers& workers, ScanRequest scan, const DuplicateRequest& request,
                  const PlacedTable* placed, const std::vector<Wanted>& wanted,
                  std::vector<Duplicates>& found) {
    std::vector<GroupLayout> layouts;
    for (auto& places : places_of(request.keys)) {
        layouts.push_back({std::move(places), placed});
    }
    if (placed != nullptr) {
        scan.table = &placed->schema();
        scan.columns.insert(scan.columns.end(), placed->columns().begin(), placed->columns().end());
    }
    std::vector<WantedGroups> groups;
    for (const auto& key : wanted) {
        groups.push_back(key.groups);
    }
    const auto parts = parts_of(wanted, request.parts);
    std::vector<AllGroupsSink> sinks(readers_of(workers, parts), AllGroupsSink(layouts, groups));
    scan_parts(workers, scan, parts, pointers_to(sinks));
    for (std::size_t key = 0; key < groups.size(); ++key) {
        GroupSink& all = sinks.front().key(key);
        for (std::size_t i = 1; i < sinks.size(); ++i) {
            all.merge(sinks[i].key(key));
        }
        found[key].groups = all.take();
        found[key].verified_groups = all.verified();
    }
}

} // namespace

ScanRequest key_scan(const TableSchema& table, const DuplicateRequest& request) {
    ScanRequest scan;
    scan.table = &table;
    scan.columns = columns_of(request.keys);
    scan.where = request.where;
    return scan;
}

std::vector<ScanPart> small_parts(const std::vector<ScanPart>& parts) {
    if (parts.empty()) {
        return {};
    }
    constexpr std::size_t many = 1024;
    const std::uint64_t pieces = std::clamp<std::size_t>(many / parts.size(), 1, 8);
    // Unsigned, because a distance may have 64 bits. The last part may have no end at all.
    const auto distance = [](std::int64_t from, std::int64_t to) {
        return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
    };
    const std::uint64_t width = distance(parts.front().first, parts.front().last) / pieces + 1;
    std::vector<ScanPart> small;
    for (const ScanPart& part : parts) {
        std::int64_t first = part.first;
        for (std::uint64_t i = 1; i < pieces && distance(first, part.last) >= width; ++i) {
            const auto next = static_cast<std::int64_t>(static_cast<std::uint64_t>(first) + width);
            small.push_back({small.size(), first, next - 1});
            first = next;
        }
        small.push_back({small.size(), first, part.last});
    }
    return small;
}

std::vector<Duplicates> scan_duplicates(Workers& workers, const TableSchema& table,
                                        const DuplicateRequest& request) {
    const ScanRequest scan = key_scan(table, request);
    std::vector<Duplicates> found;
    const std::vector<Wanted> wanted = count_keys(workers, scan, request, found);
    const bool is_done = std::all_of(wanted.begin(), wanted.end(),
                                     [](const Wanted& key) { return key.groups.groups.empty(); });
    if (is_done) {
        return found;
    }
    const PlacedTable* placed = has_places(request) ? request.places.table : nullptr;
    try {
        fetch_groups(workers, scan, request, placed, wanted, found);
    } catch (const Error& error) {
        // Whoever may read some columns may not always read where rows stand.
        if (placed == nullptr || error.kind() != ErrorKind::permission) {
            throw;
        }
        fetch_groups(workers, scan, request, nullptr, wanted, found);
    }
    return found;
}

} // namespace assay
