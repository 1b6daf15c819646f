// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <string_view>

namespace assay {

/// How the library tells what it does; it never prints by itself. Calls may come from several
/// threads at the same time. Texts may hold names from a database: escape before printing.
class Observer {
public:
    virtual ~Observer() = default;
    /// Something the user should know that is no error ("guessed the time column").
    virtual void note(std::string_view message) = 0;
    /// A statement that is about to be sent.
    /// @param connection names the session ("a", "a/1").
    virtual void sql(std::string_view connection, std::string_view statement) = 0;
};

/// Listens to nothing.
class SilentObserver final : public Observer {
public:
    void note(std::string_view) override {}
    void sql(std::string_view, std::string_view) override {}
};

} // namespace assay
