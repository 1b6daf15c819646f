// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/pause.hpp"

#include <filesystem>
#include <system_error>

namespace assay {
namespace {

/// Tells the observer both ends, also when the wait is cancelled.
class Told {
public:
    Told(Observer& observer, const std::string& reason) : m_observer(observer) {
        m_observer.paused(reason);
    }
    ~Told() { m_observer.resumed(); }
    Told(const Told&) = delete;
    Told& operator=(const Told&) = delete;

private:
    Observer& m_observer;
};

} // namespace

std::string reason_of_file(const std::string& path) {
    std::error_code error;
    return !path.empty() && std::filesystem::exists(path, error)
               ? "as long as '" + path + "' exists"
               : std::string();
}

Pause wait_while(const std::function<std::string()>& reason, Observer& observer,
                 const std::function<void()>& wait) {
    const std::string first = reason();
    if (first.empty()) {
        return Pause::none;
    }
    const Told told(observer, first);
    do {
        wait();
    } while (!reason().empty());
    return Pause::over;
}

} // namespace assay
