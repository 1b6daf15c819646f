// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "postgres_database.hpp"
#include "temp_dir.hpp"
#include "unit/command/command_world.hpp"

#include "assay/report/document.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace assay::test {

/// The folder with data of other people: $ASSAY_TEST_DATA, else the one beside the source tree.
std::filesystem::path data_folder();
/// The EPSG registry of Debian package proj-data.
std::filesystem::path proj_registry();

/// Is there this file or folder of data? Says "SKIPPED" when there is not, so that a test that
/// returns is never silently absent.
bool has_data(const std::filesystem::path& place);
bool has_data_and_postgres(const std::filesystem::path& place);

/// How the N'...' literals of the Chinook script reach Postgres, where they are of type bpchar and
/// lose the blanks at their end.
enum class Literals : std::uint8_t { as_written, plain };

/// The Chinook script without the statements that make a database and connect to it.
std::string chinook_sql(Literals literals);
std::string northwind_sql();

/// Do now what autovacuum would do at any moment, and with it change the size of tables between two
/// looks at them.
void settle(const PostgresDatabase& database);

/// Content and time of change of every file in a folder, and of the folder.
struct FolderState {
    std::map<std::string, std::string> content;
    std::map<std::string, std::filesystem::file_time_type> changed_at;
    friend bool operator==(const FolderState&, const FolderState&) = default;
};
FolderState folder_state(const std::filesystem::path& folder);

/// A world with a copy of a SQLite database in its folder.
struct SqliteCopy {
    explicit SqliteCopy(const std::filesystem::path& original);

    World world;
    std::string path;
};

/// Run a command and require that it left the folder of the world as it was.
Document run_unchanged(World& world, const std::function<Document(const Context&)>& command);

/// What an audit may use.
struct Means {
    unsigned jobs = 2;
    std::size_t memory = std::size_t{256} << 20; ///< bytes
};

/// audit() with every value shown. @param database as a user would type it.
Document audit_of(World& world, const std::string& database, const Means& means = {});

/// Errors of the run and of its checks, one a line; empty when everything could be looked at.
std::string troubles_of(const Document& document);

/// "InvoiceLine" and "invoice_line" are one name: lower case, no underscores.
std::string folded_name(std::string_view name);

} // namespace assay::test
