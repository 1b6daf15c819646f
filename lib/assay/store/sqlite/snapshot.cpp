// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/snapshot.hpp"

#include "assay/base/time.hpp"

namespace assay {

Definitions read_definitions(SqliteConnection& connection) {
    Definitions definitions;
    connection.query(
        "SELECT tbl_name, name, sql, type FROM sqlite_schema ORDER BY tbl_name, type, name",
        [&](SQLite::Statement& row) {
            Definition& definition = definitions[text_at(row, 0)];
            definition.texts += text_at(row, 1) + '\0' + text_at(row, 2) + '\0';
            definition.is_view |= text_at(row, 3) == "view";
        });
    return definitions;
}

std::set<std::string> altered_since(const Definitions& then, const Definitions& now) {
    std::set<std::string> altered;
    for (const auto& [name, definition] : then) {
        const auto found = now.find(name);
        if (found == now.end() || found->second.texts != definition.texts) {
            altered.insert(name);
        }
    }
    const bool is_any = !altered.empty();
    for (const auto& [name, definition] : then) {
        if (is_any && definition.is_view) {
            altered.insert(name);
        }
    }
    return altered;
}

std::optional<std::chrono::milliseconds> SqliteSnapshot::patience() const {
    constexpr std::chrono::milliseconds polite{250};
    constexpr std::chrono::milliseconds longest{2000};
    constexpr int most_times = 2;
    if (hold == Hold::firm || plan.access != FileAccess::locked || plan.write_ahead ||
        !options.snapshot_age) {
        return std::nullopt;
    }
    return times_given_way < most_times ? polite : longest;
}

void SqliteSnapshot::take(const std::function<void()>& begin) {
    // A commit between the two looks makes it unknown which state the snapshot has; rare, and then
    // the session cannot be forked.
    const auto look = [this] { return probe ? probe->data_version() : 0; };
    const std::int64_t before = look();
    source.snapshot_at = copy ? copy->taken_at() : system_now();
    taken = std::chrono::steady_clock::now();
    plan.settled = false;
    begin();
    settle(plan);
    version = look() == before ? std::optional(before) : std::nullopt;
}

} // namespace assay
