// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/hash.hpp"
#include "assay/base/temp_file.hpp"
#include "assay/metric/record_pieces.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace assay {

/// How a number of bytes is divided among those who collect keys and those who count them.
struct KeyMemory {
    std::size_t partitions = 0;  ///< a power of two, at least 2
    std::size_t chunk_keys = 0;  ///< memory is taken for so many keys at a time
    std::size_t most_chunks = 0; ///< of one collector; what is more goes to the file
    std::size_t table_bytes = 0; ///< of one counter
    std::size_t read_keys = 0;   ///< that are read from the file at a time
    /// For the bytes of frequent keys, of one collector.
    std::size_t frequent_bytes = 0;

    /// Five eighths for keys that are collected, one for counting them; the rest is for the program
    /// around, so that all of it together keeps to the bytes where they are many.
    /// @param workers that do either at the same time
    /// @param key_bytes of a key and what goes with it
    static KeyMemory of(std::size_t bytes, std::size_t workers,
                        std::size_t key_bytes = sizeof(Fingerprint)) noexcept;
    /// Keys that all collectors together hold without a file, about.
    static std::int64_t keys_held(std::size_t bytes, std::size_t key_bytes) noexcept;
};

/// A key, and where its row stands.
struct PlacedKey {
    Fingerprint key;
    std::int64_t place = 0; ///< see RowPlace::place; 0 where rows have none
};

/// A folded key, and the key as it is. Sorted, those of a group stand together, and those of a
/// variant within it.
struct KeyPair {
    Fingerprint folded;
    Fingerprint exact;
    friend auto operator<=>(const KeyPair&, const KeyPair&) = default;
    friend bool operator==(const KeyPair&, const KeyPair&) = default;
};

/// By which key records are divided into partitions.
inline const Fingerprint& dividing_key(const Fingerprint& key) noexcept { return key; }
inline const Fingerprint& dividing_key(const PlacedKey& row) noexcept { return row.key; }
inline const Fingerprint& dividing_key(const KeyPair& pair) noexcept { return pair.folded; }

/// Keys, and what goes with them, divided by their first bits into partitions of about equal size:
/// in memory as long as they fit, beyond that in a file, one stretch of it for each partition
/// whenever memory is full. A key is a fingerprint, so that its bits are as good as random; equal
/// keys share a partition.
template <typename Record>
class RecordPartitions {
public:
    /// @param memory for records of this size
    /// @param file where keys go that memory does not hold; must outlive this. It may be shared.
    RecordPartitions(const KeyMemory& memory, TempFile& file);

    /// @throws Error of kind output if the file cannot be written.
    void add(const Record& record) {
        const std::size_t partition = partition_of(dividing_key(record));
        Open& open = m_open.data()[partition];
        if (open.next == open.end) {
            open_chunk(partition);
        }
        *open.next++ = record;
    }

    std::size_t partitions() const noexcept { return m_partitions.size(); }
    std::size_t partition_of(const Fingerprint& key) const noexcept { return key.high >> m_shift; }
    std::int64_t keys_in(std::size_t partition) const noexcept;
    std::int64_t size() const noexcept;
    std::int64_t spilled_bytes() const noexcept { return m_spilled_bytes; }

    using Visit = std::function<bool(std::span<const Record>)>;
    /// Call `visit` with all records of a partition, some at a time, until it returns false.
    /// Several threads may do so at the same time.
    /// @throws Error of kind output.
    void for_keys(std::size_t partition, const Visit& visit) const;

private:
    /// Records one behind the other in the file.
    struct Stretch {
        std::int64_t offset = 0;
        std::size_t keys = 0;
    };
    /// Where the next record of a partition goes.
    struct Open {
        Record* next = nullptr;
        Record* end = nullptr;
    };
    struct Partition {
        std::vector<Record*> chunks;  ///< the last one is open, the others are full
        std::vector<Stretch> spilled; ///< what came before, in the order in which it came
    };

    void open_chunk(std::size_t partition);
    void spill();
    void spill(std::size_t partition);
    bool for_spilled(const Partition& partition, const Visit& visit) const;
    /// The records of a chunk of a partition.
    std::span<const Record> records(std::size_t partition, std::size_t chunk) const noexcept;

    KeyMemory m_memory;
    TempFile* m_file;
    unsigned m_shift;
    RecordPieces<Record> m_pieces;
    std::vector<Open> m_open; ///< apart from the partitions, because every key needs it
    std::vector<Partition> m_partitions;
    std::int64_t m_spilled_bytes = 0;
};

using KeyPartitions = RecordPartitions<Fingerprint>;
using PlacedKeys = RecordPartitions<PlacedKey>;
using PairPartitions = RecordPartitions<KeyPair>;

/// The keys of a partition in all of them.
template <typename Record>
std::size_t keys_in(const std::vector<RecordPartitions<Record>>& collected,
                    std::size_t partition) noexcept {
    std::int64_t count = 0;
    for (const auto& keys : collected) {
        count += keys.keys_in(partition);
    }
    return static_cast<std::size_t>(count);
}

} // namespace assay
