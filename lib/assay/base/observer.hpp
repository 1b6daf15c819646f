// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace assay {

/// A scan that is about to read rows of a table.
struct ScanStart {
    std::string_view table;           ///< "public.orders", raw
    std::optional<std::int64_t> rows; ///< that the table probably has; nullopt: nobody knows
    std::size_t parts = 0;            ///< of the table that this scan reads; 0: all in one go
};

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

    /// A scan begins; several of one table may run at the same time. Those who do not draw progress
    /// need not listen to this and the following calls.
    virtual void scan_began(const ScanStart& /*scan*/) {}
    /// One of the scans of a table has begun with its next part.
    virtual void part_began(std::string_view /*table*/) {}
    /// One of them has read so many more rows.
    virtual void rows_read(std::string_view /*table*/, std::int64_t /*rows*/) {}
    /// One of them is over, whether it read everything or failed.
    virtual void scan_ended(std::string_view /*table*/) {}

    /// A session holds still; several may at the same time.
    /// @param reason in words that follow "paused": "as long as 'stop' exists"
    virtual void paused(std::string_view /*reason*/) {}
    /// One of them goes on.
    virtual void resumed() {}
};

/// Listens to nothing.
class SilentObserver final : public Observer {
public:
    void note(std::string_view) override {}
    void sql(std::string_view, std::string_view) override {}
};

} // namespace assay
