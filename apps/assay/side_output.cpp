// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "side_output.hpp"

#include "assay/base/error.hpp"
#include "assay/command/run.hpp"

#include "output.hpp"
#include "run_record.hpp"

#include <algorithm>
#include <array>

namespace assay::cli {
namespace {

constexpr std::size_t most_in_memory = std::size_t{1} << 20U;

} // namespace

SideOutput::SideOutput(std::optional<SideFile>& file, std::string_view what, const World& world)
    : m_wanted(file), m_what(what), m_world(world), m_file(temporary_folder(world.environment)) {
    if (m_wanted) {
        m_wanted->write = [this](std::string_view piece) { keep(piece); };
    }
}

void SideOutput::keep(std::string_view piece) {
    m_last += piece;
    if (m_last.size() > most_in_memory) {
        m_file.append(std::array{std::string_view(m_last)});
        m_last.clear();
    }
}

void SideOutput::write() {
    const PieceSource source = [this](const PieceSink& sink) {
        std::string piece;
        for (std::int64_t offset = 0; offset < m_file.size();
             offset += static_cast<std::int64_t>(piece.size())) {
            piece.resize(static_cast<std::size_t>(std::min<std::int64_t>(
                m_file.size() - offset, static_cast<std::int64_t>(most_in_memory))));
            m_file.read(offset, piece);
            if (sink(piece) == Written::reader_gone) {
                return;
            }
        }
        static_cast<void>(sink(m_last));
    };
    if (m_wanted->path == "-") {
        source([this](std::string_view piece) {
            return write_all(m_world.output, piece, m_what + " to stdout");
        });
    } else {
        replace_file(m_wanted->path, source);
    }
}

void SideOutput::deliver(Document& document) {
    if (!m_wanted) {
        return;
    }
    try {
        write();
    } catch (const Error& error) {
        add_error(document, error);
    }
}

} // namespace assay::cli
