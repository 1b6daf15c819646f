// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"
#include "assay/base/duty_cycle.hpp"
#include "assay/base/pause.hpp"
#include "assay/store/postgres/connector.hpp"
#include "assay/store/postgres/conninfo.hpp"
#include "assay/store/postgres/load_watch.hpp"
#include "assay/store/postgres/notices.hpp"
#include "assay/store/postgres/type_map.hpp"
#include "assay/store/store.hpp"

#include <libpq-fe.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::postgres {

/// The form in which the server sends the values of a result.
enum class ResultFormat : std::uint8_t { text = 0, binary = 1 };

/// The rows that a statement gave. Views into it live as long as it does.
class Result {
public:
    explicit Result(PGresult* result) : m_result(result) {}

    int rows() const noexcept { return PQntuples(m_result.get()); }
    int columns() const noexcept { return PQnfields(m_result.get()); }
    Oid type(int column) const noexcept { return PQftype(m_result.get(), column); }
    /// The number in its table of the column that a column of the result shows, 0 for anything
    /// else.
    int table_column(int column) const noexcept { return PQftablecol(m_result.get(), column); }
    bool is_null(int row, int column) const noexcept {
        return PQgetisnull(m_result.get(), row, column) != 0;
    }
    /// The bytes of a value; empty for NULL.
    std::string_view bytes(int row, int column) const noexcept {
        return {PQgetvalue(m_result.get(), row, column),
                static_cast<std::size_t>(PQgetlength(m_result.get(), row, column))};
    }
    std::string text(int row, int column) const { return std::string(bytes(row, column)); }
    /// Is a boolean in text form true?
    bool flag(int row, int column) const noexcept { return bytes(row, column) == "t"; }
    /// An integer in text form, nullopt for NULL.
    /// @throws Error of kind query if it is no integer of 64 bits.
    std::optional<std::int64_t> integer(int row, int column) const;

    ExecStatusType status() const noexcept { return PQresultStatus(m_result.get()); }
    /// A field of an error, "" if the server did not send it.
    std::string_view error_field(int code) const noexcept;

private:
    struct Clear {
        void operator()(PGresult* result) const noexcept { PQclear(result); }
    };
    std::unique_ptr<PGresult, Clear> m_result;
};

/// One connection to one server, made once: when it breaks it stays broken.
///
/// libpqxx holds the connection through a policy that never reconnects. Statements run on its libpq
/// handle, because libpqxx drops the SQLSTATE of several errors and can neither give up on a server
/// that has frozen nor send a binary COPY. All statements go through the extended protocol, so a
/// text is never more than one statement. Used by one thread, but for what says otherwise.
class Connection {
public:
    /// What is called with the next pieces of a COPY: a row each, but for rows that are large. They
    /// are only valid during the call.
    using PieceHandler = std::function<void(std::span<const std::string_view> pieces)>;

    /// @throws Error as connect() does.
    Connection(const std::string& conninfo, const SessionOptions& options);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Run one statement and wait for all of its result.
    /// @throws Error; the connection stays usable unless the kind is connection.
    /// @param parameters the texts of $1, $2, ...
    Result execute(const std::string& sql, ResultFormat format = ResultFormat::text,
                   const std::vector<std::string>& parameters = {});
    /// Run a COPY ... TO STDOUT and hand over what it sends, some pieces at a time. When `handler`
    /// throws, the COPY is cancelled first.
    void copy_out(const std::string& sql, const PieceHandler& handler);
    /// From now on end statements by closing the connection, for servers that notice (version 14):
    /// a request to cancel can crash a pooler (PgBouncer 1.18,
    /// github.com/pgbouncer/pgbouncer/issues/822).
    void cancel_by_leaving();
    /// Called by another thread: end the statement that runs now, and wait until the server has
    /// heard of it, so that no later one is hit.
    void cancel() noexcept;
    /// End the transaction, if there still is one; the run may be cancelled already. Says nothing
    /// when it fails: the server rolls back by itself when the connection ends.
    void roll_back() noexcept;
    /// Send nothing for a while. @throws Error when the run is over meanwhile.
    void pause(std::chrono::microseconds time) const;
    /// Rest after a piece of work as SessionOptions::duty_cycle asks.
    /// @throws Error when the run is over meanwhile.
    void rest_after(std::chrono::microseconds work);
    /// For how long rest_after() would rest, for who has to look around meanwhile.
    std::chrono::microseconds rest_due_after(std::chrono::microseconds work) noexcept {
        return m_duty.rest_after(work);
    }
    /// Wait as long as the pause file is there or the server has too much to do, see LoadWatch. The
    /// snapshot stays; what the transaction locked since its savepoint is let go of.
    /// @return whether that happened.
    /// @throws Error when the run is over meanwhile, the connection is lost, or a standby lags.
    Pause hold_still();
    /// Called by another thread: send something where nothing was sent for `idle`, so that the
    /// server does not take us for dead. Does nothing while a statement runs or outside of a
    /// transaction; what fails is for the next statement to say.
    void give_sign_of_life(std::chrono::milliseconds idle) noexcept;
    /// After a statement met a lock: wait 2, then 4, then 8 times the lock timeout before it is
    /// tried once more. A session has these three tries and no others, so that many locked tables
    /// do not add up to a run without end.
    /// @return false at once when they are used up.
    bool pause_for_lock();

    /// Where it leads, without secrets.
    std::string url() const;
    /// How the way there is protected, as SourceInfo tells it.
    Protection protection() const { return protection_of(m_handle); }
    Route route() const { return route_of(m_handle); }
    /// 150018 for 15.18.
    int server_version() const noexcept { return PQserverVersion(m_handle); }
    /// A parameter that the server reports, such as "server_version"; "" if it does not.
    std::string_view reported(const char* parameter) const noexcept;
    /// The process that the server says we talk to; a pooler may pass on another one.
    int backend_pid() const noexcept { return PQbackendPID(m_handle); }
    Notices& notices() noexcept { return m_notices; }
    const SessionOptions& options() const noexcept { return m_options; }
    LoadWatch& load() noexcept { return m_load; }
    const LoadWatch& load() const noexcept { return m_load; }
    std::int64_t statements() const noexcept { return m_statements; }

private:
    class Holder;
    struct Watch;

    Result run(const std::string& sql, ResultFormat format,
               const std::vector<std::string>& parameters);
    void send(const std::string& sql, ResultFormat format,
              const std::vector<std::string>& parameters);
    void supervise(Watch& watch);
    void receive(Watch& watch);
    void take_in();
    std::optional<Result> next_result(Watch& watch);
    void drain(Watch& watch);
    void read_copy(const PieceHandler& handler, Watch& watch);
    void cancel_and_drain() noexcept;
    [[noreturn]] void fail(const Result& result, const Watch& watch);
    [[noreturn]] void fail_lost();
    bool is_lost() const noexcept;

    SessionOptions m_options;
    ConnectionParameters m_parameters;
    Notices m_notices;
    std::unique_ptr<Holder> m_holder;
    PGconn* m_handle; ///< owned by m_holder
    std::shared_ptr<PGcancel> m_cancel;
    std::unique_ptr<CancellationHook> m_hook;
    std::mutex m_turn; ///< held while a statement runs; guards what follows
    std::chrono::steady_clock::time_point m_last_statement{}; ///< its end
    std::atomic<std::int64_t> m_statements = 0;
    DutyCycle m_duty;
    LoadWatch m_load;
    int m_lock_pauses = 0;
    std::string m_last_error; ///< its SQLSTATE
    bool m_abandoned = false; ///< the server stopped answering
};

} // namespace assay::postgres
