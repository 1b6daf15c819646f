// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/judge_tables.hpp"

#include "assay/command/turns.hpp"

#include <cstdint>
#include <exception>
#include <utility>

namespace assay {
namespace {

/// What was found out about a table, and of which moment.
struct JudgedTable {
    std::vector<CheckResult> results;
    Micros seen_at = 0;
};

/// With all sessions.
/// @param split the table anew, because parts are of one snapshot
JudgedTable judge_large(Workers& workers, std::size_t i, const Context& context, const Judge& judge,
                        const std::function<bool(std::size_t)>& split) {
    const auto renew = [&] {
        const bool is_renewed = workers.renew_if_old();
        if (is_renewed) {
            split(i);
        }
        return is_renewed;
    };
    auto results = judge_in_turn(
        context, [&] { return judge(workers, i); }, renew);
    return {std::move(results), workers.first().source().snapshot_at};
}

/// The small tables of a run: each is judged with one session, several at the same time, in rounds
/// of one snapshot each.
class SmallTables {
public:
    SmallTables(Workers& workers, std::vector<JudgedTable>& tables, const Context& context,
                const Judge& judge)
        : m_workers(workers), m_tables(tables), m_context(context), m_judge(judge),
          m_turns(tables.size(), 0) {}

    void judge_all(std::vector<std::size_t> small) {
        const auto renew = [this] { return m_workers.renew_if_old(); };
        while (!small.empty()) {
            renew();
            small = judge_until_old(small);
            if (const CheckResult* const reason = reason_for_another_round(small)) {
                let_others_pass(m_context, reason->message, renew);
            }
        }
    }

private:
    /// Begin no table but the first once the snapshot is older than it may be.
    /// @return what is left, with those that may have another turn.
    std::vector<std::size_t> judge_until_old(const std::vector<std::size_t>& all) {
        std::vector<std::uint8_t> is_left(all.size(), 0);
        m_workers.for_each(all.size(), [&](Session& session, std::size_t k) {
            m_context.cancellation.check();
            if (k > 0 && session.is_old()) {
                is_left[k] = 1;
                return;
            }
            Workers alone(session, 1, &m_workers);
            m_tables[all[k]] = {m_judge(alone, all[k]), session.source().snapshot_at};
            ++m_turns[all[k]];
            is_left[k] = reason_of(all[k]) != nullptr ? 1 : 0;
        });
        std::vector<std::size_t> left;
        for (std::size_t k = 0; k < all.size(); ++k) {
            if (is_left[k] != 0) {
                left.push_back(all[k]);
            }
        }
        return left;
    }

    /// Why a table that was begun may be judged anew.
    const CheckResult* reason_of(std::size_t table) const {
        return reason_for_another_turn(m_tables[table].results, m_turns[table]);
    }

    const CheckResult* reason_for_another_round(const std::vector<std::size_t>& left) const {
        for (const std::size_t table : left) {
            if (const CheckResult* const reason = reason_of(table)) {
                return reason;
            }
        }
        return nullptr;
    }

    Workers& m_workers;
    std::vector<JudgedTable>& m_tables;
    const Context& m_context;
    const Judge& m_judge;
    std::vector<int> m_turns; ///< how often each was begun
};

} // namespace

void judge_tables(Source& source, std::size_t count, const CommonOptions& options,
                  const Context& context, Document& document, const Judge& judge,
                  const std::function<bool(std::size_t)>& is_large, Hold hold) {
    const Holding holding(*source.session, hold);
    Workers workers(*source.session, options.jobs);
    std::vector<JudgedTable> tables(count);
    std::vector<std::size_t> small;
    std::exception_ptr failure;
    try {
        for (std::size_t i = 0; i < count; ++i) {
            workers.renew_if_old();
            if (is_large && is_large(i)) {
                context.cancellation.check();
                tables[i] = judge_large(workers, i, context, judge, is_large);
            } else {
                small.push_back(i);
            }
        }
        SmallTables(workers, tables, context, judge).judge_all(std::move(small));
    } catch (...) {
        failure = std::current_exception();
    }
    add_cost(document, workers.cost());
    add_cost(document, source.session->cost());
    for (auto& table : tables) {
        if (!table.results.empty()) {
            note_moment(document, source.id, table.results.front().table, table.seen_at);
        }
        for (auto& result : table.results) {
            result.source = source.id;
            document.checks.push_back(std::move(result));
        }
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

} // namespace assay
