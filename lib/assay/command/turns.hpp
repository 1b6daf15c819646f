// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/check.hpp"
#include "assay/command/common.hpp"
#include "assay/store/store.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace assay {

/// As long as it lives, a session holds its snapshot so; firmly afterwards.
class Holding {
public:
    Holding(Session& session, Hold hold) : m_session(session) { session.hold(hold); }
    ~Holding() { m_session.hold(Hold::firm); }
    Holding(const Holding&) = delete;
    Holding& operator=(const Holding&) = delete;

private:
    Session& m_session;
};

/// The error among the results of a table after which it may be judged anew; nullptr: there is
/// none. Because of locks (somebody else has the table, or waited behind us, so that our statement
/// was ended) it has three turns in all, where an administrator ended a statement two.
/// @param turn whose results they are, from 1
const CheckResult* reason_for_another_turn(const std::vector<CheckResult>& results, int turn);

/// Say why a table is judged anew, and before that let others pass: in a new snapshot where
/// `renew` says that the old one is given up, else after a second in which we hold no lock.
void let_others_pass(const Context& context, std::string_view reason,
                     const std::function<bool()>& renew);

/// The results of a table in the last of its turns.
/// @param judge is called again from the start: it must leave nothing behind but its results.
/// @param renew see let_others_pass()
std::vector<CheckResult> judge_in_turn(const Context& context,
                                       const std::function<std::vector<CheckResult>()>& judge,
                                       const std::function<bool()>& renew);

} // namespace assay
