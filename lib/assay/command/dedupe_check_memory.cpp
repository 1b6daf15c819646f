// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_memory.hpp"

#include "assay/base/text.hpp"
#include "assay/match/near_memory.hpp"
#include "assay/metric/event_sorter.hpp"
#include "assay/metric/key_partitions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

/// @param key_bytes of a row
std::string words_of_place(const LikelyRows& likely, std::int64_t key_bytes, std::size_t memory,
                           const std::string& folder) {
    const std::int64_t held = KeyMemory::keys_held(memory, static_cast<std::size_t>(key_bytes));
    const std::string file = fmt::format("a temporary file in {}", escape_text(folder));
    if (!likely.rows) {
        return fmt::format("beyond {} in {}", count_of(held, "row"), file);
    }
    const std::string size = format_bytes(*likely.rows * key_bytes);
    if (*likely.rows <= held) {
        return fmt::format("{} {}, which --memory holds", likely.how, size);
    }
    return fmt::format("{} {}, of which --memory holds {}; the rest goes into {}", likely.how, size,
                       format_bytes(held * key_bytes), file);
}

} // namespace

LikelyRows likely_rows(const TableSchema& table, StoreKind kind,
                       const std::vector<ScanPart>& parts) {
    if (table.stats.row_estimate || kind != StoreKind::sqlite || parts.empty()) {
        return {table.stats.row_estimate};
    }
    // No more than there are rowids: of no use where they are far apart.
    constexpr std::uint64_t plausible = 100'000'000'000;
    const std::uint64_t distance = static_cast<std::uint64_t>(parts.back().last) -
                                   static_cast<std::uint64_t>(parts.front().first);
    if (distance > plausible) {
        return {};
    }
    return {static_cast<std::int64_t>(distance) + 1, "at most"};
}

std::string words_of_memory(const LikelyRows& likely, std::size_t keys, std::size_t memory,
                            const std::string& folder) {
    const std::int64_t key_bytes = sizeof(PlacedKey) * static_cast<std::int64_t>(keys);
    return fmt::format(
        "128-bit fingerprints of every key, and where its row stands, {} bytes a "
        "row: {}; if there are groups to show, at most 20,000 of their rows{}, or "
        "1 in 64 of all, are read again, to compare their keys by value as far as "
        "that was not done at once; where they are more, or have no places, the whole table is",
        key_bytes, words_of_place(likely, key_bytes, memory, folder),
        keys > 1 ? " of each key" : "");
}

std::string words_of_retry_memory(const LikelyRows& likely, std::size_t memory,
                                  const std::string& folder) {
    constexpr std::int64_t event_bytes = sizeof(Event);
    return fmt::format("fingerprints of who said what, and when, {} bytes a row: {}; read once "
                       "more to show bursts",
                       event_bytes, words_of_place(likely, event_bytes, memory, folder));
}

std::string words_of_folded_memory(const LikelyRows& likely, std::size_t memory,
                                   const std::string& folder) {
    constexpr std::int64_t pair_bytes = sizeof(KeyPair);
    return fmt::format("128-bit fingerprints of every key as it is and folded, {} bytes a row: {}; "
                       "read once more if there are groups to show",
                       pair_bytes, words_of_place(likely, pair_bytes, memory, folder));
}

std::string words_of_near_memory(const LikelyRows& rows, std::size_t columns,
                                 std::optional<std::int64_t> bytes, std::size_t memory) {
    if (!rows.rows) {
        return "held in memory: nobody knows how many there are, and whether --memory is enough";
    }
    const auto count = static_cast<std::size_t>(*rows.rows);
    const std::size_t allowed = std::max(memory, NearMemory::least_bytes);
    const auto words = [](std::size_t size) {
        return format_bytes(static_cast<std::int64_t>(size));
    };
    const std::size_t least = memory_needed({count, columns, 0, 0});
    if (least > allowed && rows.how == "about") {
        return fmt::format("held in memory, which takes at least {} of --memory: with {} the check "
                           "would end in an error",
                           words(least), words(memory));
    }
    if (!bytes) {
        return fmt::format("held in memory, which takes {} of --memory and more", words(least));
    }
    // As if all were different, and the table held nothing else.
    const std::size_t most = memory_needed(
        {count, columns, static_cast<double>(count * columns), static_cast<double>(*bytes)});
    if (most <= allowed) {
        return fmt::format("held in memory, which takes at most {} of --memory", words(most));
    }
    return fmt::format("held in memory, which takes from {} of --memory, where texts repeat, to "
                       "{}, where all are different; with {} the check may end in an error",
                       words(least), words(most), words(memory));
}

} // namespace assay
