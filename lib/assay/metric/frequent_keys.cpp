// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/frequent_keys.hpp"

#include <algorithm>
#include <map>

namespace assay {
namespace {

/// More of them would not stay in the cache of a processor.
constexpr std::size_t most_keys = 4096;
/// What a key takes beside its bytes, about.
constexpr std::size_t entry_bytes = 128;

} // namespace

FrequentKeys::FrequentKeys(std::size_t bytes, std::int64_t recorded)
    : m_most(std::min(bytes / 2 / entry_bytes, most_keys)), m_bytes_left(bytes / 2),
      m_recorded(recorded), m_open(m_most > 0) {
    if (m_open) {
        m_numbers.reset(m_most);
    }
}

void FrequentKeys::add(const Fingerprint& key, std::string_view bytes, std::int64_t place) {
    if (m_entries.size() == m_most || bytes.size() > std::min(m_bytes_left, most_key_bytes)) {
        return;
    }
    m_bytes_left -= bytes.size();
    Entry& entry = m_entries.emplace_back();
    entry.key = key;
    entry.bytes = bytes;
    entry.last_place = place;
    *m_numbers.find_or_add(key) = static_cast<std::int64_t>(m_entries.size());
}

void FrequentKeys::review() noexcept {
    m_open = m_found * 4 >= some;
    m_asked = 0;
    m_found = 0;
}

std::vector<ComparedKey> FrequentKeys::merge(const std::vector<FrequentKeys>& all) {
    struct Merged {
        const std::string* bytes = nullptr;
        bool differs = false;
        ComparedKey key;
    };
    std::map<Fingerprint, Merged> merged;
    for (const auto& keys : all) {
        for (const Entry& entry : keys.m_entries) {
            Merged& same = merged[entry.key];
            same.bytes = same.bytes == nullptr ? &entry.bytes : same.bytes;
            same.differs = same.differs || *same.bytes != entry.bytes;
            same.key.rows += entry.rows;
            same.key.unrecorded += entry.rows - entry.recorded;
        }
    }
    std::vector<ComparedKey> compared;
    compared.reserve(merged.size());
    for (const auto& [key, same] : merged) {
        compared.push_back({key, same.differs ? 0 : same.key.rows, same.key.unrecorded});
    }
    return compared;
}

} // namespace assay
