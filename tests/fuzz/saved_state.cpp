// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "fuzz.hpp"
#include "state_bytes.hpp"

#include "assay/base/error.hpp"
#include "assay/metric/top_values.hpp"
#include "assay/sketch/distinct_counter.hpp"
#include "assay/sketch/quantiles.hpp"
#include "assay/sketch/state_io.hpp"

#include <array>

using namespace assay;

namespace {

/// What is read back is written as it was, and goes on.
template <typename State, typename Use>
void look_at(std::string_view bytes, Use use) {
    try {
        StateReader reader(bytes);
        State state = State::read(reader);
        reader.end();
        const std::string once = test::state_of(state);
        StateReader again(once);
        fuzz::require(test::state_of(State::read(again)) == once,
                      "a state is stable when read again");
        use(state);
        state.merge(State(state));
        test::state_of(state);
    } catch (const Error& error) {
        fuzz::require(error.kind() == ErrorKind::usage, "what is no state is a usage error");
        fuzz::require(fuzz::is_printable(error.what()), "the message drives no terminal");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text = fuzz::text_of(data, size);
    const std::array ranks{0.0, 0.5, 1.0};
    look_at<TopValues>(text, [](const TopValues& state) {
        for (const TrackedValue& value : state.tracked()) {
            fuzz::require(value.count.lower <= value.count.upper, "bounds are in order");
        }
    });
    look_at<Quantiles<std::int64_t>>(text, [&](const auto& state) { state.at(ranks); });
    look_at<Quantiles<double>>(text, [&](const auto& state) { state.at(ranks); });
    look_at<DistinctCounter>(text, [](const auto& state) { state.count(); });
    return 0;
}
