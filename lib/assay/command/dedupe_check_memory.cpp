// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_memory.hpp"

#include "assay/base/text.hpp"
#include "assay/metric/key_partitions.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

constexpr std::int64_t key_bytes = sizeof(Fingerprint);

std::string words_of_place(std::optional<std::int64_t> rows, std::size_t memory,
                           const std::string& folder) {
    const std::int64_t held = KeyMemory::keys_held(memory);
    const std::string file = fmt::format("a temporary file in {}", display_identifier(folder));
    if (!rows) {
        return fmt::format("beyond {} in {}", count_of(held, "row"), file);
    }
    const std::string size = format_bytes(*rows * key_bytes);
    return *rows <= held
               ? fmt::format("about {}, which --memory holds", size)
               : fmt::format("about {}, of which --memory holds {}: the rest goes into {}", size,
                             format_bytes(held * key_bytes), file);
}

} // namespace

std::string temporary_folder(const Environment& environment) {
    const auto named = environment("TMPDIR");
    return named && !named->empty() ? *named : "/tmp";
}

std::string words_of_memory(std::optional<std::int64_t> rows, std::size_t memory,
                            const std::string& folder) {
    return fmt::format("128-bit fingerprints of every key, {} bytes a row: {}; if there are groups "
                       "to show, read once more to compare their keys by value",
                       key_bytes, words_of_place(rows, memory, folder));
}

} // namespace assay
