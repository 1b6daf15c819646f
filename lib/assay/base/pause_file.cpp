// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/pause_file.hpp"

#include <filesystem>
#include <system_error>

namespace assay {
namespace {

bool is_there(const std::string& path) noexcept {
    std::error_code error;
    return !path.empty() && std::filesystem::exists(path, error);
}

/// Tells the observer both ends, also when the wait is cancelled.
class Told {
public:
    Told(Observer& observer, const std::string& path) : m_observer(observer) {
        m_observer.paused(path);
    }
    ~Told() { m_observer.resumed(); }
    Told(const Told&) = delete;
    Told& operator=(const Told&) = delete;

private:
    Observer& m_observer;
};

} // namespace

Pause wait_while_there(const std::string& path, Observer& observer,
                       const std::function<void()>& wait) {
    if (!is_there(path)) {
        return Pause::none;
    }
    const Told told(observer, path);
    while (is_there(path)) {
        wait();
    }
    return Pause::over;
}

} // namespace assay
