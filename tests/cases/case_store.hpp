// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <memory>
#include <string>

namespace assay::testing {

/// A fresh database of a case; its destructor removes it.
class CaseStore {
public:
    virtual ~CaseStore() = default;
    /// Run statements, separated by semicolons. @throws std::runtime_error if one fails.
    virtual void execute(const std::string& sql) = 0;
    /// What a user would type for it.
    virtual std::string url() const = 0;
    /// A word that every way to write its place holds: the file's path, the database's name.
    virtual std::string mark() const = 0;
};

/// A file below `folder`.
std::unique_ptr<CaseStore> make_sqlite_store(const std::string& folder, const std::string& name);
/// A database in the cluster of a libpq connection string.
std::unique_ptr<CaseStore> make_postgres_store(const std::string& cluster, const std::string& name);

} // namespace assay::testing
