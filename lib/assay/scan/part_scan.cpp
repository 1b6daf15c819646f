// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/part_scan.hpp"

#include <algorithm>

namespace assay {
namespace {

/// Every `workers`-th of the parts, from one on: neighbours go to different workers, so that a
/// table that is thin at one end keeps all of them busy.
std::vector<ScanPart> share_of(const std::vector<ScanPart>& parts, std::size_t worker,
                               std::size_t workers) {
    std::vector<ScanPart> share;
    for (std::size_t i = worker; i < parts.size(); i += workers) {
        share.push_back(parts[i]);
    }
    return share;
}

} // namespace

std::size_t readers_of(const Workers& workers, const std::vector<ScanPart>& parts) noexcept {
    return std::clamp<std::size_t>(parts.size(), 1, std::size_t{workers.jobs()});
}

void scan_parts(Workers& workers, const ScanRequest& scan, const std::vector<ScanPart>& parts,
                const std::vector<BatchSink*>& sinks) {
    workers.for_each(sinks.size(), [&](Session& session, std::size_t i) {
        ScanRequest request = scan;
        request.parts = share_of(parts, i, sinks.size());
        TeamSink sink(workers, *sinks[i]);
        session.scan(request, sink);
    });
}

} // namespace assay
