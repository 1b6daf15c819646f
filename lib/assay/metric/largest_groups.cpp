// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/largest_groups.hpp"

#include <algorithm>

namespace assay {

bool is_larger(const DuplicateGroup& left, const DuplicateGroup& right) noexcept {
    return left.rows != right.rows ? left.rows > right.rows : left.key < right.key;
}

void offer(std::vector<DuplicateGroup>& heap, const DuplicateGroup& group, std::size_t most) {
    if (most == 0 || (heap.size() == most && !is_larger(group, heap.front()))) {
        return;
    }
    if (heap.size() == most) {
        std::pop_heap(heap.begin(), heap.end(), is_larger);
        heap.pop_back();
    }
    heap.push_back(group);
    std::push_heap(heap.begin(), heap.end(), is_larger);
}

} // namespace assay
