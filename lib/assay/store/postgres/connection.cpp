// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/connection.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/base/wait.hpp"
#include "assay/store/postgres/copy_buffer.hpp"
#include "assay/store/postgres/statement_error.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>

#include <poll.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <system_error>
#include <thread>
#include <utility>

namespace assay::postgres {
namespace {

using Clock = std::chrono::steady_clock;

// How long a server that should have ended a statement by itself may take to say so.
constexpr std::chrono::seconds grace{5};
constexpr std::chrono::milliseconds poll_slice{250};

/// Ask the server to end the running statement; nothing without `cancel`. PQcancel() blocks while a
/// server is frozen, and neither a signal's thread nor a deadline may.
void request_cancel(const std::shared_ptr<PGcancel>& cancel) noexcept {
    if (!cancel) {
        return;
    }
    try {
        std::thread([cancel] {
            std::array<char, 256> reason{};
            PQcancel(cancel.get(), reason.data(), static_cast<int>(reason.size()));
        }).detach();
    } catch (const std::system_error&) {
        return; // without a thread the statement timeout of the server has to do
    }
}

/// The same for a server that is alive, and wait until it has taken it.
void request_cancel_and_wait(PGcancel& cancel) noexcept {
    std::array<char, 256> reason{};
    PQcancel(&cancel, reason.data(), static_cast<int>(reason.size()));
}

std::shared_ptr<PGcancel> make_cancel(PGconn* connection) {
    return {PQgetCancel(connection), [](PGcancel* cancel) { PQfreeCancel(cancel); }};
}

void ignore_pieces(std::span<const std::string_view> /*pieces*/) {}

/// Hands one connection to libpqxx, once.
class OneShot final : public pqxx::connectionpolicy {
public:
    explicit OneShot(ConnectionHandle connection)
        : connectionpolicy(std::string()), m_connection(std::move(connection)) {}

    handle do_startconnect(handle original) override {
        if (original != nullptr) {
            return original;
        }
        if (!m_connection) {
            throw pqxx::broken_connection("a lost connection is not opened again");
        }
        return m_connection.release();
    }
    handle do_completeconnect(handle original) override { return original; }

private:
    ConnectionHandle m_connection;
};

} // namespace

/// The connection as libpqxx holds it.
class Connection::Holder final : public pqxx::connection_base {
public:
    explicit Holder(ConnectionHandle connection)
        : connection_base(m_policy), m_policy(std::move(connection)) {
        init();
    }
    ~Holder() noexcept { close(); }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;

private:
    OneShot m_policy;
};

/// How long a statement may take, and whether we asked the server to end it.
struct Connection::Watch {
    Clock::time_point start = Clock::now();
    std::optional<Clock::time_point> deadline; ///< nullopt: none
    bool overdue = false;                      ///< the deadline has passed once
    bool cancelled = false;                    ///< the run is over
    Clock::time_point last_cancel;

    explicit Watch(std::chrono::milliseconds limit) {
        if (limit.count() > 0) {
            deadline = start + limit + grace;
        }
    }
};

std::optional<std::int64_t> Result::integer(int row, int column) const {
    if (is_null(row, column)) {
        return std::nullopt;
    }
    const auto digits = bytes(row, column);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size()) {
        throw Error(ErrorKind::query, "the server sent something else where an integer was due");
    }
    return number;
}

std::string_view Result::error_field(int code) const noexcept {
    const char* field = PQresultErrorField(m_result.get(), code);
    return field != nullptr ? field : std::string_view();
}

Connection::Connection(const std::string& conninfo, const SessionOptions& options)
    : m_options(options), m_parameters(parse_conninfo(conninfo)), m_notices(*options.observer),
      m_duty(options.duty_cycle), m_load(options) {
    ConnectionHandle connection = connect(conninfo, m_parameters, options, m_notices);
    m_handle = connection.get();
    constexpr int oldest_version = 100'000;
    if (server_version() < oldest_version) {
        throw Error(ErrorKind::connection,
                    fmt::format("the server at {} is too old or no Postgres server (version {})",
                                escape_text(url()), escape_text(reported("server_version"))),
                    "connect to Postgres 10 or later");
    }
    try {
        m_holder = std::make_unique<Holder>(std::move(connection));
    } catch (const pqxx::failure& failure) {
        throw Error(ErrorKind::connection, scrub(failure.what(), m_parameters.secrets));
    }
    m_cancel = make_cancel(m_handle);
    m_hook = std::make_unique<CancellationHook>(*options.cancellation,
                                                [cancel = m_cancel] { request_cancel(cancel); });
}

Connection::~Connection() = default;

Result Connection::execute(const std::string& sql, ResultFormat format,
                           const std::vector<std::string>& parameters) {
    const std::lock_guard turn(m_turn);
    return run(sql, format, parameters);
}

Result Connection::run(const std::string& sql, ResultFormat format,
                       const std::vector<std::string>& parameters) {
    m_options.cancellation->check();
    m_options.observer->sql(m_options.id, sql);
    Watch watch(m_options.statement_timeout);
    send(sql, format, parameters);
    auto result = next_result(watch);
    drain(watch);
    if (!result) {
        fail_lost();
    }
    if (result->status() != PGRES_COMMAND_OK && result->status() != PGRES_TUPLES_OK) {
        fail(*result, watch);
    }
    m_last_statement = Clock::now();
    return std::move(*result);
}

void Connection::copy_out(const std::string& sql, const PieceHandler& handler) {
    const std::lock_guard turn(m_turn);
    m_options.cancellation->check();
    m_options.observer->sql(m_options.id, sql);
    Watch watch(m_options.statement_timeout);
    send(sql, ResultFormat::text, {});
    const auto begun = next_result(watch);
    if (!begun) {
        fail_lost();
    }
    if (begun->status() != PGRES_COPY_OUT) {
        drain(watch);
        fail(*begun, watch);
    }
    try {
        read_copy(handler, watch);
    } catch (...) {
        cancel_and_drain();
        throw;
    }
    const auto ended = next_result(watch);
    drain(watch);
    if (!ended) {
        fail_lost();
    }
    if (ended->status() != PGRES_COMMAND_OK) {
        fail(*ended, watch);
    }
    m_last_statement = Clock::now();
}

void Connection::cancel_by_leaving() {
    const std::lock_guard turn(m_turn);
    m_hook.reset();
    m_cancel.reset();
}

void Connection::cancel() noexcept {
    if (m_cancel) {
        request_cancel_and_wait(*m_cancel);
    }
}

void Connection::roll_back() noexcept {
    const std::lock_guard turn(m_turn);
    if (is_lost()) {
        return;
    }
    try {
        m_options.observer->sql(m_options.id, "ROLLBACK");
        Watch watch(std::chrono::milliseconds(1));
        send("ROLLBACK", ResultFormat::text, {});
        // The run may be cancelled already, and this is no work of the run.
        watch.cancelled = true;
        watch.overdue = true;
        watch.last_cancel = watch.start + grace;
        drain(watch);
    } catch (const Error&) {
        return;
    }
}

void Connection::pause(std::chrono::microseconds time) const {
    wait_for(time, *m_options.cancellation);
}

void Connection::rest_after(std::chrono::microseconds work) {
    if (const auto rest = rest_due_after(work); rest.count() > 0) {
        pause(rest);
    }
}

Pause Connection::hold_still() {
    constexpr std::chrono::milliseconds moment{200};
    bool holds_locks = true;
    const auto reason = [this] {
        const std::string file = reason_of_file(m_options.pause_file);
        return file.empty() ? m_load.reason(*this) : file;
    };
    return wait_while(reason, *m_options.observer, [&] {
        // Nobody waits for a lock behind a pause.
        if (std::exchange(holds_locks, false)) {
            execute("ROLLBACK TO SAVEPOINT assay");
        }
        pause(moment);
    });
}

void Connection::give_sign_of_life(std::chrono::milliseconds idle) noexcept {
    const std::unique_lock turn(m_turn, std::try_to_lock);
    if (!turn || Clock::now() < m_last_statement + idle || is_lost() ||
        PQtransactionStatus(m_handle) != PQTRANS_INTRANS) {
        return;
    }
    try {
        run("SELECT", ResultFormat::text, {});
    } catch (const std::exception&) {
        return; // the next statement says so
    }
}

bool Connection::pause_for_lock() {
    constexpr int most_pauses = 3;
    if (m_lock_pauses == most_pauses) {
        return false;
    }
    pause(m_options.lock_timeout * (2 << m_lock_pauses++));
    return true;
}

std::string Connection::url() const { return display_url(parameters_of(m_handle)); }

std::string_view Connection::reported(const char* parameter) const noexcept {
    const char* value = PQparameterStatus(m_handle, parameter);
    return value != nullptr ? value : std::string_view();
}

bool Connection::is_lost() const noexcept {
    return m_abandoned || PQstatus(m_handle) != CONNECTION_OK;
}

void Connection::send(const std::string& sql, ResultFormat format,
                      const std::vector<std::string>& parameters) {
    if (is_lost()) {
        fail_lost();
    }
    ++m_statements;
    std::vector<const char*> values;
    values.reserve(parameters.size());
    for (const std::string& parameter : parameters) {
        values.push_back(parameter.c_str());
    }
    const int sent =
        PQsendQueryParams(m_handle, sql.c_str(), static_cast<int>(values.size()), nullptr,
                          values.data(), nullptr, nullptr, static_cast<int>(format));
    if (sent == 0) {
        fail_lost();
    }
}

/// End a statement whose run is cancelled or whose time is up; give up on a server that does not
/// react.
void Connection::supervise(Watch& watch) {
    const auto now = Clock::now();
    if (m_options.cancellation->requested() && !watch.cancelled) {
        watch.cancelled = true;
        watch.last_cancel = now;
        watch.deadline = now + grace;
        watch.overdue = true;
        if (!m_cancel) {
            m_abandoned = true;
            m_options.cancellation->check();
        }
    }
    // The hook may have fired before the server had begun the statement.
    if (watch.cancelled && now > watch.last_cancel + std::chrono::seconds(1)) {
        watch.last_cancel = now;
        request_cancel(m_cancel);
    }
    if (!watch.deadline || now < *watch.deadline) {
        return;
    }
    if (watch.overdue) {
        m_abandoned = true;
        m_options.cancellation->check();
        throw Error(ErrorKind::connection, "the server stopped answering",
                    "check the server and the network, then run again");
    }
    watch.overdue = true;
    watch.deadline = now + grace;
    request_cancel(m_cancel);
}

/// Take in what has come, or wait for it.
void Connection::receive(Watch& watch) {
    pollfd socket{.fd = PQsocket(m_handle), .events = POLLIN, .revents = 0};
    do {
        supervise(watch);
    } while (poll(&socket, 1, static_cast<int>(poll_slice.count())) == 0);
    take_in();
}

/// Take in what has come, if anything.
void Connection::take_in() {
    if (PQconsumeInput(m_handle) == 0) {
        fail_lost();
    }
}

std::optional<Result> Connection::next_result(Watch& watch) {
    while (PQisBusy(m_handle) != 0) {
        receive(watch);
    }
    PGresult* result = PQgetResult(m_handle);
    if (result == nullptr) {
        return std::nullopt;
    }
    Result owned(result);
    if (const auto state = owned.error_field(PG_DIAG_SQLSTATE); !state.empty()) {
        m_last_error = state;
    }
    return owned;
}

/// Read results until the server is ready for the next statement.
void Connection::drain(Watch& watch) {
    while (const auto result = next_result(watch)) {
        // A COPY that nobody reads would never end.
        if (result->status() == PGRES_COPY_OUT) {
            read_copy(ignore_pieces, watch);
        }
    }
}

void Connection::read_copy(const PieceHandler& handler, Watch& watch) {
    CopyBuffer buffer;
    const auto hand_over = [&] {
        handler(buffer.pieces());
        buffer.clear();
    };
    // PQgetCopyData() would allocate a block of memory for each row.
    int length = 0;
    // A server that is faster than we are has sent more: that needs no question whether it has.
    bool is_more_likely = false;
    while ((length = PQgetlineAsync(m_handle, buffer.space(), buffer.space_size())) >= 0) {
        if (length > 0) {
            buffer.add(static_cast<std::size_t>(length));
            is_more_likely = true;
        } else if (std::exchange(is_more_likely, false)) {
            supervise(watch);
            take_in();
        } else {
            receive(watch);
        }
        if (buffer.is_full()) {
            hand_over();
        }
    }
    hand_over();
    // Only this tells libpq that the COPY is over. next_result() says whether it went well.
    constexpr int do_not_block = 1;
    char* no_row = nullptr;
    PQgetCopyData(m_handle, &no_row, do_not_block);
}

void Connection::cancel_and_drain() noexcept {
    try {
        if (is_lost()) {
            return;
        }
        if (!m_cancel) {
            m_abandoned = true;
            return;
        }
        // Here the server is alive and sending, and the cancel must not hit a later statement: so
        // wait until the server has taken it.
        request_cancel_and_wait(*m_cancel);
        Watch watch(std::chrono::milliseconds(1));
        read_copy(ignore_pieces, watch);
        drain(watch);
    } catch (const Error&) {
        m_abandoned = true;
    }
}

void Connection::fail(const Result& result, const Watch& watch) {
    const auto sqlstate = result.error_field(PG_DIAG_SQLSTATE);
    if (sqlstate.empty() || is_lost()) {
        fail_lost();
    }
    if (sqlstate == "57014") {
        m_options.cancellation->check();
        const auto limit = m_options.statement_timeout;
        const bool ours =
            watch.overdue || (limit.count() > 0 && Clock::now() - watch.start >= limit);
        if (!ours) {
            throw Error(ErrorKind::interrupted, "somebody on the server cancelled the statement",
                        "ask its administrator before you run again");
        }
        throw Error(ErrorKind::timeout,
                    fmt::format("the statement took longer than {} ms", limit.count()),
                    "allow more time with --timeout, or read a sample");
    }
    throw statement_error(sqlstate, result.error_field(PG_DIAG_MESSAGE_PRIMARY));
}

void Connection::fail_lost() {
    m_abandoned = true;
    m_options.cancellation->check();
    const std::string reason = scrub(PQerrorMessage(m_handle), m_parameters.secrets);
    const bool took_too_long = m_last_error == "25P04"; // transaction_timeout
    throw Error(ErrorKind::connection,
                fmt::format("lost the connection to {}{}{}", escape_text(url()),
                            reason.empty() ? "" : ": ", reason),
                took_too_long ? "allow a transaction more time with --max-runtime"
                              : "nothing read after that counts; run again");
}

} // namespace assay::postgres
