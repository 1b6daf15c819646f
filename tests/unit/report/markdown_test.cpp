// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "samples.hpp"

#include "assay/base/text.hpp"
#include "assay/report/writer.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace assay::test {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;

} // namespace

TEST_CASE("Markdown begins with the summary and ends with the verdict") {
    CHECK("\n" + write_markdown(volume_finding()) == R"text(
**assay volume-diff**

shop.db, SQLite 3.40.1, snapshot 2026-11-20 18:40:03 UTC

postgresql:&#8203;//app@&#8203;db1/shop, PostgreSQL 15.20, standby, snapshot 2026-11-20 18:40:04 UTC

2 tables, 2,001 rows examined, 86.1 MB read, 2 checks: 1 passed, 1 failed  in 0.8 s

### Findings

| | severity | check | where | what |
|---|---|---|---|---|
| ✗ | critical | volume.rows | orders | 5 of 1,001 rows differ |

### Tables

| | table | kind | rows | size | columns | state |
|---|---|---|--:|--:|--:|---|
| ✗ | orders \[a\] | table | 1,000 | 81.9 kB |  | 1 critical |
| ✗ | orders \[b\] | table | 1,001 | 98.3 kB |  | 1 critical |

### Details

<details><summary>volume.rows orders</summary>

expected 0 rows, observed 5 rows

    rows in a  1,000
    rows in b  1,001
    only in a      1
    only in b      2
    changed        2
    unchanged    997
    changed cells: name 2, city 1
    - 17
    + 1001
    ~ 42  name: Foo → Bar, city: NULL → Rome

</details>

✗ **FAIL** 1 critical
)text");
}

TEST_CASE("case 242: nothing of a database formats, links, mentions or is HTML in Markdown") {
    const std::string text = write_markdown(hostile_audit());
    CHECK_THAT(text, Contains(R"("ord\\x1b\[31mers\\n\| \<b\>\\u202e\`x\`"(customer\_id))"));
    CHECK_THAT(text, Contains(R"(http:&#8203;//evil.example @&#8203;everyone \#&#8203;12)"));
    CHECK_THAT(text, Contains("www.&#8203;evil.example"));
    CHECK_THAT(text, !Contains("<b>"));
    CHECK_THAT(text, Contains("- a note\\\\nwith"));
}

TEST_CASE("Markdown tells what a dry run learned") {
    Document document = volume_finding();
    CheckResult& check = document.checks.front();
    check.status = Status::skipped;
    check.message = "would be a warning: 2024-01-30 has 50 rows";
    check.remedy.clear();
    check.evidence = {
        {"learned", Facts{{"unit", "day"},
                          {"baseline", Facts{{"points", 39}, {"from", "d1"}, {"to", "d39"}}},
                          {"backtest", Facts{{"judged", 32}, {"flagged", 0}}}}}};
    CHECK_THAT(write_markdown(document), Contains(R"text(### Learned

would be a warning: 2024-01-30 has 50 rows

<details><summary>volume.rows orders</summary>

    learned from  39 days, d1 to d39
    back-test     0 of 32 days would have been findings

</details>
)text"));
}

TEST_CASE("Markdown of many findings fits into a comment and counts what was left out") {
    Document document = shop_audit();
    for (int i = 0; i < 3'000; ++i) {
        document.checks.push_back(document.checks[2]);
        document.tables.push_back(document.tables[1]);
    }
    const std::string text = write_markdown(document);
    CHECK(text.size() <= 60'000);
    CHECK(text.size() > 50'000);
    CHECK_THAT(text, Contains("Left out to fit into a comment: "));
    CHECK_THAT(text, Contains(" of 3,004 findings, 3,005 of 3,005 tables"));
    CHECK_THAT(text, EndsWith("E **ERROR** could not tell: 1 check ended in an error; 3,001 "
                              "critical, 1 warning, 1 info\n"));
}

TEST_CASE("one endless name does not use up the comment") {
    Document document = shop_audit();
    document.checks[2].message = std::string(1'000'000, '|');
    document.tables[0].name = std::string(1'000'000, '\x1b');
    document.run.command = std::string(1'000'000, 'x');
    document.sources[0].url = std::string(1'000'000, '@');
    const std::string text = write_markdown(document);
    CHECK(text.size() < 20'000);
    CHECK_THAT(text, Contains("table.readable"));
    CHECK(is_valid_utf8(text));
}

TEST_CASE("Markdown of a plan, an error and of nothing still ends with a verdict") {
    CHECK_THAT(write_markdown(explained()),
               Contains("1. scan **orders** \\~1,204,330 rows: one pass over every column\n") &&
                   EndsWith("· **PLAN** 2 steps, nothing of it has run\n"));
    CHECK_THAT(write_markdown(unreachable()), EndsWith("connection refused\n"));
    CHECK_THAT(write_markdown(nothing()), EndsWith("E **ERROR** nothing was checked\n"));
}

} // namespace assay::test
