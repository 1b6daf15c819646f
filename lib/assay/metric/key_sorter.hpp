// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"
#include "assay/base/spill_sorter.hpp"
#include "assay/base/temp_file.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace assay {

/// Brings together the equal keys of a partition that the table of a counter does not hold. To read
/// the partition again and again, for as many of its keys as the table holds, would take the square
/// of them.
template <typename Key>
class KeySorter {
public:
    /// @param bytes of the table, which the keys may take now
    /// @param folder of a file of its own: others write to that of the keys at the same time
    /// @param cancellation nullptr: nobody can stop it
    KeySorter(std::size_t bytes, const std::string& folder, const Cancellation* cancellation)
        : m_file(folder), m_sorter(bytes / 5 * 8, m_file, [cancellation] {
              if (cancellation != nullptr) {
                  cancellation->check();
              }
          }) {}

    /// @throws Error of kind output if the file cannot be written.
    void add(const Key& key) { m_sorter.add(key); }

    /// Call `visit(key, rows)` for each different key, in order, once.
    /// @throws Error of kind output, cancelled or timeout.
    template <typename Visit>
    void for_groups(const Visit& visit) {
        Key open;
        std::int64_t rows = 0;
        m_sorter.for_sorted([&](const Key& key) {
            if (rows > 0 && key != open) {
                visit(open, rows);
                rows = 0;
            }
            open = key;
            ++rows;
        });
        if (rows > 0) {
            visit(open, rows);
        }
    }

    std::int64_t spilled_bytes() const noexcept { return m_file.size(); }

private:
    TempFile m_file;
    SpillSorter<Key> m_sorter;
};

} // namespace assay
