// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/store.hpp"

#include "assay/store/postgres_driver.hpp"
#include "assay/store/sqlite/sqlite.hpp"

namespace assay {

SampleDesign Session::sample_design(const ScanRequest& request) {
    return request.sample.fraction < 1 ? SampleDesign{SampleUnit::rows, request.sample.fraction}
                                       : SampleDesign{};
}

std::unique_ptr<Session> open_session(const Location& location, const SessionOptions& options) {
    switch (location.kind) {
    case StoreKind::sqlite: return open_sqlite(location, options);
    case StoreKind::postgresql: return postgres_driver().open(location, options);
    }
    return nullptr;
}

} // namespace assay
