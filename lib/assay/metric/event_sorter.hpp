// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"
#include "assay/base/hash.hpp"
#include "assay/base/spill_sorter.hpp"
#include "assay/base/time.hpp"

#include <compare>

namespace assay {

/// Who said what, and when.
struct Event {
    Fingerprint said;
    Micros at = 0;
    friend auto operator<=>(const Event&, const Event&) = default;
    friend bool operator==(const Event&, const Event&) = default;
};
static_assert(sizeof(Event) == 24);

/// Puts events into the order of what was said, and then of time. All of them may be of one actor,
/// at one time.
class EventSorter : public SpillSorter<Event> {
public:
    /// @param cancellation nullptr: nobody can stop it
    EventSorter(std::size_t bytes, TempFile& file, const Cancellation* cancellation)
        : SpillSorter(
              bytes, file,
              cancellation == nullptr ? Check{} : [cancellation] { cancellation->check(); }) {}
};

} // namespace assay
