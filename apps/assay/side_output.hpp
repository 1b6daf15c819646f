// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/temp_file.hpp"
#include "assay/command/side_file.hpp"
#include "assay/report/document.hpp"

#include "cli.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace assay::cli {

/// Keeps what a command writes besides its result, until it is known to be whole: a little of it in
/// memory, the rest in a temporary file.
class SideOutput {
public:
    /// @param file whose text is kept from now on; nullopt: nobody asked for one. It must outlive
    /// this.
    /// @param what it is called in messages: "the plan"
    SideOutput(std::optional<SideFile>& file, std::string_view what, const World& world);
    SideOutput(const SideOutput&) = delete;
    SideOutput& operator=(const SideOutput&) = delete;

    bool is_empty() const noexcept { return m_last.empty() && m_file.size() == 0; }
    /// Put it where the user wants it, if there is such a place. What goes wrong becomes an error
    /// of the document.
    void deliver(Document& document);

private:
    void keep(std::string_view piece);
    void write();

    std::optional<SideFile>& m_wanted;
    std::string m_what;
    const World& m_world;
    TempFile m_file;
    std::string m_last; ///< what is not in the file yet
};

} // namespace assay::cli
