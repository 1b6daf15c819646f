// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/spill_sorter.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay {

/// Things in the order in which they were added, to be read from the first to the last any number
/// of times: in memory as long as they fit, beyond that in a file.
template <typename Thing>
class SpillList {
public:
    /// @param bytes for things
    /// @param file where things go that memory does not hold; must outlive this
    SpillList(std::size_t bytes, TempFile& file)
        : m_file(&file), m_most(std::max(bytes / sizeof(Thing), least)) {}

    /// @throws Error of kind output if the file cannot be written.
    void add(const Thing& thing) {
        if (m_last.size() == m_last.capacity()) {
            make_room();
        }
        m_last.push_back(thing);
    }

    std::int64_t size() const noexcept {
        return m_spilled + static_cast<std::int64_t>(m_last.size());
    }
    std::int64_t spilled_bytes() const noexcept {
        return m_spilled * static_cast<std::int64_t>(sizeof(Thing));
    }

    /// Call `visit(thing)` with all things.
    /// @throws Error of kind output.
    template <typename Visit>
    void for_each(const Visit& visit) const {
        for (const SpilledRun& run : m_runs) {
            for (RunReader<Thing> reader(*m_file, run, least); !reader.is_over();
                 reader.advance()) {
                visit(reader.get());
            }
        }
        for (const Thing& thing : m_last) {
            visit(thing);
        }
    }

private:
    static constexpr std::size_t least = 1024;

    void make_room() {
        if (m_last.size() < m_most) {
            m_last.reserve(std::clamp(2 * m_last.size(), least, m_most));
            return;
        }
        const std::array pieces{bytes_of<Thing>(m_last)};
        m_runs.push_back({m_file->append(pieces), static_cast<std::int64_t>(m_last.size())});
        m_spilled += m_runs.back().count;
        m_last.clear();
    }

    TempFile* m_file;
    std::size_t m_most;
    std::vector<Thing> m_last;
    std::vector<SpilledRun> m_runs;
    std::int64_t m_spilled = 0;
};

} // namespace assay
