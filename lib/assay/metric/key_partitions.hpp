// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/hash.hpp"
#include "assay/base/temp_file.hpp"

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

    /// Five eighths for keys that are collected, one for counting them; the rest is for the program
    /// around, so that all of it together keeps to the bytes where they are many.
    /// @param workers that do either at the same time
    static KeyMemory of(std::size_t bytes, std::size_t workers) noexcept;
    /// Keys that all collectors together hold without a file, about.
    static std::int64_t keys_held(std::size_t bytes) noexcept;
};

/// Keys, divided by their first bits into partitions of about equal size: in memory as long as they
/// fit, beyond that in a file, one stretch of it for each partition whenever memory is full.
/// A key is a fingerprint, so that its bits are as good as random; equal keys share a partition.
class KeyPartitions {
public:
    /// @param file where keys go that memory does not hold; must outlive this. It may be shared.
    KeyPartitions(const KeyMemory& memory, TempFile& file);

    /// @throws Error of kind output if the file cannot be written.
    void add(const Fingerprint& key) {
        Partition& partition = m_partitions.data()[partition_of(key)];
        if (partition.open.size() == partition.open.capacity()) {
            open_chunk(partition);
        }
        partition.open.push_back(key);
    }
    /// Add a key and what goes with it, both to the partition of the key. for_keys() hands out one
    /// behind the other, but may cut between them. Keys and pairs do not go together.
    /// @throws Error of kind output if the file cannot be written.
    void add_pair(const Fingerprint& key, const Fingerprint& companion) {
        Partition& partition = m_partitions.data()[partition_of(key)];
        for (const Fingerprint& each : {key, companion}) {
            if (partition.open.size() == partition.open.capacity()) {
                open_chunk(partition);
            }
            partition.open.push_back(each);
        }
    }
    /// The keys that follow are of this part of the table; before the first one, of part 0.
    void begin_part(std::size_t part);

    std::size_t partitions() const noexcept { return m_partitions.size(); }
    std::size_t partition_of(const Fingerprint& key) const noexcept { return key.high >> m_shift; }
    std::int64_t keys_in(std::size_t partition) const noexcept;
    std::int64_t size() const noexcept;
    std::int64_t spilled_bytes() const noexcept { return m_spilled_bytes; }

    using Visit = std::function<bool(std::span<const Fingerprint> keys, std::size_t part)>;
    /// Call `visit(keys, part)` with all keys of a partition, some of one part of the table at a
    /// time, until it returns false. Several threads may do so at the same time.
    /// @throws Error of kind output.
    void for_keys(std::size_t partition, const Visit& visit) const;

private:
    using Chunk = std::vector<Fingerprint>;

    /// Keys one behind the other in the file.
    struct Stretch {
        std::int64_t offset = 0;
        std::size_t keys = 0;
    };
    /// From this key of a partition on, the keys are of that part.
    struct Mark {
        std::int64_t first_key = 0;
        std::size_t part = 0;
    };
    class Reader;
    struct Partition {
        Chunk open; ///< not all of its capacity is used
        std::vector<Chunk> full;
        std::vector<Stretch> spilled; ///< what came before, in the order in which it came
        std::vector<Mark> marks;
    };

    void open_chunk(Partition& partition);
    void spill();
    void spill(Partition& partition);
    void give_back(Chunk& chunk);

    KeyMemory m_memory;
    TempFile* m_file;
    unsigned m_shift;
    std::vector<Partition> m_partitions;
    std::vector<Chunk> m_unused;
    std::size_t m_chunks = 0; ///< that memory was taken for
    std::int64_t m_spilled_bytes = 0;
};

/// The keys of a partition in all of them.
std::size_t keys_in(const std::vector<KeyPartitions>& collected, std::size_t partition) noexcept;

} // namespace assay
