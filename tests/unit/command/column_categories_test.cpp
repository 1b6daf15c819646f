// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/column_categories.hpp"

#include "assay/sketch/state_io.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>

using namespace assay;

namespace {

/// A column of texts, of which only the frequent values are known.
class Texts {
public:
    Texts& add(const std::string& text, std::int64_t times = 1) {
        Column column(ColumnType::text);
        column.append_text(text);
        const std::uint64_t hash = canonical_hash(column, 0, m_scratch);
        for (std::int64_t i = 0; i < times; ++i) {
            m_top.add(hash, column, 0);
        }
        return *this;
    }
    /// Values that are there once each, more than there are counters for.
    Texts& add_many() {
        for (int i = 0; i < 10'000; ++i) {
            add("once " + std::to_string(i));
        }
        return *this;
    }
    const TopValues& top() const { return m_top; }
    /// As a history gives them back.
    TopValues kept() const {
        std::string state;
        StateWriter writer(state);
        m_top.write(writer);
        return read_top_values(state);
    }

private:
    TopValues m_top;
    std::string m_scratch;
};

CheckResult judge(const TopValues& a, const TopValues& b, ValuesPolicy values) {
    ColumnSpec column;
    column.name = "v";
    column.type = ColumnType::text;
    return judge_categories({{"main", "t"}, column, a, b}, values, {});
}

CheckResult judge(const Texts& a, const Texts& b, ValuesPolicy values) {
    return judge(a.top(), b.top(), values);
}

std::int64_t number(const Facts& facts, std::string_view name) {
    return std::get<std::int64_t>(find_fact(facts, name)->value);
}

} // namespace

TEST_CASE("the texts whose shares changed most are named first") {
    const CheckResult result =
        judge(Texts().add("same", 500).add("more", 100).add("less", 400),
              Texts().add("same", 500).add("more", 350).add("less", 150), ValuesPolicy::safe);
    CHECK(result.status == Status::fail);
    CHECK(result.message ==
          "spread in another way: PSI 0.5584, shares changed by up to 25 %, of 1,000 and 1,000 "
          "values; 'less' 40 % in A, 15 % in B; 'more' 10 % in A, 35 % in B; 'same' 50 % in A, "
          "50 % in B");
}

TEST_CASE("texts are hidden where values are not to be shown") {
    const CheckResult result =
        judge(Texts().add("secret", 900), Texts().add("other", 900), ValuesPolicy::none);
    CHECK(result.status == Status::fail);
    CHECK(result.message ==
          "spread in another way: PSI 14.98, shares changed by up to 100 %, of 900 and 900 values");
    const auto& listed = std::get<Fact::List>(find_fact(result.evidence, "categories")->value);
    REQUIRE(listed.size() == 2);
    CHECK(*find_fact(std::get<Facts>(listed[0].value), "value") == Fact("(hidden)"));
}

TEST_CASE("texts that fewer than five rows hold are part of the rest") {
    const CheckResult result =
        judge(Texts().add("a", 996).add("one person", 4),
              Texts().add("a", 996).add("one person", 4), ValuesPolicy::safe);
    CHECK(result.status == Status::pass);
    CHECK(number(result.evidence, "categories_compared") == 1);
}

TEST_CASE("counts that are not exact are bounds, and no shift") {
    const CheckResult same =
        judge(Texts().add("a", 60'000).add_many().add("b", 20'000),
              Texts().add("b", 20'000).add_many().add("a", 60'000), ValuesPolicy::safe);
    CHECK(same.status == Status::pass);
    CHECK(same.method == Method::estimate);
    const auto& listed = std::get<Fact::List>(find_fact(same.evidence, "categories")->value);
    REQUIRE(listed.size() == 2);
    for (const Fact& fact : listed) {
        const Facts& counts = std::get<Facts>(fact.value);
        const bool is_a = *find_fact(counts, "value") == Fact("a");
        CHECK(number(counts, "count_a") <= (is_a ? 60'000 : 20'000));
        CHECK(number(counts, "count_max_a") >= (is_a ? 60'000 : 20'000));
        CHECK(number(counts, "count_b") <= (is_a ? 60'000 : 20'000));
        CHECK(number(counts, "count_max_b") >= (is_a ? 60'000 : 20'000));
    }
    const CheckResult other =
        judge(Texts().add_many().add("a", 60'000).add("b", 20'000),
              Texts().add_many().add("a", 50'000).add("b", 30'000), ValuesPolicy::safe);
    CHECK(other.status == Status::fail);
}

TEST_CASE("texts that a side does not keep at all are new") {
    const CheckResult result =
        judge(Texts().add("a", 1'000), Texts().add_many(), ValuesPolicy::all);
    CHECK(result.status == Status::fail);
    CHECK(result.severity == Severity::critical);
    CHECK(number(result.evidence, "categories_compared") == 1);
    CHECK(judge(Texts().add_many(), Texts().add_many(), ValuesPolicy::all).message ==
          "no value is frequent enough to compare its shares");
}

TEST_CASE("what a history keeps of frequent texts names those that are gone") {
    const CheckResult result =
        judge(Texts().add("stays", 600).add("goes", 400).kept(),
              Texts().add("stays", 600).add("comes", 400).top(), ValuesPolicy::safe);
    CHECK(result.message ==
          "spread in another way: PSI 5.341, shares changed by up to 40 %, of 1,000 and 1,000 "
          "values; 'comes' 0 % in A, 40 % in B; 'goes' 40 % in A, 0 % in B; 'stays' 60 % in A, "
          "60 % in B");
    CHECK(result.method == Method::exact);
}

TEST_CASE("what a history keeps of frequent texts judges as they do") {
    for (const int others : {0, 60, 300, 10'000}) {
        CAPTURE(others);
        Texts then;
        Texts now;
        Texts shifted;
        for (Texts* texts : {&then, &now, &shifted}) {
            texts->add("open", texts == &shifted ? 40'000 : 60'000).add("paid", 30'000);
            for (int i = 0; i < others; ++i) {
                texts->add("other " + std::to_string(i));
            }
        }
        CHECK(judge(then.kept(), now.top(), ValuesPolicy::safe).status == Status::pass);
        CHECK(judge(then.kept(), shifted.top(), ValuesPolicy::safe).status == Status::fail);
    }
}

TEST_CASE("no text that fewer than five rows hold is kept in a history") {
    std::string state;
    StateWriter writer(state);
    Texts().add("of a person", 4).add("of a group", 5).top().write(writer);
    CHECK(state.find("of a person") == std::string::npos);
    CHECK(state.find("of a group") != std::string::npos);
    const TopValues kept = read_top_values(state);
    REQUIRE(kept.tracked().size() == 2);
    CHECK(kept.tracked()[1].count == FrequencyBounds{4, 4});
    CHECK(kept.tracked()[1].value.kind == CellKind::null);
    // The other side still knows the name.
    const CheckResult result =
        judge(Texts().add("rare", 4).add("usual", 96).kept(),
              Texts().add("rare", 50).add("usual", 50).top(), ValuesPolicy::safe);
    CHECK(result.message.find("'rare' 4 % in A, 50 % in B") != std::string::npos);
}

TEST_CASE("a saved state of frequent values that is none is refused") {
    CHECK_THROWS_WITH(read_top_values("none"), Catch::Contains("saved frequent values"));
    std::string state;
    StateWriter writer(state);
    FrequentItems items;
    items.add(1, 9, "a value of a kind that does not exist", 10);
    items.write(writer);
    CHECK_THROWS_WITH(read_top_values(state), Catch::Contains("a value of an unknown kind"));
}

TEST_CASE("only texts and truth values are told apart in the same way everywhere") {
    CHECK(has_categories(ColumnType::text, ColumnType::other));
    CHECK(has_categories(ColumnType::boolean, ColumnType::boolean));
    CHECK_FALSE(has_categories(ColumnType::boolean, ColumnType::text));
    CHECK_FALSE(has_categories(ColumnType::integer, ColumnType::integer));
    CHECK_FALSE(has_categories(ColumnType::json, ColumnType::text));
}
