// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/profiler.hpp"

#include "assay/metric/column_accumulator.hpp"
#include "assay/scan/part_scan.hpp"
#include "assay/scan/share_tally.hpp"

#include <algorithm>
#include <bit>

namespace assay {
namespace {

/// The accumulators of one worker.
class ProfileSink final : public BatchSink {
public:
    explicit ProfileSink(std::vector<ColumnAccumulator> columns) : m_columns(std::move(columns)) {}

    /// Keep account of shares too, of groups of rows as the batches bring them.
    void watch_shares() { m_shares.resize(m_columns.size()); }

    ProfileSink fork() const {
        std::vector<ColumnAccumulator> columns;
        columns.reserve(m_columns.size());
        for (const auto& column : m_columns) {
            columns.push_back(column.fork());
        }
        return ProfileSink(std::move(columns));
    }

    void begin_part(std::size_t index) override {
        for (auto& column : m_columns) {
            column.begin_part(index);
        }
        for (auto& shares : m_shares) {
            shares.begin_cluster();
        }
    }

    void consume(const RowBatch& batch) override {
        m_rows += static_cast<std::int64_t>(batch.row_count);
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            m_columns[i].update(batch.columns[i]);
        }
        for (std::size_t i = 0; i < m_shares.size(); ++i) {
            m_shares[i].add(batch.columns[i]);
        }
    }

    void merge(const ProfileSink& other) {
        m_rows += other.m_rows;
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            m_columns[i].merge(other.m_columns[i]);
        }
    }

    std::int64_t rows() const noexcept { return m_rows; }
    std::vector<ColumnProfile> results() const {
        std::vector<ColumnProfile> results;
        results.reserve(m_columns.size());
        for (const auto& column : m_columns) {
            results.push_back(column.result());
        }
        return results;
    }
    std::vector<ColumnSketches> sketches(const std::vector<std::size_t>& ordinals,
                                         Sketches wanted) const {
        std::vector<ColumnSketches> sketches;
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            sketches.push_back({ordinals[i], m_columns[i].sketches(), {}});
            if (wanted == Sketches::with_top_values) {
                sketches.back().top = m_columns[i].top_values();
            }
        }
        return sketches;
    }
    /// Give each column the shares that the sample shows of it.
    void add_shares(const SampleDesign& design, const TableSchema& table,
                    std::vector<ColumnProfile>& columns) const {
        for (std::size_t i = 0; i < m_shares.size(); ++i) {
            m_shares[i].fill(design, table.columns[columns[i].ordinal], columns[i]);
        }
    }

private:
    std::int64_t m_rows = 0;
    std::vector<ColumnAccumulator> m_columns;
    std::vector<ShareTally> m_shares; ///< by column; empty where every row is read
};

/// Limits as if a table that is split had at least four readers, so that fewer give the same
/// answers.
AccumulatorLimits limits_for(const ScanRequest& scan, const ProfileRequest& profile,
                             unsigned readers) {
    constexpr unsigned usual_readers = 4;
    const unsigned threads = profile.parts.empty() ? 1 : std::max(readers, usual_readers);
    return AccumulatorLimits::for_memory(profile.memory, scan.columns.size(), threads);
}

/// One sink for each reader.
std::vector<ProfileSink> make_sinks(const ScanRequest& scan, const ProfileRequest& profile,
                                    unsigned readers) {
    AccumulatorLimits limits = limits_for(scan, profile, readers);
    std::vector<ColumnAccumulator> columns;
    columns.reserve(scan.columns.size());
    for (const std::size_t ordinal : scan.columns) {
        limits.uniqueness =
            is_declared_unique(*scan.table, ordinal) ? Uniqueness::declared : Uniqueness::unknown;
        columns.emplace_back(scan.table->columns[ordinal], ordinal, limits);
    }
    std::vector<ProfileSink> sinks;
    sinks.emplace_back(std::move(columns));
    while (sinks.size() < readers) {
        sinks.push_back(sinks.front().fork());
    }
    return sinks;
}

/// Scan a part of the table into one sink.
ProfileSink scan_sample(Workers& workers, ScanRequest scan, const ProfileRequest& profile) {
    scan.batch_rows = rows_of_group;
    std::vector<ProfileSink> sinks = make_sinks(scan, profile, 1);
    sinks.front().watch_shares();
    workers.for_each(1, [&](Session& session, std::size_t) {
        TeamSink sink(workers, sinks.front());
        session.scan(scan, sink);
    });
    return std::move(sinks.front());
}

/// Scan the table into one sink, which all workers have merged theirs into.
ProfileSink scan_all(Workers& workers, const ScanRequest& scan, const ProfileRequest& profile) {
    const std::size_t most = AccumulatorLimits::threads_for(profile.memory, scan.columns.size());
    const auto count = static_cast<unsigned>(std::min(readers_of(workers, profile.parts), most));
    std::vector<ProfileSink> sinks = make_sinks(scan, profile, count);
    std::vector<BatchSink*> readers;
    for (auto& sink : sinks) {
        readers.push_back(&sink);
    }
    scan_parts(workers, scan, profile.parts, readers);
    for (; sinks.size() > 1; sinks.erase(sinks.begin() + 1)) { // to have its memory back
        sinks.front().merge(sinks[1]);
    }
    return std::move(sinks.front());
}

/// The usual number, and fewer where columns are many.
std::size_t rows_of_batch(std::size_t columns) {
    constexpr std::size_t least = 256; // enough to be worth the effort for a column
    constexpr std::size_t cells = std::size_t{64} * 1024;
    const std::size_t usual = ScanRequest().batch_rows;
    return std::clamp(std::bit_floor(cells / std::max<std::size_t>(columns, 1)), least, usual);
}

} // namespace

std::size_t least_memory(const TableSchema& table) {
    return profile_scan(table, {}).columns.size() * AccumulatorLimits::least_bytes;
}

ScanRequest profile_scan(const TableSchema& table, const ProfileRequest& request) {
    ScanRequest scan;
    scan.table = &table;
    scan.sample.fraction = request.sample_fraction;
    scan.where = request.where;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].readable) {
            scan.columns.push_back(i);
        }
    }
    scan.batch_rows = rows_of_batch(scan.columns.size());
    return scan;
}

namespace {

/// The sample that a scan asks for, or all rows where that one would tell too little.
SampleDesign draw(Session& session, ScanRequest& scan) {
    SampleDesign design = session.sample_design(scan);
    if (design.unit == SampleUnit::whole) {
        return design; // the scan itself says why
    }
    design = session.draw_sample(scan);
    if (design.unit == SampleUnit::whole) {
        scan.sample = {};
    }
    return design;
}

} // namespace

bool is_declared_unique(const TableSchema& table, std::size_t column) {
    const bool whole = table.kind == TableKind::partitioned ||
                       (table.kind == TableKind::table && !table.has_children);
    // What the text form of an unknown type leaves out is not known either.
    if (!whole || table.columns.at(column).type == ColumnType::other) {
        return false; // a key of an inheritance parent does not bind its children
    }
    const std::vector<std::string> alone{table.columns[column].name};
    return (table.primary_key && table.primary_key->columns == alone) ||
           std::any_of(table.indexes.begin(), table.indexes.end(), [&alone](const Index& index) {
               return index.unique && index.valid && !index.partial && index.columns == alone;
           });
}

MeasuredTable measure_table(Workers& workers, const TableSchema& table,
                            const ProfileRequest& request) {
    ScanRequest scan = profile_scan(table, request);
    MeasuredTable measured;
    TableProfile& profile = measured.profile;
    profile.schema = table;
    if (request.sample_fraction < 1) {
        profile.design = draw(workers.first(), scan);
    }
    const bool whole = profile.design.unit == SampleUnit::whole;
    const ProfileSink sink =
        whole ? scan_all(workers, scan, request) : scan_sample(workers, scan, request);
    profile.rows_examined = sink.rows();
    profile.sample_fraction = whole ? 1 : request.sample_fraction;
    profile.columns = sink.results();
    if (whole) {
        profile.rows = Count{sink.rows(), Method::exact, std::nullopt, std::nullopt};
    } else {
        const RowEstimate rows = estimate_rows(sink.rows(), profile.design);
        profile.rows = Count{rows.value, Method::sample, rows.lower, rows.upper};
        sink.add_shares(profile.design, table, profile.columns);
    }
    if (whole && request.sketches != Sketches::dropped) {
        measured.sketches = sink.sketches(scan.columns, request.sketches);
    }
    return measured;
}

TableProfile profile_table(Workers& workers, const TableSchema& table,
                           const ProfileRequest& request) {
    return measure_table(workers, table, request).profile;
}

} // namespace assay
