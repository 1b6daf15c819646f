// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/duplicate_scan.hpp"

#include "assay/base/error.hpp"
#include "assay/scan/duplicate_choice.hpp"
#include "assay/scan/duplicate_groups.hpp"
#include "assay/scan/part_scan.hpp"
#include "assay/scan/partition_team.hpp"
#include "assay/scan/place_scan.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace assay {
namespace {

/// Does the first scan read where rows stand?
enum class Places : std::uint8_t { read, none };

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
    KeySink(const DuplicateRequest& request, const KeyMemory& memory, TempFile& file)
        : m_columns(places_of(request.keys)),
          m_places(has_places(request) ? Places::read : Places::none) {
        const FrequentKeys frequent(memory.frequent_bytes, rows_to_record(request));
        for (const auto& key : request.keys) {
            m_duplicates.emplace_back(key.nulls, memory, file, frequent);
        }
    }
    void consume(const RowBatch& batch) override {
        const Column* places = m_places == Places::read ? &batch.columns.back() : nullptr;
        for (std::size_t i = 0; i < m_duplicates.size(); ++i) {
            m_duplicates[i].update(key_columns(batch, m_columns[i]), places, batch.row_count);
        }
    }
    DuplicateAccumulator& duplicates(std::size_t key) noexcept { return m_duplicates[key]; }

private:
    std::vector<std::vector<std::size_t>> m_columns;
    Places m_places;
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
    pointers.reserve(sinks.size());
    for (auto& sink : sinks) {
        pointers.push_back(&sink);
    }
    return pointers;
}

/// Count the partitions, every worker its share of them.
DuplicateResult count_groups(Workers& workers, const DuplicateAccumulator& duplicates,
                             const std::vector<ComparedKey>& compared, const KeyMemory& memory,
                             const DuplicateRequest& request) {
    const auto& keys = duplicates.keys();
    const auto counted = count_partitions(workers, memory.partitions, request.cancellation, [&] {
        return PartitionCounter(keys, compared, memory.table_bytes, most_to_name(request),
                                request.spill_folder, request.cancellation);
    });
    return duplicates.result(counted, most_to_name(request));
}

/// The first scan, and what it finds: the groups of each key to find again.
std::vector<GroupChoice> count_keys(Workers& workers, const ScanRequest& scan,
                                    const DuplicateRequest& request,
                                    std::vector<Duplicates>& found) {
    const KeyMemory memory = memory_of_keys(workers, request);
    TempFile file(request.spill_folder);
    std::vector<KeySink> sinks;
    for (std::size_t i = 0; i < readers_of(workers, request.parts); ++i) {
        sinks.emplace_back(request, memory, file);
    }
    scan_parts(workers, scan, request.parts, pointers_to(sinks));
    std::vector<GroupChoice> wanted;
    for (std::size_t key = 0; key < request.keys.size(); ++key) {
        DuplicateAccumulator all = std::move(sinks.front().duplicates(key));
        for (std::size_t i = 1; i < sinks.size(); ++i) {
            all.merge(std::move(sinks[i].duplicates(key)));
        }
        const std::vector<ComparedKey> compared = all.compared();
        DuplicateResult counted = count_groups(workers, all, compared, memory, request);
        Duplicates& duplicates = found.emplace_back();
        duplicates.counts = counted.counts;
        duplicates.spilled_bytes = counted.spilled_bytes;
        duplicates.largest = first_of(counted.largest, request.named);
        wanted.push_back(choose_groups(workers, counted, {all, compared}, request));
        if (all.have_no_collisions()) {
            duplicates.verified_groups = counted.counts.duplicated_keys;
        }
    }
    return wanted;
}

/// What the scan reads that looks at rows without places: the keys first, as the first scan does.
std::vector<std::size_t> columns_to_look_at(const DuplicateRequest& request) {
    std::vector<std::size_t> columns = columns_of(request.keys);
    const auto add = [&](const std::vector<std::size_t>& more) {
        for (const std::size_t column : more) {
            if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
                columns.push_back(column);
            }
        }
    };
    for (const auto& key : request.keys) {
        add(key.others ? key.others->columns : std::vector<std::size_t>{});
    }
    add(request.places.primary_key);
    return columns;
}

/// How the rows of a key are looked at; nullopt: not at all, or by their places.
std::optional<LookLayout> look_of(const DuplicateKey& key, const DuplicateRequest& request) {
    if (has_places(request) || !key.others) {
        return std::nullopt;
    }
    const auto columns = columns_to_look_at(request);
    const auto place_of = [&](std::size_t column) {
        return static_cast<std::size_t>(std::find(columns.begin(), columns.end(), column) -
                                        columns.begin());
    };
    LookLayout look;
    look.most_rows = request.places.rows_shown;
    for (const std::size_t column : key.others->columns) {
        look.compared.columns.push_back(place_of(column));
    }
    if (key.others->time) {
        look.compared.time = place_of(*key.others->time);
    }
    for (const std::size_t column : request.places.primary_key) {
        look.primary_key.push_back(place_of(column));
    }
    return look;
}

/// Finds groups of some keys again, in whatever the readers read.
class GroupSearch {
public:
    /// @param groups one for each key; none of a key that is not searched for
    GroupSearch(const DuplicateRequest& request, std::vector<WantedGroups> groups,
                std::size_t readers)
        : m_groups(std::move(groups)) {
        const auto columns = places_of(request.keys);
        for (std::size_t key = 0; key < request.keys.size(); ++key) {
            m_layouts.push_back({columns[key], has_places(request) ? request.places.table : nullptr,
                                 look_of(request.keys[key], request)});
        }
        m_sinks.assign(readers, AllGroupsSink(m_layouts, m_groups));
    }
    GroupSearch(const GroupSearch&) = delete;
    GroupSearch& operator=(const GroupSearch&) = delete;

    std::vector<BatchSink*> sinks() { return pointers_to(m_sinks); }

    void take(std::vector<Duplicates>& found) {
        for (std::size_t key = 0; key < m_groups.size(); ++key) {
            if (m_groups[key].groups.empty()) {
                continue;
            }
            GroupSink& all = m_sinks.front().key(key);
            for (std::size_t i = 1; i < m_sinks.size(); ++i) {
                all.merge(m_sinks[i].key(key));
            }
            found[key].groups = all.take();
            found[key].looks = all.take_looks();
            found[key].verified_groups = std::max(found[key].verified_groups, all.verified());
        }
    }

private:
    std::vector<GroupLayout> m_layouts;
    std::vector<WantedGroups> m_groups;
    std::vector<AllGroupsSink> m_sinks;
};

/// How the groups of a key are found again.
enum class Way : std::uint8_t { by_place, by_scan };

std::vector<WantedGroups> groups_of(const std::vector<GroupChoice>& wanted, Way way) {
    std::vector<WantedGroups> groups;
    for (const auto& key : wanted) {
        const bool chosen = key.places.empty() == (way == Way::by_scan);
        groups.push_back(chosen ? key.groups : WantedGroups{});
    }
    return groups;
}

bool has_groups(const std::vector<WantedGroups>& keys) noexcept {
    return std::any_of(keys.begin(), keys.end(),
                       [](const WantedGroups& key) { return !key.groups.empty(); });
}

void scan_for_groups(Workers& workers, ScanRequest scan, const DuplicateRequest& request,
                     const std::vector<WantedGroups>& groups, std::vector<Duplicates>& found) {
    if (!has_places(request)) {
        scan.columns = columns_to_look_at(request);
        scan.index.clear(); // which holds the keys only
    }
    GroupSearch search(request, groups, readers_of(workers, request.parts));
    scan_parts(workers, scan, request.parts, search.sinks());
    search.take(found);
}

/// The places of the groups of all keys, each once.
std::vector<RowPlace> places_of(const std::vector<GroupChoice>& wanted) {
    std::vector<std::int64_t> all;
    for (const auto& key : wanted) {
        all.insert(all.end(), key.places.begin(), key.places.end());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    std::vector<RowPlace> places;
    places.reserve(all.size());
    for (const std::int64_t place : all) {
        places.push_back({0, place});
    }
    return places;
}

/// Rows of several children may stand at the same place. Those that have a key of the groups are
/// among their rows, because the condition of the user holds as well.
void read_groups(Workers& workers, const ScanRequest& scan, const DuplicateRequest& request,
                 const std::vector<GroupChoice>& wanted, std::vector<Duplicates>& found) {
    const std::vector<RowPlace> places = places_of(wanted);
    const std::size_t readers = readers_of_places(workers, places.size());
    GroupSearch search(request, groups_of(wanted, Way::by_place), readers);
    const auto sinks = search.sinks();
    workers.for_each(readers, [&](Session& session, std::size_t i) {
        const auto end_of = [&](std::size_t reader) {
            return places.begin() + static_cast<std::ptrdiff_t>(places.size() * reader / readers);
        };
        scan_places(session, *request.places.table, scan, {end_of(i), end_of(i + 1)}, *sinks[i]);
    });
    search.take(found);
}

std::vector<Duplicates> find_duplicates(Workers& workers, const TableSchema& table,
                                        const DuplicateRequest& request) {
    const ScanRequest scan = key_scan(table, request);
    std::vector<Duplicates> found;
    const std::vector<GroupChoice> wanted = count_keys(workers, scan, request, found);
    if (const auto groups = groups_of(wanted, Way::by_scan); has_groups(groups)) {
        scan_for_groups(workers, scan, request, groups, found);
    }
    if (has_groups(groups_of(wanted, Way::by_place))) {
        read_groups(workers, scan, request, wanted, found);
    }
    return found;
}

} // namespace

ScanRequest key_scan(const TableSchema& table, const DuplicateRequest& request) {
    ScanRequest scan;
    scan.table = &table;
    scan.columns = columns_of(request.keys);
    scan.where = request.where;
    scan.index = request.index;
    if (has_places(request)) {
        const PlacedTable& placed = *request.places.table;
        scan.table = &placed.schema();
        scan.columns.insert(scan.columns.end(), placed.columns().begin(), placed.columns().end());
    }
    return scan;
}

std::vector<Duplicates> scan_duplicates(Workers& workers, const TableSchema& table,
                                        const DuplicateRequest& request) {
    const PlacedTable* placed = has_places(request) ? request.places.table : nullptr;
    return read_with_places(placed, [&](const PlacedTable* read) {
        DuplicateRequest own = request;
        own.places.table = read;
        return find_duplicates(workers, table, own);
    });
}

} // namespace assay
