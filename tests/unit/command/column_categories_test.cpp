// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/column_categories.hpp"

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
    MeasuredTable measured() const {
        MeasuredTable table;
        table.profile.schema.ref = {"main", "t"};
        table.profile.schema.columns = {ColumnSpec{}};
        table.profile.schema.columns[0].name = "v";
        table.profile.schema.columns[0].type = ColumnType::text;
        table.sketches.push_back({0, {}, m_top});
        return table;
    }

private:
    TopValues m_top;
    std::string m_scratch;
};

CheckResult judge(const Texts& a, const Texts& b, ValuesPolicy values) {
    const MeasuredTable measured_a = a.measured();
    const MeasuredTable measured_b = b.measured();
    return judge_categories({measured_a, 0}, {measured_b, 0}, values);
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

TEST_CASE("only texts and truth values are told apart in the same way everywhere") {
    CHECK(has_categories(ColumnType::text, ColumnType::other));
    CHECK(has_categories(ColumnType::boolean, ColumnType::boolean));
    CHECK_FALSE(has_categories(ColumnType::boolean, ColumnType::text));
    CHECK_FALSE(has_categories(ColumnType::integer, ColumnType::integer));
    CHECK_FALSE(has_categories(ColumnType::json, ColumnType::text));
}
