// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace assay {

/// Why a run, or one table of it, could not continue. Decides the exit status.
enum class ErrorKind : std::uint8_t {
    usage,       ///< a flag or an argument is wrong
    not_found,   ///< a named table or column does not exist, or nothing was selected
    connection,  ///< file missing or not a database, server unreachable, connection lost
    permission,  ///< the store refuses to show it to us
    query,       ///< a statement failed
    timeout,     ///< a statement or the run took longer than allowed
    limit,       ///< it would take more of the store than allowed
    locked,      ///< somebody else holds a lock and we gave way
    interrupted, ///< somebody on the server ended a statement
    changed,     ///< the data changed under us
    output,      ///< a result could not be written
    cancelled,   ///< a signal ended the run
    internal     ///< our bug
};

/// The name of a kind as it stands in the JSON document ("connection").
std::string_view to_string(ErrorKind kind) noexcept;

/// The one exception type assay throws. Bad data is never an Error: it is a finding.
class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, const std::string& message, std::string hint = {})
        : std::runtime_error(message), m_kind(kind), m_hint(std::move(hint)) {}

    ErrorKind kind() const noexcept { return m_kind; }
    /// The next step for the user, or empty. Not part of what().
    const std::string& hint() const noexcept { return m_hint; }

private:
    ErrorKind m_kind;
    std::string m_hint;
};

} // namespace assay
