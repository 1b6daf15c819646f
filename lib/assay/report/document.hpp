// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/fact.hpp"
#include "assay/base/time.hpp"
#include "assay/check/check.hpp"
#include "assay/metric/profile.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace assay {

/// Version of the JSON document. Additive changes bump the minor, others the major number.
inline constexpr const char* document_schema_version = "1.0";
inline constexpr const char* assay_version = "0.1.0";

struct RunRecord {
    std::string id; ///< UUID
    std::string command;
    std::vector<std::string> arguments; ///< as typed, secrets removed
    Micros started_at = 0;
    Micros finished_at = 0;
    std::int64_t duration_ms = 0;
    bool complete = true; ///< false when a signal or an error cut the run short
    int exit_code = 0;
    std::string values{}; ///< which data values it may hold: "none", "safe", "all"; empty: unknown
    friend bool operator==(const RunRecord&, const RunRecord&) = default;
};

struct SourceRecord {
    std::string id; ///< "a", "b"
    std::string kind;
    std::string url; ///< without secrets
    std::string server_version;
    std::string role;
    Micros snapshot_at = 0;
    bool read_only = true;
    std::string tls{};                    ///< "verified", "unverified", "none", "local", or empty
    std::string tls_protocol{};           ///< "TLSv1.3", or empty
    std::optional<double> replay_lag_s{}; ///< at most; nullopt: no standby, or not known
    std::optional<double> clock_skew_s{}; ///< of the store, ahead of ours; nullopt: small
    friend bool operator==(const SourceRecord&, const SourceRecord&) = default;
};

struct BytesRecord {
    std::optional<std::int64_t> table;
    std::optional<std::int64_t> indexes;
    std::optional<std::int64_t> total;
    Method method = Method::exact;
    friend bool operator==(const BytesRecord&, const BytesRecord&) = default;
};

struct TopRecord {
    Fact value; ///< as --values allows: the value, or its mask
    std::int64_t count = 0;
    std::int64_t count_max = 0;
    friend bool operator==(const TopRecord&, const TopRecord&) = default;
};

struct PatternRecord {
    std::string mask;
    std::int64_t count = 0;
    std::int64_t count_max = 0;
    friend bool operator==(const PatternRecord&, const PatternRecord&) = default;
};

struct LengthRecord {
    std::int64_t min = 0;
    std::int64_t max = 0;
    double mean = 0;
    friend bool operator==(const LengthRecord&, const LengthRecord&) = default;
};

/// A share of the rows of a table that a sample shows, with its 95 % interval.
struct ShareRecord {
    std::string name; ///< "null", "blank", "misfit"
    double fraction = 0;
    double lower = 0;
    double upper = 0;
    friend bool operator==(const ShareRecord&, const ShareRecord&) = default;
};

/// How the sample of a table was drawn.
struct SampleRecord {
    std::string unit; ///< "rows", "clusters"
    double fraction = 0;
    std::optional<std::int64_t> clusters; ///< nullopt: not known, or rows were drawn
    friend bool operator==(const SampleRecord&, const SampleRecord&) = default;
};

/// A column as it stands in the document. Members that do not apply are empty and are left out of
/// the JSON, except nulls, distinct, min, max, mean and stddev, which are null there.
struct ColumnRecord {
    std::string name;
    std::string type;
    std::string declared_type;
    bool nullable = true;
    std::optional<std::int64_t> nulls;   ///< nullopt: not measured
    std::optional<double> null_fraction; ///< nullopt: no rows
    std::optional<std::int64_t> blanks;
    std::optional<Count> distinct;
    Fact min;
    Fact max;
    std::optional<double> mean;
    std::optional<double> stddev;
    std::vector<std::pair<std::string, Fact>> quantiles; ///< "0.5" -> value
    std::optional<Method> quantile_method;
    std::optional<double> quantile_rank_error;
    std::optional<LengthRecord> length;
    std::vector<TopRecord> top;
    std::vector<PatternRecord> patterns;
    /// Cells by storage class, only where more than one is possible: integer, real, text, blob.
    Facts storage;
    std::optional<std::int64_t> misfits;
    std::optional<std::int64_t> nans;
    std::optional<std::int64_t> infinities;
    std::optional<std::int64_t> invalid_utf8;
    std::vector<ShareRecord> shares; ///< only of a sample
    std::string note;                ///< why something is not there ("no SELECT privilege")
    friend bool operator==(const ColumnRecord&, const ColumnRecord&) = default;
};

struct ForeignKeyRecord {
    std::string name;
    std::vector<std::string> columns;
    std::string references; ///< "public.customers"
    std::vector<std::string> referenced_columns;
    friend bool operator==(const ForeignKeyRecord&, const ForeignKeyRecord&) = default;
};

struct IndexRecord {
    std::string name;
    std::vector<std::string> columns;
    bool unique = false;
    bool valid = true;
    std::optional<std::int64_t> bytes;
    friend bool operator==(const IndexRecord&, const IndexRecord&) = default;
};

/// The verdict on one table in a few words; "unknown" where nothing looked.
struct StateRecord {
    std::string freshness = "unknown";
    std::string consistency = "unknown"; ///< consistent, inconsistent, unknown
    std::string density = "unknown";     ///< dense, sparse, empty, unknown
    std::string use = "unknown";
    bool actionable = false;
    std::string why;  ///< one line, or empty
    std::string next; ///< the command to run next, or empty
    friend bool operator==(const StateRecord&, const StateRecord&) = default;
};

struct TableRecord {
    std::string source;
    std::string schema;
    std::string name;
    std::string kind;
    std::string owner;
    std::string comment;
    std::optional<Count> rows; ///< nullopt: unknown
    BytesRecord bytes;
    std::vector<ColumnRecord> columns;
    std::vector<std::string> primary_key;
    std::vector<ForeignKeyRecord> foreign_keys;
    std::vector<IndexRecord> indexes;
    Facts change; ///< how often it changes; empty: not known
    Facts access; ///< how often it is read; empty: not known
    Fact::List ages;
    StateRecord state;
    /// Rows that were read of it; fewer than rows.value where it was sampled. nullopt: none.
    std::optional<std::int64_t> rows_examined;
    std::optional<SampleRecord> sample; ///< nullopt: no sample was drawn
    std::optional<Micros> snapshot_at;  ///< nullopt: that of its source
    friend bool operator==(const TableRecord&, const TableRecord&) = default;
};

struct CostRecord {
    std::int64_t queries = 0;
    std::int64_t rows_read = 0;
    std::int64_t bytes_read = 0;
    std::int64_t bytes_from_server = 0; ///< those of them that a server sent
    friend bool operator==(const CostRecord&, const CostRecord&) = default;
};

/// What it would take to have the rows of a side hashed in one way, estimated.
struct HashCostRecord {
    std::int64_t bytes = 0; ///< that the server sends
    double seconds = 0;     ///< of all processors, and of the network
    friend bool operator==(const HashCostRecord&, const HashCostRecord&) = default;
};

/// Who hashes the rows of a side, and what either way would take.
struct HashingRecord {
    std::string by; ///< "server" or "client"
    HashCostRecord client;
    std::optional<HashCostRecord> server{}; ///< nullopt: it cannot
    std::string obstacle{};                 ///< why it cannot
    friend bool operator==(const HashingRecord&, const HashingRecord&) = default;
};

/// One step of what --explain shows: nothing of it has run.
struct PlanRecord {
    std::string source;
    std::string table;  ///< "public.orders", or empty
    std::string action; ///< "catalog", "scan", "sample", "query"
    std::string sql;
    std::optional<std::int64_t> rows; ///< estimate of the rows it reads; nullopt: unknown
    std::string why;
    std::optional<std::int64_t> bytes{};   ///< of the table that it reads, estimated
    std::optional<std::int64_t> parts{};   ///< in which it reads the table; nullopt: in one go
    std::optional<std::int64_t> workers{}; ///< that read them at the same time
    std::optional<double> seconds{};       ///< a guess from the bytes
    std::optional<HashingRecord> hashing{};
    friend bool operator==(const PlanRecord&, const PlanRecord&) = default;
};

/// Something that went wrong for the run as a whole. Its presence makes the run incomplete.
struct ErrorRecord {
    std::string kind; ///< to_string(ErrorKind)
    std::string message;
    std::string hint;
    friend bool operator==(const ErrorRecord&, const ErrorRecord&) = default;
};

/// Everything a run learned. Every output format is a view of it; JSON goes both ways without loss.
struct Document {
    std::string schema_version = document_schema_version;
    std::string tool_version = assay_version;
    RunRecord run;
    std::vector<SourceRecord> sources;
    std::vector<TableRecord> tables;
    std::vector<CheckResult> checks;
    std::vector<PlanRecord> plan;    ///< only with --explain
    std::vector<ErrorRecord> errors; ///< empty in a run that could do its work
    CostRecord cost;
    std::vector<std::string> notes;
    friend bool operator==(const Document&, const Document&) = default;
};

/// Computed from tables and checks, never stored apart from them.
struct Summary {
    std::int64_t tables = 0;
    std::int64_t rows_examined = 0;
    std::int64_t pass = 0, fail = 0, error = 0, skipped = 0;
    std::int64_t critical = 0, warning = 0, info = 0; ///< of the findings
};
Summary summarize(const Document& document) noexcept;

/// When a finding turns the exit status to 1. never: findings never do.
enum class FailOn : std::uint8_t { info, warning, critical, never };
std::optional<FailOn> parse_fail_on(std::string_view text) noexcept;

enum class ExitStatus : int { clean = 0, findings = 1, usage = 2, incomplete = 3 };

/// The one function that decides the exit status: 2 beats 3 beats 1 beats 0. Errors of kind usage
/// and not_found are 2; any other error, a check with status error, an incomplete run and a search
/// for duplicates whose checks were all skipped are 3; a finding at or above `fail_on` is 1, unless
/// its baseline is "unchanged". A document that neither holds a check nor a plan is 2: nothing was
/// selected.
ExitStatus exit_status(const Document& document, FailOn fail_on) noexcept;

} // namespace assay
