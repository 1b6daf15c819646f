// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/postgres/connection.hpp"
#include "assay/store/postgres/pulse.hpp"
#include "assay/store/postgres/setup.hpp"
#include "assay/store/postgres/statement_watch.hpp"
#include "assay/store/store.hpp"

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace assay::postgres {

/// A Session on one connection, inside one read-only transaction at a time that ends in ROLLBACK.
class PostgresSession final : public Session {
public:
    /// @param snapshot of another session to join, or empty.
    PostgresSession(std::string conninfo, const SessionOptions& options,
                    const std::string& snapshot);
    ~PostgresSession() override;

    const SourceInfo& source() const override { return m_source; }
    Catalog catalog() override;
    std::vector<ScanPart> split(const ScanRequest& request) override;
    SampleDesign sample_design(const ScanRequest& request) override;
    SampleDesign draw_sample(const ScanRequest& request) override;
    void scan(const ScanRequest& request, BatchSink& sink) override;
    std::vector<Value> query_row(const Query& query) override;
    std::vector<Value> query_row_of(const std::vector<const TableSchema*>& tables,
                                    const Query& query) override;
    void query_rows(const TableSchema& table, const Query& query, BatchSink& sink) override;
    std::unique_ptr<Session> fork() override;
    bool is_old() const override;
    void renew() override;
    void require_unaltered(const TableSchema& table) const override;
    void cancel() noexcept override { m_connection.cancel(); }
    SessionCost cost() const override;

private:
    Result execute(const Query& query);
    std::vector<Value> only_row(const Query& query);
    void push(const Result& result, const Query& query, BatchSink& sink);
    bool is_same_server(const PostgresSession& other) const noexcept;
    void count_bytes(std::int64_t bytes) noexcept {
        m_cost.bytes_read += bytes;
        m_cost.bytes_from_server += bytes;
    }

    std::string m_conninfo; ///< holds the password
    SessionOptions m_options;
    Connection m_connection;
    ServerFacts m_server;
    StatementWatch m_watch;
    SourceInfo m_source;
    SessionCost m_cost;
    std::chrono::steady_clock::time_point m_taken; ///< when the snapshot was
    std::vector<TableSchema> m_tables;             ///< when the catalog was read
    std::set<TableRef> m_altered;                  ///< what has another definition now
    int m_forks = 0;
    Pulse m_pulse; ///< last, because it uses the connection
};

} // namespace assay::postgres
