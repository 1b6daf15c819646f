// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/group_ages.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace assay {
namespace {

/// Groups rows by the canonical bytes of their group.
class GroupSink final : public BatchSink {
public:
    GroupSink(const TimeSource& source, std::size_t by, const std::string& assume_tz,
              std::size_t most)
        : m_source(source), m_by(by), m_assume_tz(assume_tz), m_most(most) {}

    void consume(const RowBatch& batch) override {
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            m_scratch.clear();
            append_canonical(batch.columns[0], row, m_scratch);
            const auto [found, is_new] = m_groups.try_emplace(m_scratch);
            GroupAge& group = found->second;
            if (is_new) {
                require_few();
                group.group = value_at(batch.columns[0], row);
            }
            ++group.rows;
            if (const auto at = moment(batch.columns[1], row)) {
                group.newest = std::max(group.newest.value_or(*at), *at);
            }
        }
    }

    std::vector<GroupAge> take() {
        std::vector<GroupAge> groups;
        for (auto& [bytes, group] : m_groups) {
            groups.push_back(std::move(group));
        }
        return groups;
    }

private:
    void require_few() const {
        if (m_groups.size() > m_most) {
            throw Error(ErrorKind::query,
                        fmt::format("column {} has more than {} different values",
                                    display_identifier(m_source.table->columns[m_by].name), m_most),
                        "name a column with --by that tells sources or tenants apart");
        }
    }

    /// The instant of a cell, up to the limit.
    std::optional<Micros> moment(const Column& column, std::size_t row) const {
        const auto reading = read_time(column, row);
        if (!reading || reading->micros == INT64_MIN ||
            reading->micros > (reading->naive ? m_source.limit.naive : m_source.limit.instant)) {
            return std::nullopt;
        }
        if (!reading->naive || m_assume_tz.empty()) {
            return reading->micros;
        }
        return local_to_utc(reading->micros, m_assume_tz).value_or(reading->micros);
    }

    const TimeSource& m_source;
    std::size_t m_by;
    const std::string& m_assume_tz;
    std::size_t m_most;
    std::map<std::string, GroupAge> m_groups;
    std::string m_scratch;
};

} // namespace

ScanRequest group_scan(const TimeSource& source, std::size_t by) {
    ScanRequest scan;
    scan.table = source.table;
    scan.columns = {by, source.column};
    scan.where = source.where;
    return scan;
}

std::vector<GroupAge> read_group_ages(Session& session, const TimeSource& source, std::size_t by,
                                      const std::string& assume_tz, std::size_t most) {
    GroupSink sink(source, by, assume_tz, most);
    session.scan(group_scan(source, by), sink);
    return sink.take();
}

} // namespace assay
