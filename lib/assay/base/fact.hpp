// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace assay {

struct Fact;
/// Named facts in the order in which they are printed.
using Facts = std::vector<std::pair<std::string, Fact>>;

/// A piece of evidence: what JSON can hold, without a JSON library.
/// monostate is JSON null: "not known" or "does not apply".
struct Fact {
    using List = std::vector<Fact>;
    std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Facts> value;

    Fact() = default;
    Fact(bool flag) : value(flag) {}
    Fact(int number) : value(std::int64_t{number}) {}
    Fact(std::int64_t number) : value(number) {}
    Fact(double number) : value(number) {}
    Fact(std::string text) : value(std::move(text)) {}
    Fact(std::string_view text) : value(std::string(text)) {}
    Fact(const char* text) : value(std::string(text)) {}
    Fact(List list) : value(std::move(list)) {}
    Fact(Facts facts) : value(std::move(facts)) {}

    bool is_null() const noexcept { return std::holds_alternative<std::monostate>(value); }
    friend bool operator==(const Fact&, const Fact&) = default;
};

/// @return the fact of that name, or nullptr. The pointer lives as long as `facts`.
const Fact* find_fact(const Facts& facts, std::string_view name) noexcept;

} // namespace assay
