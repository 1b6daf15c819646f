// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/row_reader.hpp"

#include "assay/scan/key_buckets.hpp"
#include "assay/scan/row_hasher.hpp"

#include <algorithm>
#include <optional>
#include <span>

namespace assay {
namespace {

/// Push the rows of a layout to a sink.
void read_rows(Session& session, const TableSchema& table, const RowLayout& layout,
               BatchSink& sink) {
    const ScanRequest scan = scan_of(table, layout);
    if (layout.access == RowAccess::scan) {
        session.scan(scan, sink);
        return;
    }
    Query query{scan_sql(session.source().kind, scan), {}};
    for (const std::size_t ordinal : scan.columns) {
        query.result_types.push_back(table.columns[ordinal].type);
    }
    session.query_rows(table, query, sink);
}

/// Gives the fingerprints of the rows of a batch: its first columns are the key.
class RowEncoder {
public:
    explicit RowEncoder(const RowLayout& layout)
        : m_layout(layout), m_pads(pads(layout.key) || pads(layout.other)) {}

    Fingerprint key(const RowBatch& batch, std::size_t row) {
        return encode(batch.columns, m_layout.key, row);
    }
    Fingerprint other(const RowBatch& batch, std::size_t row) {
        return encode(std::span(batch.columns).subspan(m_layout.key.size()), m_layout.other, row);
    }
    std::uint64_t cell(const RowBatch& batch, std::size_t row, std::size_t column) {
        m_scratch.clear();
        append_comparable(m_layout.other[column].comparison,
                          batch.columns[m_layout.key.size() + column], row, m_scratch);
        return hash64(m_scratch);
    }
    std::string measure(const RowBatch& batch, std::size_t row, std::size_t column) const {
        std::string bytes;
        append_comparable(m_layout.other[column].comparison,
                          batch.columns[m_layout.key.size() + column], row, bytes);
        return bytes;
    }
    /// With the trailing blanks; 0 where they count anyway.
    std::uint64_t exact(const RowBatch& batch, std::size_t row) {
        if (!m_pads) {
            return 0;
        }
        m_scratch.clear();
        for (std::size_t i = 0; i < batch.columns.size(); ++i) {
            append_comparable(exact_form(column_at(i).comparison), batch.columns[i], row,
                              m_scratch);
        }
        return hash64(m_scratch);
    }
    bool has_null_key(const RowBatch& batch, std::size_t row) const {
        const auto key = std::span(batch.columns).first(m_layout.key.size());
        return std::any_of(key.begin(), key.end(), [&](const Column& column) {
            return column.kind(row) == CellKind::null;
        });
    }

private:
    Fingerprint encode(std::span<const Column> columns, const std::vector<ReadColumn>& as,
                       std::size_t row) {
        m_scratch.clear();
        for (std::size_t i = 0; i < as.size(); ++i) {
            append_comparable(as[i].comparison, columns[i], row, m_scratch);
        }
        return fingerprint(m_scratch);
    }

    static bool pads(const std::vector<ReadColumn>& columns) {
        return std::any_of(columns.begin(), columns.end(), [](const ReadColumn& column) {
            return column.comparison == Comparison::padded_text;
        });
    }
    static Comparison exact_form(Comparison comparison) noexcept {
        return comparison == Comparison::padded_text ? Comparison::text : comparison;
    }
    const ReadColumn& column_at(std::size_t i) const {
        return i < m_layout.key.size() ? m_layout.key[i] : m_layout.other[i - m_layout.key.size()];
    }

    const RowLayout& m_layout;
    bool m_pads;
    std::string m_scratch;
};

/// Tells the rows of a batch that a layout asks for.
class RowChoice {
public:
    explicit RowChoice(const RowLayout& layout)
        : m_only(layout.only), m_columns(layout.key.size()) {
        if (m_only != nullptr) {
            m_hasher.emplace(comparisons_of(layout), layout.like_server);
        }
    }

    void begin(const RowBatch& batch) {
        if (m_hasher) {
            m_keys = &m_hasher->hash_keys(batch, m_columns);
        }
    }
    bool contains(std::size_t row) const {
        return m_only == nullptr || m_only->contains((*m_keys)[row]);
    }

private:
    const KeyBuckets* m_only;
    std::size_t m_columns;
    std::optional<RowHasher> m_hasher;
    const std::vector<std::uint64_t>* m_keys = nullptr; ///< of the batch at hand
};

class PrintSink final : public BatchSink {
public:
    explicit PrintSink(const RowLayout& layout) : m_choice(layout), m_encoder(layout) {}

    void consume(const RowBatch& batch) override {
        m_choice.begin(batch);
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            if (!m_choice.contains(row)) {
                continue;
            }
            prints.rows.push_back({m_encoder.key(batch, row), m_encoder.other(batch, row),
                                   m_encoder.exact(batch, row)});
            prints.null_key_rows += m_encoder.has_null_key(batch, row) ? 1 : 0;
        }
    }

    RowPrints prints;

private:
    RowChoice m_choice;
    RowEncoder m_encoder;
};

class DetailSink final : public BatchSink {
public:
    DetailSink(const RowLayout& layout, const DetailRequest& request)
        : m_layout(layout), m_request(request), m_choice(layout), m_encoder(layout) {}

    void consume(const RowBatch& batch) override {
        m_choice.begin(batch);
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            if (!m_choice.contains(row)) {
                continue;
            }
            const Fingerprint key = m_encoder.key(batch, row);
            const bool show = m_request.show.contains(key);
            if (show || m_request.changed.contains(key)) {
                rows[key].push_back(read(batch, row, show ? Show::values : Show::nothing));
            }
        }
    }

    std::map<Fingerprint, std::vector<DetailedRow>> rows;

private:
    enum class Show : std::uint8_t { nothing, values };

    DetailedRow read(const RowBatch& batch, std::size_t row, Show show) {
        DetailedRow detail;
        detail.row = m_encoder.other(batch, row);
        for (std::size_t i = 0; i < m_layout.other.size(); ++i) {
            detail.cell_hashes.push_back(m_encoder.cell(batch, row, i));
        }
        for (const std::size_t column : m_layout.measured) {
            detail.measures.push_back(m_encoder.measure(batch, row, column));
        }
        if (show == Show::values) {
            for (std::size_t i = 0; i < batch.columns.size(); ++i) {
                auto& values = i < m_layout.key.size() ? detail.key : detail.cells;
                values.push_back(value_at(batch.columns[i], row));
            }
        }
        return detail;
    }

    const RowLayout& m_layout;
    DetailRequest m_request;
    RowChoice m_choice;
    RowEncoder m_encoder;
};

} // namespace

ScanRequest scan_of(const TableSchema& table, const RowLayout& layout) {
    ScanRequest scan;
    scan.table = &table;
    scan.where = layout.where;
    scan.access = layout.access;
    for (const auto& column : layout.key) {
        scan.columns.push_back(column.ordinal);
    }
    for (const auto& column : layout.other) {
        scan.columns.push_back(column.ordinal);
    }
    return scan;
}

RowPrints read_prints(Session& session, const TableSchema& table, const RowLayout& layout) {
    PrintSink sink(layout);
    read_rows(session, table, layout, sink);
    std::sort(sink.prints.rows.begin(), sink.prints.rows.end());
    return std::move(sink.prints);
}

std::map<Fingerprint, std::vector<DetailedRow>> read_details(Session& session,
                                                             const TableSchema& table,
                                                             const RowLayout& layout,
                                                             const DetailRequest& request) {
    DetailSink sink(layout, request);
    read_rows(session, table, layout, sink);
    return std::move(sink.rows);
}

} // namespace assay
