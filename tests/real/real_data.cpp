// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "real_data.hpp"

#include "assay/command/audit.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

namespace assay::test {
namespace {

/// A file in one piece: the databases here are too large to be read byte by byte.
std::string content_of(const std::filesystem::path& file) {
    std::string content(std::filesystem::file_size(file), '\0');
    std::ifstream stream(file, std::ios::binary);
    stream.read(content.data(), static_cast<std::streamsize>(content.size()));
    return content;
}

/// A script without the lines that begin with one of these.
std::string without_lines(const std::string& sql, const std::vector<std::string>& beginnings) {
    std::istringstream lines(sql);
    std::string kept;
    for (std::string line; std::getline(lines, line);) {
        const bool dropped =
            std::any_of(beginnings.begin(), beginnings.end(),
                        [&](const std::string& start) { return line.starts_with(start); });
        kept += dropped ? "\n" : line + "\n";
    }
    return kept;
}

bool is_word(char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

/// The end of what begins at `start`: a comment or a literal, else one letter.
std::size_t end_of_token(std::string_view sql, std::size_t start) {
    const auto behind = [&](std::string_view end, std::size_t from) {
        const auto found = sql.find(end, from);
        return found == std::string_view::npos ? sql.size() : found + end.size();
    };
    const std::string_view rest = sql.substr(start);
    if (rest.starts_with("--")) {
        return behind("\n", start);
    }
    if (rest.starts_with("/*")) {
        return behind("*/", start + 2);
    }
    // A doubled quote ends one literal and begins the next one, which comes to the same.
    return rest.starts_with("'") ? behind("'", start + 1) : start + 1;
}

/// N'...' becomes '...'. An N inside of literals, comments and words stays.
std::string with_plain_literals(std::string_view sql) {
    std::string plain;
    plain.reserve(sql.size());
    for (std::size_t at = 0; at < sql.size();) {
        const bool marks_literal =
            sql.substr(at).starts_with("N'") && (at == 0 || !is_word(sql[at - 1]));
        if (marks_literal) {
            ++at;
        }
        const std::size_t end = end_of_token(sql, at);
        plain += sql.substr(at, end - at);
        at = end;
    }
    return plain;
}

} // namespace

std::filesystem::path data_folder() {
    const char* named = std::getenv("ASSAY_TEST_DATA");
    return named != nullptr && *named != '\0' ? named : ASSAY_DEFAULT_TEST_DATA;
}

std::filesystem::path proj_registry() { return "/usr/share/proj/proj.db"; }

bool has_data(const std::filesystem::path& place) {
    if (std::filesystem::exists(place)) {
        return true;
    }
    std::cout << "SKIPPED: no real data at " << place.string() << "\n";
    return false;
}

bool has_data_and_postgres(const std::filesystem::path& place) {
    return has_data(place) && has_postgres();
}

std::string chinook_sql(Literals literals) {
    const std::string sql = without_lines(
        read_file(data_folder() / "chinook" / "chinook_postgres.sql"),
        {"DROP DATABASE IF EXISTS chinook;", "CREATE DATABASE chinook;", "\\c chinook;"});
    return literals == Literals::plain ? with_plain_literals(sql) : sql;
}

std::string northwind_sql() {
    // A setting that Postgres gave up in version 12.
    return without_lines(read_file(data_folder() / "northwind" / "northwind_postgres.sql"),
                         {"SET default_with_oids"});
}

void settle(const PostgresDatabase& database) { database.execute("VACUUM (ANALYZE)"); }

FolderState folder_state(const std::filesystem::path& folder) {
    FolderState state;
    state.changed_at["."] = std::filesystem::last_write_time(folder);
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        state.content[name] = content_of(entry.path());
        state.changed_at[name] = entry.last_write_time();
    }
    return state;
}

SqliteCopy::SqliteCopy(const std::filesystem::path& original)
    : path(world.folder.file(original.filename().string())) {
    std::filesystem::copy_file(original, path);
    std::filesystem::permissions(path, std::filesystem::perms::owner_write,
                                 std::filesystem::perm_options::add);
}

Document run_unchanged(World& world, const std::function<Document(const Context&)>& command) {
    const FolderState before = folder_state(world.folder.path());
    Document document = command(world.context());
    const bool unchanged = folder_state(world.folder.path()) == before;
    REQUIRE(unchanged);
    return document;
}

Document audit_of(World& world, const std::string& database, const Means& means) {
    AuditOptions options;
    options.common = common_options("audit");
    options.common.values = ValuesPolicy::all;
    options.common.jobs = means.jobs;
    options.common.memory = means.memory;
    options.database = database;
    return run_unchanged(world, [&](const Context& context) { return audit(options, context); });
}

std::string troubles_of(const Document& document) {
    std::string troubles = document.run.complete ? "" : "the run is not complete\n";
    for (const auto& error : document.errors) {
        troubles += error.kind + ": " + error.message + "\n";
    }
    for (const auto& check : document.checks) {
        if (check.status == Status::error) {
            troubles += check.id + " on " + check.table + ": " + check.message + "\n";
        }
    }
    return troubles;
}

std::string folded_name(std::string_view name) {
    std::string folded;
    for (const char letter : name) {
        if (letter != '_') {
            folded += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
        }
    }
    return folded;
}

} // namespace assay::test
