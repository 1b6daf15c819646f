// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "samples.hpp"

#include "assay/base/text.hpp"
#include "assay/report/writer.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include <cmath>
#include <limits>
#include <string>

namespace assay::test {
namespace {

namespace gen = rc::gen;

/// Pieces that go wrong in parsers and terminals, and any byte at all.
rc::Gen<std::string> hostile_text(bool valid) {
    const std::vector<std::string> pieces{"a",
                                          "\"",
                                          "\\",
                                          "/",
                                          "\n",
                                          "\r",
                                          "\t",
                                          std::string(1, '\0'),
                                          "\x1b[2J",
                                          "\x7f",
                                          "</script>",
                                          "é",
                                          "日本",
                                          "👍🏽",
                                          "\xe2\x80\xae",
                                          "\xe2\x80\xa8",
                                          "\xef\xbf\xbd",
                                          "NaN",
                                          "17",
                                          "{",
                                          "'"};
    const std::vector<std::string> broken{"\xff", "\xc3", "\xe2\x80", "\xed\xa0\x80", "\xf8"};
    auto words = gen::container<std::vector<std::string>>(
        valid ? gen::elementOf(pieces)
              : gen::oneOf(gen::elementOf(pieces), gen::elementOf(broken)));
    return gen::map(words, [](const std::vector<std::string>& list) {
        std::string text;
        for (const auto& word : list) {
            text += word;
        }
        return text;
    });
}

rc::Gen<std::int64_t> any_integer() {
    return gen::oneOf(gen::arbitrary<std::int64_t>(),
                      gen::element<std::int64_t>(0, std::int64_t{1} << 53,
                                                 -(std::int64_t{1} << 53) - 1,
                                                 std::numeric_limits<std::int64_t>::max(),
                                                 std::numeric_limits<std::int64_t>::min()));
}

/// Builds a random document; `valid` keeps it to what comes back equal.
class Maker {
public:
    explicit Maker(bool valid) : m_valid(valid) {}

    std::string text() const { return *hostile_text(m_valid); }
    std::int64_t integer() const { return *any_integer(); }
    bool flag() const { return *gen::arbitrary<bool>(); }
    std::size_t few() const { return *gen::inRange<std::size_t>(0, 3); }
    Micros instant() const {
        return *gen::inRange<Micros>(-62'135'596'800 * micros_per_second,
                                     253'402'300'799 * micros_per_second);
    }
    double real() const {
        const auto number =
            *gen::oneOf(gen::arbitrary<double>(), gen::element(0.0, -0.0, 0.1, 1e300, 5e-324,
                                                               std::nan(""), HUGE_VAL, -HUGE_VAL));
        return m_valid && !std::isfinite(number) ? 0.5 : number;
    }
    template <typename T>
    std::optional<T> maybe(T value) const {
        return flag() ? std::optional<T>(std::move(value)) : std::nullopt;
    }
    std::vector<std::string> texts() const {
        std::vector<std::string> list(few());
        for (auto& element : list) {
            element = text();
        }
        return list;
    }
    Fact fact(int depth = 0) const {
        switch (*gen::inRange(0, depth < 3 ? 7 : 5)) {
        case 0: return {};
        case 1: return flag();
        case 2: return m_valid ? integer() >> 11 : integer();
        case 3: return real();
        case 4: return text();
        case 5: {
            Fact::List list(few());
            for (auto& element : list) {
                element = fact(depth + 1);
            }
            return list;
        }
        default: return facts(depth + 1);
        }
    }
    Facts facts(int depth = 0) const {
        Facts facts;
        for (std::size_t i = few(); i > 0; --i) {
            std::string name = text();
            if (!m_valid || find_fact(facts, name) == nullptr) {
                facts.emplace_back(std::move(name), fact(depth));
            }
        }
        return facts;
    }
    Method method() const { return *gen::element(Method::exact, Method::estimate, Method::sample); }
    Count count() const { return {integer(), method(), maybe(integer()), maybe(integer())}; }
    ColumnRecord column() const {
        ColumnRecord column;
        column.name = text();
        column.type = text();
        column.declared_type = text();
        column.nullable = flag();
        column.nulls = maybe(integer());
        column.null_fraction = maybe(m_valid ? 0.25 : real());
        column.blanks = maybe(integer());
        column.distinct = maybe(count());
        column.min = fact();
        column.max = fact();
        column.mean = maybe(m_valid ? 1.5 : real());
        column.stddev = maybe(m_valid ? 0.0 : real());
        column.quantiles = facts();
        column.quantile_method = maybe(method());
        column.quantile_rank_error = maybe(m_valid ? 0.01 : real());
        column.length = maybe(LengthRecord{integer(), integer(), m_valid ? 2.5 : real()});
        for (std::size_t i = few(); i > 0; --i) {
            column.top.push_back({fact(), integer(), integer()});
            column.patterns.push_back({text(), integer(), integer()});
        }
        column.storage = facts();
        column.misfits = maybe(integer());
        column.nans = maybe(integer());
        column.infinities = maybe(integer());
        column.invalid_utf8 = maybe(integer());
        for (std::size_t i = few(); i > 0; --i) {
            column.shares.push_back({text(), 0.25, 0.125, 0.5});
        }
        column.note = text();
        return column;
    }
    TableRecord table() const {
        TableRecord table;
        table.source = text();
        table.schema = text();
        table.name = text();
        table.kind = text();
        table.owner = text();
        table.comment = text();
        table.rows = maybe(count());
        table.rows_examined = maybe(integer());
        table.sample = maybe(SampleRecord{text(), 0.5, maybe(integer())});
        table.bytes = {maybe(integer()), maybe(integer()), maybe(integer()), method()};
        for (std::size_t i = few(); i > 0; --i) {
            table.columns.push_back(column());
            table.foreign_keys.push_back({text(), texts(), text(), texts()});
            table.indexes.push_back({text(), texts(), flag(), flag(), maybe(integer())});
            table.ages.push_back(fact());
        }
        table.primary_key = texts();
        table.change = facts();
        table.access = facts();
        table.state = {text(), text(), text(), text(), flag(), text(), text()};
        return table;
    }
    CheckResult check() const {
        CheckResult check;
        check.id = text();
        check.source = text();
        check.table = text();
        check.columns = texts();
        check.status = *gen::element(Status::pass, Status::fail, Status::skipped, Status::error);
        check.severity = *gen::element(Severity::info, Severity::warning, Severity::critical);
        check.observed = {fact(), text()};
        check.expected = text();
        check.message = text();
        check.remedy = text();
        check.method = method();
        check.rows_examined = maybe(std::int64_t{5});
        check.rows_failed = maybe(integer());
        check.evidence = facts();
        check.baseline = *gen::element<std::string>("", "new", "unchanged", "absent");
        check.error_kind = text();
        check.fingerprint = text();
        check.duration_ms = integer();
        return check;
    }
    HashingRecord hashing() const {
        return {text(), {integer(), 0.25}, maybe(HashCostRecord{integer(), 1.5}), text()};
    }
    Document document() const {
        Document document;
        document.tool_version = text();
        document.run = {text(),    text(),    texts(), instant(),
                        instant(), integer(), flag(),  *gen::arbitrary<int>()};
        for (std::size_t i = few(); i > 0; --i) {
            document.sources.push_back({text(), text(), text(), text(), text(), instant(), flag()});
            document.tables.push_back(table());
            document.tables.back().rows_examined = maybe(std::int64_t{7});
            document.checks.push_back(check());
            document.plan.push_back({text(), text(), text(), text(), maybe(integer()), text(),
                                     maybe(integer()), maybe(integer()), maybe(integer()),
                                     maybe(1.5), maybe(hashing())});
            document.errors.push_back({text(), text(), text()});
        }
        document.cost = {integer(), integer(), integer()};
        document.notes = texts();
        return document;
    }

private:
    bool m_valid;
};

} // namespace

TEST_CASE("any document of valid text comes back equal", "[property]") {
    rc::prop("read_json(write_json(d)) == d", [] {
        const Document document = Maker(true).document();
        RC_ASSERT(read_json(write_json(document), "x") == document);
    });
}

TEST_CASE("cases 85, 243: what JSON cannot hold is replaced once and then stays", "[property]") {
    rc::prop("write_json(read_json(json)) == json", [] {
        const Document document = Maker(false).document();
        const std::string json = write_json(document);
        RC_ASSERT(write_json(read_json(json, "x")) == json);
    });
}

TEST_CASE("text and Markdown are valid UTF-8 without control characters", "[property]") {
    rc::prop("nothing of a document reaches a terminal unescaped", [] {
        const Document document = Maker(false).document();
        const TextStyle style{
            .width = *gen::element<std::size_t>(0, 20, 80, 160),
            .colour = Colour::off,
            .verbosity = *gen::element(Verbosity::quiet, Verbosity::normal, Verbosity::verbose),
            .glyphs = *gen::element(Glyphs::unicode, Glyphs::ascii)};
        for (const auto& text : {write_text(document, style), write_markdown(document)}) {
            RC_ASSERT(is_valid_utf8(text));
            for (const char c : text) {
                RC_ASSERT((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
                RC_ASSERT(c != 0x7f);
            }
            RC_ASSERT(text.find("\xe2\x80\xae") == std::string::npos);
        }
    });
}

} // namespace assay::test
