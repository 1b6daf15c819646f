// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/key_partitions.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <string_view>
#include <type_traits>

namespace assay {
namespace {

/// Records by the bytes that stand for them in memory, for a file that nobody else reads.
template <typename Record>
std::string_view bytes_of(std::span<const Record> records) noexcept {
    static_assert(std::has_unique_object_representations_v<Record>);
    return {reinterpret_cast<const char*>(records.data()), records.size_bytes()};
}

constexpr std::size_t share_of_keys(std::size_t bytes) noexcept { return bytes / 8 * 5; }

} // namespace

KeyMemory KeyMemory::of(std::size_t bytes, std::size_t workers, std::size_t key_bytes) noexcept {
    const std::size_t team = std::max<std::size_t>(workers, 1);
    const std::size_t share = share_of_keys(bytes) / team;
    constexpr std::size_t enough_for_many = std::size_t{1} << 20U;
    KeyMemory memory;
    memory.partitions = share < enough_for_many ? 16 : 256;
    // Half a chunk of each partition is empty: small beside the share of a collector.
    memory.chunk_keys = std::clamp<std::size_t>(share / memory.partitions / 8 / key_bytes, 8, 256);
    const std::size_t chunk_bytes = memory.chunk_keys * key_bytes + 2 * sizeof(void*);
    memory.most_chunks = std::max(share / chunk_bytes, memory.partitions);
    memory.table_bytes = bytes / 8 / team;
    memory.read_keys = std::clamp<std::size_t>(bytes / team / 64 / key_bytes, 8, 4096);
    memory.frequent_bytes = std::min(bytes / team / 64, enough_for_many);
    return memory;
}

std::int64_t KeyMemory::keys_held(std::size_t bytes, std::size_t key_bytes) noexcept {
    return static_cast<std::int64_t>(share_of_keys(bytes) / key_bytes);
}

template <typename Record>
RecordPartitions<Record>::RecordPartitions(const KeyMemory& memory, TempFile& file)
    : m_memory(memory), m_file(&file),
      m_shift(static_cast<unsigned>(std::numeric_limits<std::uint64_t>::digits -
                                    std::countr_zero(memory.partitions))),
      m_pieces(memory.chunk_keys, memory.most_chunks), m_open(memory.partitions),
      m_partitions(memory.partitions) {}

template <typename Record>
void RecordPartitions<Record>::open_chunk(std::size_t partition) {
    Record* chunk = m_pieces.take();
    if (chunk == nullptr) {
        spill(); // this one as well
        chunk = m_pieces.take();
    }
    m_partitions[partition].chunks.push_back(chunk);
    m_open[partition] = {chunk, chunk + m_memory.chunk_keys};
}

template <typename Record>
void RecordPartitions<Record>::spill() {
    for (std::size_t i = 0; i < m_partitions.size(); ++i) {
        spill(i);
    }
}

template <typename Record>
void RecordPartitions<Record>::spill(std::size_t partition) {
    Partition& full = m_partitions[partition];
    std::vector<std::string_view> pieces;
    std::size_t keys = 0;
    for (std::size_t i = 0; i < full.chunks.size(); ++i) {
        const auto some = records(partition, i);
        pieces.push_back(bytes_of(some));
        keys += some.size();
    }
    if (keys > 0) {
        full.spilled.push_back({m_file->append(pieces), keys});
        m_spilled_bytes += static_cast<std::int64_t>(keys * sizeof(Record));
    }
    for (Record* chunk : full.chunks) {
        m_pieces.give_back(chunk);
    }
    full.chunks.clear();
    m_open[partition] = {};
}

template <typename Record>
std::span<const Record> RecordPartitions<Record>::records(std::size_t partition,
                                                          std::size_t chunk) const noexcept {
    const auto& chunks = m_partitions[partition].chunks;
    const Record* const first = chunks[chunk];
    return {first, chunk + 1 == chunks.size()
                       ? static_cast<std::size_t>(m_open[partition].next - first)
                       : m_memory.chunk_keys};
}

template <typename Record>
std::int64_t RecordPartitions<Record>::keys_in(std::size_t partition) const noexcept {
    const Partition& chosen = m_partitions[partition];
    std::size_t keys = 0;
    for (std::size_t i = 0; i < chosen.chunks.size(); ++i) {
        keys += records(partition, i).size();
    }
    for (const auto& stretch : chosen.spilled) {
        keys += stretch.keys;
    }
    return static_cast<std::int64_t>(keys);
}

template <typename Record>
std::int64_t RecordPartitions<Record>::size() const noexcept {
    std::int64_t keys = 0;
    for (std::size_t i = 0; i < m_partitions.size(); ++i) {
        keys += keys_in(i);
    }
    return keys;
}

template <typename Record>
bool RecordPartitions<Record>::for_spilled(const Partition& partition, const Visit& visit) const {
    std::vector<Record> buffer(partition.spilled.empty() ? 0 : m_memory.read_keys);
    for (const auto& stretch : partition.spilled) {
        for (std::size_t first = 0; first < stretch.keys; first += buffer.size()) {
            const std::span keys(buffer.data(), std::min(buffer.size(), stretch.keys - first));
            m_file->read(stretch.offset + static_cast<std::int64_t>(first * sizeof(Record)),
                         {reinterpret_cast<char*>(keys.data()), keys.size_bytes()});
            if (!visit(keys)) {
                return false;
            }
        }
    }
    return true;
}

template <typename Record>
void RecordPartitions<Record>::for_keys(std::size_t partition, const Visit& visit) const {
    const Partition& chosen = m_partitions[partition];
    bool goes_on = for_spilled(chosen, visit);
    for (std::size_t i = 0; goes_on && i < chosen.chunks.size(); ++i) {
        goes_on = visit(records(partition, i));
    }
}

template class RecordPartitions<Fingerprint>;
template class RecordPartitions<PlacedKey>;
template class RecordPartitions<KeyPair>;

} // namespace assay
