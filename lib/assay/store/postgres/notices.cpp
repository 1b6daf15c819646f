// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/notices.hpp"

#include "assay/base/text.hpp"

#include <algorithm>
#include <exception>
#include <string_view>

namespace assay::postgres {
namespace {

constexpr std::size_t most_notices = 20;
constexpr std::size_t longest_notice = 300;

std::string_view field(const PGresult* notice, int code) {
    const char* text = PQresultErrorField(notice, code);
    return text != nullptr ? text : std::string_view();
}

} // namespace

void Notices::receive(void* self, const PGresult* notice) noexcept {
    try {
        static_cast<Notices*>(self)->add(notice);
    } catch (const std::exception&) {
        return; // libpq is C: losing a notice is all that can be done here
    }
}

void Notices::add(const PGresult* notice) {
    std::string text = "the server warns";
    const auto state = field(notice, PG_DIAG_SQLSTATE);
    if (!state.empty()) {
        text += " (SQLSTATE " + std::string(state) + ")";
    }
    if (!m_withhold) {
        const auto message = field(notice, PG_DIAG_MESSAGE_PRIMARY);
        text += ": " + escape_text(message.substr(0, longest_notice));
    }
    const bool known = std::find(m_seen.begin(), m_seen.end(), text) != m_seen.end();
    if (known || m_seen.size() >= most_notices) {
        return;
    }
    m_seen.push_back(text);
    m_observer.note(text);
}

} // namespace assay::postgres
