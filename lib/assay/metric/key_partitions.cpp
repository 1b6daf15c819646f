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

constexpr std::size_t key_bytes = sizeof(Fingerprint);
static_assert(std::is_trivially_copyable_v<Fingerprint> && key_bytes == 16);

/// A key by the bytes that stand for it in memory, for a file that nobody else reads.
std::string_view bytes_of(std::span<const Fingerprint> keys) noexcept {
    return {reinterpret_cast<const char*>(keys.data()), keys.size_bytes()};
}

constexpr std::size_t share_of_keys(std::size_t bytes) noexcept { return bytes / 8 * 5; }

} // namespace

KeyMemory KeyMemory::of(std::size_t bytes, std::size_t workers) noexcept {
    const std::size_t team = std::max<std::size_t>(workers, 1);
    const std::size_t share = share_of_keys(bytes) / team;
    constexpr std::size_t enough_for_many = std::size_t{1} << 20U;
    KeyMemory memory;
    memory.partitions = share < enough_for_many ? 16 : 256;
    // Half a chunk of each partition is empty: small beside the share of a collector.
    memory.chunk_keys = std::clamp<std::size_t>(share / memory.partitions / 8 / key_bytes, 8, 256);
    const std::size_t chunk_bytes = memory.chunk_keys * key_bytes + sizeof(std::vector<int>) + 16;
    memory.most_chunks = std::max(share / chunk_bytes, memory.partitions);
    memory.table_bytes = bytes / 8 / team;
    memory.read_keys = std::clamp<std::size_t>(bytes / team / 64 / key_bytes, 8, 4096);
    return memory;
}

std::int64_t KeyMemory::keys_held(std::size_t bytes) noexcept {
    return static_cast<std::int64_t>(share_of_keys(bytes) / key_bytes);
}

KeyPartitions::KeyPartitions(const KeyMemory& memory, TempFile& file)
    : m_memory(memory), m_file(&file),
      m_shift(static_cast<unsigned>(std::numeric_limits<std::uint64_t>::digits -
                                    std::countr_zero(memory.partitions))),
      m_partitions(memory.partitions) {}

void KeyPartitions::open_chunk(Partition& partition) {
    if (m_unused.empty() && m_chunks >= m_memory.most_chunks) {
        spill(); // this one as well
    }
    if (!partition.open.empty()) {
        partition.full.push_back(std::move(partition.open));
    }
    if (m_unused.empty()) {
        partition.open = {};
        partition.open.reserve(m_memory.chunk_keys);
        ++m_chunks;
        return;
    }
    partition.open = std::move(m_unused.back());
    m_unused.pop_back();
}

void KeyPartitions::give_back(Chunk& chunk) {
    if (chunk.capacity() > 0) {
        chunk.clear();
        m_unused.push_back(std::move(chunk));
        chunk = {};
    }
}

void KeyPartitions::spill() {
    for (auto& partition : m_partitions) {
        spill(partition);
    }
}

void KeyPartitions::spill(Partition& partition) {
    std::vector<std::string_view> pieces;
    std::size_t keys = 0;
    for (const auto& chunk : partition.full) {
        pieces.push_back(bytes_of(chunk));
        keys += chunk.size();
    }
    pieces.push_back(bytes_of(partition.open));
    keys += partition.open.size();
    if (keys > 0) {
        partition.spilled.push_back({m_file->append(pieces), keys});
        m_spilled_bytes += static_cast<std::int64_t>(keys * key_bytes);
    }
    for (auto& chunk : partition.full) {
        give_back(chunk);
    }
    partition.full.clear();
    give_back(partition.open);
}

void KeyPartitions::begin_part(std::size_t part) {
    for (std::size_t i = 0; i < m_partitions.size(); ++i) {
        auto& marks = m_partitions[i].marks;
        const std::int64_t keys = keys_in(i);
        if (!marks.empty() && marks.back().first_key == keys) {
            marks.pop_back(); // the part had no key for this partition
        }
        marks.push_back({keys, part});
    }
}

std::int64_t KeyPartitions::keys_in(std::size_t partition) const noexcept {
    const Partition& chosen = m_partitions[partition];
    std::size_t keys = chosen.open.size();
    for (const auto& chunk : chosen.full) {
        keys += chunk.size();
    }
    for (const auto& stretch : chosen.spilled) {
        keys += stretch.keys;
    }
    return static_cast<std::int64_t>(keys);
}

std::int64_t KeyPartitions::size() const noexcept {
    std::int64_t keys = 0;
    for (std::size_t i = 0; i < m_partitions.size(); ++i) {
        keys += keys_in(i);
    }
    return keys;
}

/// Hands out the keys of a partition, cut where a part ends.
class KeyPartitions::Reader {
public:
    Reader(const std::vector<Mark>& marks, const Visit& visit) : m_marks(marks), m_visit(visit) {}

    bool pass(std::span<const Fingerprint> keys) {
        while (!keys.empty()) {
            while (m_next < m_marks.size() && m_marks[m_next].first_key <= m_position) {
                m_part = m_marks[m_next++].part;
            }
            const std::size_t count =
                m_next == m_marks.size()
                    ? keys.size()
                    : std::min(keys.size(),
                               static_cast<std::size_t>(m_marks[m_next].first_key - m_position));
            if (!m_visit(keys.first(count), m_part)) {
                return false;
            }
            m_position += static_cast<std::int64_t>(count);
            keys = keys.subspan(count);
        }
        return true;
    }

private:
    const std::vector<Mark>& m_marks;
    const Visit& m_visit;
    std::size_t m_next = 0; ///< mark
    std::size_t m_part = 0;
    std::int64_t m_position = 0;
};

void KeyPartitions::for_keys(std::size_t partition, const Visit& visit) const {
    const Partition& chosen = m_partitions[partition];
    Reader reader(chosen.marks, visit);
    Chunk buffer(chosen.spilled.empty() ? 0 : m_memory.read_keys);
    for (const auto& stretch : chosen.spilled) {
        for (std::size_t first = 0; first < stretch.keys; first += buffer.size()) {
            const std::span keys(buffer.data(), std::min(buffer.size(), stretch.keys - first));
            m_file->read(stretch.offset + static_cast<std::int64_t>(first * key_bytes),
                         {reinterpret_cast<char*>(keys.data()), keys.size_bytes()});
            if (!reader.pass(keys)) {
                return;
            }
        }
    }
    for (const auto& chunk : chosen.full) {
        if (!reader.pass(chunk)) {
            return;
        }
    }
    reader.pass(chosen.open);
}

std::size_t keys_in(const std::vector<KeyPartitions>& collected, std::size_t partition) noexcept {
    std::int64_t count = 0;
    for (const auto& keys : collected) {
        count += keys.keys_in(partition);
    }
    return static_cast<std::size_t>(count);
}

} // namespace assay
