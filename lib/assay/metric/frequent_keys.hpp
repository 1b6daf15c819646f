// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/hash.hpp"
#include "assay/metric/key_table.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// A key whose rows were compared by value when they were read.
struct ComparedKey {
    Fingerprint key;
    std::int64_t rows = 0;       ///< that have the same key; 0 if others have its fingerprint
    std::int64_t unrecorded = 0; ///< of those compared, how many have no record
};

/// The keys that come first, with their bytes. Where few keys have many rows these are among them:
/// their rows are compared by value at once, and only the first ones of the table need a record,
/// which tells where they stand. What is not found here needs one in any case, so that nothing
/// counted depends on what is.
class FrequentKeys {
public:
    /// @param bytes that the keys may take; 0: no key is held
    /// @param recorded how many rows of each key have a record at least, the first ones by place
    FrequentKeys(std::size_t bytes, std::int64_t recorded);

    /// Is a look worthwhile? Not where most rows have other keys.
    bool is_open() const noexcept { return m_open; }
    /// Compare the key of a row with that of the same fingerprint.
    /// @return true if the row is counted here and needs no record
    bool count(const Fingerprint& key, std::string_view bytes, std::int64_t place) {
        if (++m_asked == some) {
            review();
        }
        const std::int64_t number = m_numbers.number_of(key);
        if (number == 0) {
            add(key, bytes, place);
            return false;
        }
        ++m_found;
        return count(m_entries[static_cast<std::size_t>(number - 1)], bytes, place);
    }

    /// The keys of several of these, each once, in the order of their fingerprints.
    static std::vector<ComparedKey> merge(const std::vector<FrequentKeys>& all);

private:
    struct Entry {
        Fingerprint key;
        std::string bytes;
        std::int64_t rows = 1;
        std::int64_t recorded = 1;
        std::int64_t last_place = 0; ///< of those that have a record
    };

    /// Rows after which it is asked whether to go on.
    static constexpr std::int64_t some = 4096;

    /// A row after enough others is none of the first ones.
    bool count(Entry& entry, std::string_view bytes, std::int64_t place) const noexcept {
        if (entry.bytes != bytes) {
            return false; // another key with the same fingerprint
        }
        ++entry.rows;
        if (entry.recorded >= m_recorded && place >= entry.last_place) {
            return true;
        }
        ++entry.recorded;
        entry.last_place = entry.last_place < place ? place : entry.last_place;
        return false;
    }
    void add(const Fingerprint& key, std::string_view bytes, std::int64_t place);
    void review() noexcept;

    std::size_t m_most;
    std::size_t m_bytes_left;
    std::int64_t m_recorded;
    bool m_open;
    std::int64_t m_asked = 0;
    std::int64_t m_found = 0;
    KeyTable m_numbers; ///< of the entries, from 1 on
    std::vector<Entry> m_entries;
};

/// Bytes of a key that is compared although it is not shown.
inline constexpr std::size_t most_key_bytes = 512;

} // namespace assay
