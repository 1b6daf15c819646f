// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/duplicate_scan.hpp"

#include "assay/base/error.hpp"
#include "assay/scan/part_scan.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

namespace assay {
namespace {

/// Bytes of a key that is compared although it is not shown.
constexpr std::size_t most_key_bytes = 512;

/// The keys that one worker reads.
class KeySink final : public BatchSink {
public:
    KeySink(NullPolicy nulls, const KeyMemory& memory, TempFile& file)
        : m_duplicates(nulls, memory, file) {}
    void begin_part(std::size_t index) override { m_duplicates.begin_part(index); }
    void consume(const RowBatch& batch) override { m_duplicates.update(batch); }
    DuplicateAccumulator& duplicates() noexcept { return m_duplicates; }

private:
    DuplicateAccumulator m_duplicates;
};

/// May this cell look different although it equals that value? 1 and 1.0 do, 1.10 and 1.1 as well.
bool may_look_different(const Column& column, std::size_t row, const Value& from) noexcept {
    const CellKind kind = column.kind(row);
    return kind != from.kind || kind == CellKind::real ||
           (kind == CellKind::text && column.type() == ColumnType::decimal);
}

bool looks_the_same(const Value& left, const Value& right) noexcept {
    return left.kind == right.kind && left.integer == right.integer && left.bytes == right.bytes &&
           std::bit_cast<std::uint64_t>(left.real) == std::bit_cast<std::uint64_t>(right.real);
}

/// Which of two equal values stands for both, whichever was read first.
bool is_plainer(const Value& left, const Value& right) {
    const std::string a = display(left);
    const std::string b = display(right);
    return std::tuple(a.size(), std::string_view(a), left.kind) <
           std::tuple(b.size(), std::string_view(b), right.kind);
}

/// Finds the rows of known groups again, and compares their keys byte by byte.
class GroupSink final : public BatchSink {
public:
    /// @param wanted the first `shown` of them are fetched, the others only compared
    GroupSink(const std::vector<DuplicateGroup>& wanted, std::size_t shown)
        : m_shown(shown), m_groups(wanted.size()) {
        m_numbers.reset(wanted.size());
        std::int64_t number = 0;
        for (const auto& group : wanted) {
            *m_numbers.find_or_add(group.key) = ++number;
        }
    }

    void consume(const RowBatch& batch) override {
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            const std::string_view key = key_of(batch, row, m_scratch).bytes;
            if (const std::int64_t number = m_numbers.number_of(fingerprint(key)); number != 0) {
                add(static_cast<std::size_t>(number - 1), key, batch, row);
            }
        }
    }

    void merge(GroupSink& other) {
        for (std::size_t i = 0; i < m_groups.size(); ++i) {
            Found& own = m_groups[i];
            Found& more = other.m_groups[i];
            if (own.rows == 0) {
                std::swap(own, more);
            } else if (more.rows > 0) {
                compare(own, more.bytes);
                own.rows += more.rows;
                for (std::size_t k = 0; k < own.key.size(); ++k) {
                    prefer(std::move(more.key[k]), own.key[k]);
                }
            }
        }
    }

    /// The groups that are shown. @throws Error of kind changed.
    std::vector<KeyGroup> take(const std::vector<DuplicateGroup>& wanted) {
        std::vector<KeyGroup> groups;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (m_groups[i].rows != wanted[i].rows) {
                throw Error(ErrorKind::changed,
                            "the table changed between two scans of one snapshot",
                            "run again when nobody rewrites the table");
            }
            if (i < m_shown) {
                groups.push_back({std::move(m_groups[i].key), wanted[i].rows});
            }
        }
        return groups;
    }
    std::int64_t verified() const noexcept {
        return std::count_if(m_groups.begin(), m_groups.end(),
                             [](const Found& found) { return !found.is_too_long; });
    }

private:
    struct Found {
        std::string bytes;
        std::vector<Value> key; ///< only of groups to show
        std::int64_t rows = 0;
        bool is_too_long = false; ///< to be compared
    };

    void add(std::size_t number, std::string_view key, const RowBatch& batch, std::size_t row) {
        Found& found = m_groups[number];
        const bool is_shown = number < m_shown;
        if (++found.rows == 1) {
            found.is_too_long = !is_shown && key.size() > most_key_bytes;
            found.bytes = found.is_too_long ? std::string_view() : key;
            for (std::size_t i = 0; is_shown && i < batch.columns.size(); ++i) {
                found.key.push_back(value_at(batch.columns[i], row));
            }
            return;
        }
        compare(found, key);
        for (std::size_t i = 0; i < found.key.size(); ++i) {
            if (may_look_different(batch.columns[i], row, found.key[i])) {
                prefer(value_at(batch.columns[i], row), found.key[i]);
            }
        }
    }

    static void compare(const Found& found, std::string_view key) {
        if (!found.is_too_long && found.bytes != key) {
            throw Error(ErrorKind::internal,
                        "two different keys have the same 128-bit fingerprint");
        }
    }

    static void prefer(Value value, Value& over) {
        if (!looks_the_same(value, over) && is_plainer(value, over)) {
            over = std::move(value);
        }
    }

    std::size_t m_shown;
    KeyTable m_numbers; ///< of the groups, from 1 on
    std::vector<Found> m_groups;
    std::string m_scratch;
};

template <typename Sink>
std::vector<BatchSink*> pointers_to(std::vector<Sink>& sinks) {
    std::vector<BatchSink*> pointers;
    for (auto& sink : sinks) {
        pointers.push_back(&sink);
    }
    return pointers;
}

/// How many groups to compare by value: what that takes is little beside the keys.
std::size_t most_to_verify(const DuplicateRequest& request) noexcept {
    if (request.limit == 0) {
        return 0; // the table is not read again
    }
    constexpr std::size_t many = 10'000;
    return std::max(request.limit, std::min(many, request.memory / 32 / most_key_bytes));
}

/// Groups to find again, and where.
struct Wanted {
    std::vector<DuplicateGroup> groups;
    std::vector<ScanPart> parts; ///< none: the table is read in one go
};

/// Count the partitions, every worker its share of them.
DuplicateResult count_groups(Workers& workers, const DuplicateAccumulator& duplicates,
                             const KeyMemory& memory, const DuplicateRequest& request) {
    const auto& keys = duplicates.keys();
    const std::size_t team = std::min<std::size_t>(workers.jobs(), memory.partitions);
    const std::size_t most = std::max(most_to_verify(request), request.named);
    std::vector<DuplicateResult> counted(team);
    workers.for_each(team, [&](Session&, std::size_t i) {
        PartitionCounter counter(keys, memory.table_bytes, most);
        for (std::size_t partition = i; partition < memory.partitions; partition += team) {
            if (workers.has_failed()) {
                return;
            }
            if (request.cancellation != nullptr) {
                request.cancellation->check();
            }
            counter.count(partition);
        }
        counted[i] = counter.result();
    });
    return duplicates.result(counted, most);
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

/// Groups that are not shown are only worth a look where their rows are read anyway.
Wanted choose(std::vector<DuplicateGroup> largest, const std::vector<KeyPartitions>& keys,
              const DuplicateRequest& request) {
    if (largest.empty() || request.parts.empty()) {
        return {std::move(largest), {}};
    }
    std::vector<DuplicateGroup> shown = largest;
    shown.resize(std::min(shown.size(), request.limit));
    auto parts = parts_with(shown, keys, request.parts);
    const bool is_all = parts.size() == request.parts.size();
    return {is_all ? std::move(largest) : std::move(shown), std::move(parts)};
}

/// The first scan, and what it finds.
Wanted count_keys(Workers& workers, const ScanRequest& scan, const DuplicateRequest& request,
                  Duplicates& duplicates) {
    const KeyMemory memory = KeyMemory::of(request.memory, workers.jobs());
    TempFile file(request.spill_folder);
    std::vector<KeySink> sinks;
    for (std::size_t i = 0; i < readers_of(workers, request.parts); ++i) {
        sinks.emplace_back(request.nulls, memory, file);
    }
    scan_parts(workers, scan, request.parts, pointers_to(sinks));
    DuplicateAccumulator& all = sinks.front().duplicates();
    for (std::size_t i = 1; i < sinks.size(); ++i) {
        all.merge(std::move(sinks[i].duplicates()));
    }
    DuplicateResult counted = count_groups(workers, all, memory, request);
    duplicates.counts = counted.counts;
    duplicates.spilled_bytes = file.size();
    const auto first = [&counted](std::size_t most) {
        const auto count = static_cast<std::ptrdiff_t>(std::min(most, counted.largest.size()));
        return std::vector(counted.largest.begin(), counted.largest.begin() + count);
    };
    duplicates.largest = first(request.named);
    return choose(first(most_to_verify(request)), all.keys(), request);
}

/// The second scan.
void fetch_groups(Workers& workers, const ScanRequest& scan, const DuplicateRequest& request,
                  const Wanted& wanted, Duplicates& duplicates) {
    std::vector<GroupSink> sinks(readers_of(workers, wanted.parts),
                                 GroupSink(wanted.groups, request.limit));
    scan_parts(workers, scan, wanted.parts, pointers_to(sinks));
    for (std::size_t i = 1; i < sinks.size(); ++i) {
        sinks.front().merge(sinks[i]);
    }
    duplicates.groups = sinks.front().take(wanted.groups);
    duplicates.verified_groups = sinks.front().verified();
}

} // namespace

ScanRequest key_scan(const TableSchema& table, const DuplicateRequest& request) {
    ScanRequest scan;
    scan.table = &table;
    scan.columns = request.columns;
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

Duplicates scan_duplicates(Workers& workers, const TableSchema& table,
                           const DuplicateRequest& request) {
    const ScanRequest scan = key_scan(table, request);
    Duplicates duplicates;
    const Wanted wanted = count_keys(workers, scan, request, duplicates);
    if (!wanted.groups.empty()) {
        fetch_groups(workers, scan, request, wanted, duplicates);
    }
    return duplicates;
}

} // namespace assay
