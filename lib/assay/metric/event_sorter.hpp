// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"
#include "assay/base/hash.hpp"
#include "assay/base/temp_file.hpp"
#include "assay/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace assay {

/// Who said what, and when.
struct Event {
    Fingerprint said;
    Micros at = 0;
    friend auto operator<=>(const Event&, const Event&) = default;
    friend bool operator==(const Event&, const Event&) = default;
};

/// Puts events into the order of what was said, and then of time: in memory as long as they fit,
/// beyond that in sorted runs in a file, which are merged. However alike the events are, it takes
/// no more memory: all of them may be of one actor, at one time.
class EventSorter {
public:
    /// @param bytes for events: five eighths are taken, as KeyMemory does
    /// @param file where events go that memory does not hold; must outlive this
    /// @param cancellation nullptr: nobody can stop it
    EventSorter(std::size_t bytes, TempFile& file, const Cancellation* cancellation);

    /// @throws Error of kind output if the file cannot be written.
    void add(const Event& event) {
        if (m_events.size() == m_events.capacity()) {
            make_room();
        }
        m_events.push_back(event);
    }

    using Visit = std::function<void(const Event& event)>;
    /// Call `visit` with all events in order, once. Nothing may be added then.
    /// @throws Error of kind output; cancelled or timeout where that was asked for.
    void for_sorted(const Visit& visit);
    /// That went into the file, those twice that were merged twice.
    std::int64_t spilled_bytes() const noexcept { return m_spilled_bytes; }

private:
    /// Sorted events, one behind the other in the file.
    struct Run {
        std::int64_t offset = 0;
        std::int64_t events = 0;
    };
    class RunReader;
    class RunWriter;

    void make_room();
    void spill();
    std::size_t most_readers() const noexcept;
    void merge(std::size_t first, std::size_t last, const Visit& visit) const;
    void merge_down();

    TempFile* m_file;
    const Cancellation* m_cancellation;
    std::size_t m_most_events;
    std::vector<Event> m_events;
    std::vector<Run> m_runs;
    std::int64_t m_spilled_bytes = 0;
};

} // namespace assay
