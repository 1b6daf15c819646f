// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/store.hpp"

#include <string>

namespace assay {

/// Passes on the rows of one scan and tells an observer how far it is.
class ObservedSink final : public BatchSink {
public:
    /// All must outlive the sink.
    ObservedSink(Observer& observer, const ScanRequest& request, BatchSink& sink);
    ~ObservedSink() override { m_observer.scan_ended(m_table); }
    ObservedSink(const ObservedSink&) = delete;
    ObservedSink& operator=(const ObservedSink&) = delete;

    void begin_part(std::size_t index) override;
    void consume(const RowBatch& batch) override;

private:
    Observer& m_observer;
    BatchSink& m_sink;
    std::string m_table;
};

} // namespace assay
