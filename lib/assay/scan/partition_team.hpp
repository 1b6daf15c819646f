// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"
#include "assay/scan/parallel.hpp"

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace assay {

/// Count the partitions of keys, every worker its share of them.
/// @param cancellation nullptr: nobody can stop it
/// @param make gives a counter with count(partition) and result(), one for each worker
/// @return the result of each worker; of no use once a worker has failed, which the workers throw
template <typename Make>
auto count_partitions(Workers& workers, std::size_t partitions, const Cancellation* cancellation,
                      const Make& make) {
    const std::size_t team = std::min<std::size_t>(workers.jobs(), partitions);
    std::vector<std::decay_t<decltype(make().result())>> counted(team);
    workers.for_each(team, [&](Session&, std::size_t i) {
        auto counter = make();
        for (std::size_t partition = i; partition < partitions; partition += team) {
            if (workers.has_failed()) {
                return;
            }
            if (cancellation != nullptr) {
                cancellation->check();
            }
            counter.count(partition);
        }
        counted[i] = counter.result();
    });
    return counted;
}

} // namespace assay
