// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"
#include "assay/base/observer.hpp"
#include "assay/base/time.hpp"
#include "assay/store/location.hpp"
#include "assay/store/sql.hpp"
#include "assay/table/row_batch.hpp"
#include "assay/table/sample_design.hpp"
#include "assay/table/table.hpp"
#include "assay/table/value.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// What lies between this process and the data of a store.
enum class Route : std::uint8_t {
    file,     ///< nothing: it reads the file itself
    socket,   ///< a socket of this machine
    loopback, ///< TCP within this machine
    network   ///< TCP to another one
};

/// Facts about a store, taken when the session was opened. Safe to print once escaped: the URL
/// never holds a password.
struct SourceInfo {
    StoreKind kind = StoreKind::sqlite;
    std::string url;
    std::string server_version; ///< "15.18", "3.40.1"
    std::string role;           ///< "primary", "standby"; "file" in SQLite
    Micros snapshot_at = 0;     ///< the store's own clock when the snapshot was taken
    bool read_only = true;
    /// How far the way to the server is to be trusted: "verified" (encrypted, certificate and host
    /// name checked), "unverified" (encrypted), "none", "local" (does not leave this machine);
    /// empty for a file.
    std::string tls{};
    std::string tls_protocol{}; ///< "TLSv1.3"; empty without TLS
    Route route = Route::file;
    /// Of a standby: how old the newest transaction is that it has replayed, which its lag does not
    /// exceed; nullopt: no standby, or not known.
    std::optional<Micros> replay_lag{};
    /// How far the store's clock is ahead of ours; nullopt: by less than can matter.
    std::optional<Micros> clock_skew{};
};

/// All that the catalog holds, read with a constant number of queries.
struct Catalog {
    std::vector<TableSchema> tables;   ///< every user table and view, ordered by schema and name
    std::int64_t system_tables = 0;    ///< left out: catalogs, shadow and internal tables
    std::int64_t extension_tables = 0; ///< left out: owned by an extension
    std::vector<std::string> notes;    ///< what the reader of a report should know
};

/// Work done so far, for the cost receipt.
struct SessionCost {
    std::int64_t queries = 0;
    std::int64_t rows_read = 0;
    std::int64_t bytes_read = 0;        ///< values as they came from the store
    std::int64_t bytes_from_server = 0; ///< those of them that a server sent
};

/// What a session does when its snapshot keeps others waiting who want to write.
enum class Hold : std::uint8_t {
    firm,         ///< keeps it
    until_awaited ///< gives it up in the middle of a call, which fails with an error of kind locked
};

/// A read-only view of one database at one moment.
///
/// Every call sees the same snapshot, until renew(). A session is used by one thread; fork() gives
/// another thread its own session on the same snapshot. A failed call leaves the session usable
/// unless the connection is lost. Errors are assay::Error.
class Session {
public:
    virtual ~Session() = default;
    virtual const SourceInfo& source() const = 0;
    virtual Catalog catalog() = 0;
    /// Cut a table into parts of about equal size, for several sessions to read at the same time.
    /// Cheap: no rows are read. Empty where the table is small or can only be read in one go.
    virtual std::vector<ScanPart> split(const ScanRequest& request) = 0;
    /// How the store would draw the sample that a request asks for.
    virtual SampleDesign sample_design(const ScanRequest& request);
    /// Draw that sample, which is one, and count what its clusters hold. Where that is too little
    /// or too uneven to go by, an observer is told so, and the design says `whole`: ask for all
    /// rows.
    virtual SampleDesign draw_sample(const ScanRequest& request) { return sample_design(request); }
    /// Push the rows of one table to `sink`, in any order of rows. Where parts are asked for, those
    /// in the order given, each begun by BatchSink::begin_part(), and no batch holds rows of two;
    /// so are the ranges of rowids that a sample in SQLite draws.
    virtual void scan(const ScanRequest& request, BatchSink& sink) = 0;
    /// Run a statement of ours (see sql.hpp) that gives one row.
    virtual std::vector<Value> query_row(const Query& query) = 0;
    /// The same about the rows of some tables, with the care of scan(): a table that is not the one
    /// of the catalog any more is an error.
    virtual std::vector<Value> query_row_of(const std::vector<const TableSchema*>& tables,
                                            const Query& query) = 0;
    /// Run a statement of ours about the rows of one table and push what it gives to `sink`, with
    /// the same care.
    virtual void query_rows(const TableSchema& table, const Query& query, BatchSink& sink) = 0;
    /// @return nullptr where the store cannot prove that the snapshot is the same.
    virtual std::unique_ptr<Session> fork() = 0;
    /// Is the snapshot older than SessionOptions::snapshot_age allows?
    virtual bool is_old() const = 0;
    /// Between two tables, and when no fork is left: give the snapshot up for a new one, whose
    /// moment source() tells from then on. What the catalog said stays; a table that it does not
    /// describe any more is an error of kind changed when it is read. Does nothing where nobody
    /// can write, such as a copy.
    /// @throws Error of kind connection, locked or changed; the session is not usable then.
    virtual void renew() = 0;
    /// From now on, and of the forks made from now on. Only for who renews a snapshot that was
    /// given up and then begins anew. A store whose readers keep nobody from writing does not care.
    virtual void hold(Hold) {}
    /// For who goes by the catalog and reads no row: the calls that read see to it themselves.
    /// @throws Error of kind changed where the catalog does not describe the table any more.
    virtual void require_unaltered(const TableSchema& table) const = 0;
    /// Called by another thread: end the statement that runs now, whose call fails then. Does
    /// nothing when none runs, and never reaches a later one. The session stays usable.
    virtual void cancel() noexcept = 0;
    virtual SessionCost cost() const = 0;
};

/// Are the sizes of tables worth a read of every page?
enum class TableSizes : std::uint8_t { read_if_small, unread };

/// How to behave towards the database. The referenced objects must outlive the session.
struct SessionOptions {
    std::chrono::milliseconds statement_timeout{30'000};
    std::chrono::milliseconds lock_timeout{500};
    std::chrono::milliseconds connect_timeout{10'000};
    /// Postgres: try to connect for so long, as long as nothing listens or it only starts up.
    std::chrono::milliseconds wait_ready{0};
    /// Postgres: a role that may do more than read is an error, and not just told of.
    bool refuse_excess = false;
    /// SQLite: make a private copy in this folder and read that; empty: read the file itself.
    std::string copy_folder{};
    /// As long as this file exists, no chunk of a table is begun; empty: there is none.
    std::string pause_file{};
    /// Percent of the time in which a table is read; it rests in the others, between chunks.
    unsigned duty_cycle = 100;
    /// Postgres: no chunk is begun while more sessions of others are active; nullopt: no matter.
    std::optional<unsigned> max_load{};
    /// The same while a standby is further behind its primary.
    std::optional<std::chrono::milliseconds> max_replay_lag{};
    /// Postgres: what costs more by the planner's estimate is not read; nullopt: no matter.
    std::optional<double> max_cost{};
    /// Postgres 17 or later: the server ends a transaction, and its session, after so long.
    std::chrono::milliseconds transaction_timeout = std::chrono::minutes(10);
    /// SQLite: bytes that all its connections of this process may take together; 0: no limit.
    std::size_t heap_limit = 0;
    /// SQLite, where only the pages themselves tell the sizes: small is up to 64 MiB of file.
    TableSizes sizes = TableSizes::read_if_small;
    /// Between two tables a snapshot may be so old; nullopt: one for all. Postgres keeps the rows
    /// that others delete as long as it lasts. Those who write to a SQLite file may have to wait
    /// for its end, so five seconds are the most there.
    std::optional<std::chrono::milliseconds> snapshot_age = std::chrono::minutes(5);
    /// Postgres: the server ends the session when our process gives no sign of life for so long.
    std::chrono::milliseconds idle_limit{60'000};
    std::string id = "a";                 ///< names the session in the SQL log
    std::string application = "assay";    ///< application_name in Postgres
    Observer* observer = nullptr;         ///< required
    Cancellation* cancellation = nullptr; ///< required
};

/// Connect and take the snapshot. The session cancels its running statement when
/// `options.cancellation` is requested.
/// @throws Error of kind connection, permission, timeout or locked.
std::unique_ptr<Session> open_session(const Location& location, const SessionOptions& options);

} // namespace assay
