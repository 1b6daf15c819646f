// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "samples.hpp"

#include "assay/report/writer.hpp"

#include <catch2/catch.hpp>

// Whole reports, as a person sees them. Each begins with a line break that is not part of it.

namespace assay::test {

using Catch::Matchers::Contains;

TEST_CASE("an audit of several tables fits into 80 columns") {
    const TextStyle style{.width = 80};
    CHECK("\n" + write_text(shop_audit(), style) == R"text(
shop.db  SQLite 3.40.1  snapshot 2026-11-20 18:40:03 UTC

     table          kind       rows     size  columns  state
  ✗  orders               1,204,330  86.1 MB        3  1 critical, 1 info
  ✓  customers                4,012   320 kB
  E  invoices               ~90,000   7.4 MB           1 error
  !  logs                         0   4.1 kB           1 warning, empty
  -  recent_orders  view          ?

✗ critical  integrity.orphans  orders(customer_id)
    17 of 1,204,330 rows point to a row of customers that does not exist
    expected 0 rows, observed 17 rows
    → Load the missing parent rows, or repair or delete the orphans.

E error     table.readable  invoices
    the statement took longer than 30 s and was cancelled

! warning   schema.primary_key  logs
    no primary key and no unique constraint
    expected a primary key
    → Declare a primary key, so that rows can be told apart and repaired.

· distribution.constant  orders(currency)  one value in all 1,204,330 rows

note: 3 system tables were left out

5 tables, 1,208,652 rows examined
6 checks: 1 passed, 3 failed, 1 error, 1 skipped  in 0.8 s
ERROR  could not tell: 1 check ended in an error; 1 critical, 1 warning, 1 info
)text");
}

TEST_CASE("an audit of several tables in a pipe is not wrapped") {
    const TextStyle style{.width = 0};
    CHECK("\n" + write_text(shop_audit(), style) == R"text(
shop.db  SQLite 3.40.1  snapshot 2026-11-20 18:40:03 UTC

     table          kind       rows     size  columns  state
  ✗  orders               1,204,330  86.1 MB        3  1 critical, 1 info
  ✓  customers                4,012   320 kB
  E  invoices               ~90,000   7.4 MB           1 error
  !  logs                         0   4.1 kB           1 warning, empty
  -  recent_orders  view          ?

✗ critical  integrity.orphans  orders(customer_id)
    17 of 1,204,330 rows point to a row of customers that does not exist
    expected 0 rows, observed 17 rows
    → Load the missing parent rows, or repair or delete the orphans.

E error     table.readable  invoices
    the statement took longer than 30 s and was cancelled

! warning   schema.primary_key  logs
    no primary key and no unique constraint
    expected a primary key
    → Declare a primary key, so that rows can be told apart and repaired.

· distribution.constant  orders(currency)  one value in all 1,204,330 rows

note: 3 system tables were left out

5 tables, 1,208,652 rows examined, 6 checks: 1 passed, 3 failed, 1 error, 1 skipped  in 0.8 s
ERROR  could not tell: 1 check ended in an error; 1 critical, 1 warning, 1 info
)text");
}

TEST_CASE("a wide terminal shows one table with keys and indexes when verbose") {
    const TextStyle style{.width = 160, .verbosity = Verbosity::verbose};
    CHECK("\n" + write_text(one_table_audit(), style) == R"text(
shop.db  SQLite 3.40.1  snapshot 2026-11-20 18:40:03 UTC

✓ orders  1,204,330 rows  86.1 MB
  one row per order
  column    type      nulls   distinct   min       max     mean  top
  order_id  integer     0 %  1,204,330     1   1204330  602,166
  email     text     2.32 %   ~400,013                           a{5}@a{4}.a{3} <0.01 %
  status    text        0 %          3  open  returned           paid 60.9 %, open 22 %, returned 17 %
  email: 12 blank, 3 not UTF-8
  primary key  (order_id)
  foreign key  (customer_id) → customers(id)
  index        orders_email (email)  20.5 kB
  index        orders_lower (expression)  unique  not valid

✓ schema.primary_key  orders  primary key is order_id

next: assay freshness shop.db -t orders

1 table, 1,204,330 rows examined, 1 check: 1 passed  in 0.8 s
PASS  no findings
)text");
}

TEST_CASE("a narrow terminal leaves out the least important of a profile") {
    const TextStyle style{.width = 60};
    CHECK("\n" + write_text(one_table_audit(), style) == R"text(
shop.db  SQLite 3.40.1  snapshot 2026-11-20 18:40:03 UTC

✓ orders  1,204,330 rows  86.1 MB
  one row per order
  column    type      nulls   distinct   min       max
  order_id  integer     0 %  1,204,330     1   1204330
  email     text     2.32 %   ~400,013
  status    text        0 %          3  open  returned
  email: 12 blank, 3 not UTF-8

next: assay freshness shop.db -t orders

1 table, 1,204,330 rows examined
1 check: 1 passed  in 0.8 s
PASS  no findings
)text");
}

TEST_CASE("hostile names are escaped and cut, and emoji keep the columns aligned") {
    const TextStyle style{.width = 80};
    CHECK("\n" + write_text(hostile_audit(), style) == R"text(
shop\x1b]0;owned\x07.db  SQLite 3.40.1  snapshot 2026-11-20 18:40:03 UTC

     table                 kind       rows     size  columns  state
  ✗  "ord\x1b[31mers\n| …        1,204,330  86.1 MB        3  1 critical, 1 info
     日本語 👍🏽                       4,012   320 kB
     caf\xe9                       ~90,000   7.4 MB
  !  "a.b ""c"" http://e…                0   4.1 kB           1 warning, empty
     recent_orders         view          ?

✗ critical  integrity.orphans  "ord\x1b[31mers\n| <b>\u202e`x`"(customer_id)
    17 of 1,204,330 rows point to a row of ord\x1b[31mers\n| <b>\u202e`x` that
    does not exist
    expected 0 rows, observed 17 rows
    → Load the missing parent rows, or repair or delete the orphans.

E error     table.readable  invoices
    the statement took longer than 30 s and was cancelled

! warning   schema.primary_key  "a.b ""c"" http://evil.example @everyone #12 ww…
    no primary key and no unique constraint
    expected a primary key
    → Declare a primary key, so that rows can be told apart and repaired.

· distribution.constant  "ord\x1b[31mers\n| <b>\u2…
    one value in all 1,204,330 rows

note: a note\nwith \x1b[1mtwo lines

5 tables, 1,208,652 rows examined
6 checks: 1 passed, 3 failed, 1 error, 1 skipped  in 0.8 s
ERROR  could not tell: 1 check ended in an error; 1 critical, 1 warning, 1 info
)text");
}

TEST_CASE("case 247: hostile names are escaped in a pipe and never cut") {
    const TextStyle style{.width = 0};
    CHECK("\n" + write_text(hostile_audit(), style) == R"text(
shop\x1b]0;owned\x07.db  SQLite 3.40.1  snapshot 2026-11-20 18:40:03 UTC

     table                                                           kind       rows     size  columns  state
  ✗  "ord\x1b[31mers\n| <b>\u202e`x`"                                      1,204,330  86.1 MB        3  1 critical, 1 info
     日本語 👍🏽                                                                 4,012   320 kB
     caf\xe9                                                                 ~90,000   7.4 MB
  !  "a.b ""c"" http://evil.example @everyone #12 www.evil.example"                0   4.1 kB           1 warning, empty
     recent_orders                                                   view          ?

✗ critical  integrity.orphans  "ord\x1b[31mers\n| <b>\u202e`x`"(customer_id)
    17 of 1,204,330 rows point to a row of ord\x1b[31mers\n| <b>\u202e`x` that does not exist
    expected 0 rows, observed 17 rows
    → Load the missing parent rows, or repair or delete the orphans.

E error     table.readable  invoices
    the statement took longer than 30 s and was cancelled

! warning   schema.primary_key  "a.b ""c"" http://evil.example @everyone #12 www.evil.example"
    no primary key and no unique constraint
    expected a primary key
    → Declare a primary key, so that rows can be told apart and repaired.

· distribution.constant  "ord\x1b[31mers\n| <b>\u202e`x`"(currency)  one value in all 1,204,330 rows

note: a note\nwith \x1b[1mtwo lines

5 tables, 1,208,652 rows examined, 6 checks: 1 passed, 3 failed, 1 error, 1 skipped  in 0.8 s
ERROR  could not tell: 1 check ended in an error; 1 critical, 1 warning, 1 info
)text");
}

TEST_CASE("ASCII marks and a quiet report of findings only") {
    const TextStyle style{.width = 80, .verbosity = Verbosity::quiet, .glyphs = Glyphs::ascii};
    CHECK("\n" + write_text(shop_audit(), style) == R"text(
x critical  integrity.orphans  orders(customer_id)
    17 of 1,204,330 rows point to a row of customers that does not exist
    expected 0 rows, observed 17 rows
    -> Load the missing parent rows, or repair or delete the orphans.

E error     table.readable  invoices
    the statement took longer than 30 s and was cancelled

! warning   schema.primary_key  logs
    no primary key and no unique constraint
    expected a primary key
    -> Declare a primary key, so that rows can be told apart and repaired.

. distribution.constant  orders(currency)  one value in all 1,204,330 rows

ERROR  could not tell: 1 check ended in an error; 1 critical, 1 warning, 1 info
)text");
}

TEST_CASE("freshness answers with the age") {
    const TextStyle style{.width = 160};
    CHECK("\n" + write_text(freshness_answer(), style) == R"text(
shop.db  SQLite 3.40.1  snapshot 2026-11-20 18:40:03 UTC

! warning   freshness.future_rows  orders(updated_at)
    1 row is dated in the future
    expected 0 rows, observed 1 row
    newest              2026-11-20T15:28:03Z
    rows in the future  1

✓ freshness.max_age  orders(updated_at)  newest updated_at is 3 h 12 min old

1 table, 1,204,330 rows examined, 2 checks: 1 passed, 1 failed  in 0.8 s
WARN  1 warning
)text");
}

TEST_CASE("duplicates come with their numbers and groups") {
    const TextStyle style{.width = 80};
    CHECK("\n" + write_text(dedupe_finding(), style) == R"text(
shop.db  SQLite 3.40.1  snapshot 2026-11-20 18:40:03 UTC

✗ critical  duplicates.surplus  orders(customer_id, day)
    3 surplus rows: 2 keys occur more than once
    expected 0 rows, observed 3 rows (<0.01 %)
    rows                       1,204,330
    distinct keys              1,204,327
    duplicated keys                    2
    surplus rows                       3
    largest group                      3
    rows with NULL in the key          0
    count  key
        3  b, NULL
        2  'NULL', 7
    → Delete the surplus rows, then declare the key UNIQUE.

1 table, 1,204,330 rows examined, 1 check: 1 failed  in 0.8 s
FAIL  1 critical
)text");
}

TEST_CASE("differences come with their numbers and rows") {
    const TextStyle style{.width = 160};
    CHECK("\n" + write_text(volume_finding(), style) == R"text(
a  shop.db  SQLite 3.40.1  snapshot 2026-11-20 18:40:03 UTC
b  postgresql://app@db1/shop  PostgreSQL 15.20  standby  snapshot 2026-11-20 18:40:04 UTC

✗ critical  volume.rows  orders
    5 of 1,001 rows differ
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

✓ volume.row_count  customers  4,012 rows on both sides

2 tables, 2,001 rows examined, 86.1 MB read, 2 checks: 1 passed, 1 failed  in 0.8 s
FAIL  1 critical
)text");
}

TEST_CASE("a comparison groups what is new, still failing and fixed") {
    const TextStyle style{.width = 80};
    CHECK("\n" + write_text(comparison(), style) == R"text(
shop.db  SQLite 3.40.1  snapshot 2026-11-20 18:40:03 UTC

new (1)
✗ critical  integrity.orphans  orders(customer_id)
    17 of 1,204,330 rows point to a row of customers that does not exist
    expected 0 rows, observed 17 rows
    → Load the missing parent rows, or repair or delete the orphans.

still failing (1)
! schema.primary_key  logs  no primary key and no unique constraint

fixed (1)
✓ distribution.constant  orders(currency)  one value in all 1,204,330 rows

1,204,330 rows examined, 2 checks: 2 failed  in 0.8 s
FAIL  new: 1 critical; 1 still failing, 1 fixed
)text");
}

TEST_CASE("a plan shows its SQL uncut") {
    const TextStyle style{.width = 20};
    CHECK("\n" + write_text(explained(), style) == R"text(
shop.db
  SQLite 3.40.1
  snapshot
  2026-11-20
  18:40:03 UTC

1  catalog
   definitions
     SELECT name, sql
     FROM sqlite_schema

2  scan  orders  ~1,204,330 rows
   one pass over
   every column
     SELECT assay_rows(order_id, email) FROM "main"."orders"

PLAN  2 steps,
nothing of it has
run
)text");
}

TEST_CASE("a plan shows what hashing would cost in either way") {
    const TextStyle style{.width = 200};
    Document document = explained();
    HashingRecord& hashing = document.plan[1].hashing.emplace();
    hashing = {"server", {120'433'000, 3.5}, HashCostRecord{890'000, 0.75}};
    CHECK_THAT(write_text(document, style),
               Contains("hashed by the server: ~890 kB sent, under 1 s; by "
                        "the client: ~120 MB sent, ~3 s\n"));
    hashing.by = "client";
    CHECK_THAT(write_text(document, style),
               Contains("hashed by the client: ~120 MB sent, ~3 s; by the "
                        "server: ~890 kB sent, under 1 s\n"));
    hashing = {"client", {0, 3.5}, {}, "one is a file"};
    CHECK_THAT(write_text(document, style),
               Contains("hashed by the client: ~0 B sent, ~3 s; no server can: one is a file\n"));
}

TEST_CASE("colour is only on marks and values, names are bold, context is dim") {
    const TextStyle style{.width = 80, .colour = Colour::on};
    CHECK(write_text(comparison(), style) ==
          "\x1b[1mshop.db\x1b[0m\x1b[2m  SQLite 3.40.1  snapshot 2026-11-20 18:40:03 UTC\x1b[0m\n"
          "\n"
          "\x1b[1mnew (1)\x1b[0m\n"
          "\x1b[31m✗ critical\x1b[0m  integrity.orphans  \x1b[1morders(customer_id)\x1b[0m\n"
          "    17 of 1,204,330 rows point to a row of customers that does not exist\n"
          "    \x1b[2mexpected 0 rows, observed \x1b[0m\x1b[31m17 rows\x1b[0m\n"
          "    \x1b[2m→ Load the missing parent rows, or repair or delete the orphans.\x1b[0m\n"
          "\n"
          "\x1b[1mstill failing (1)\x1b[0m\n"
          "\x1b[33m!\x1b[0m schema.primary_key  \x1b[1mlogs\x1b[0m  no primary key and no unique "
          "constraint\n"
          "\n"
          "\x1b[1mfixed (1)\x1b[0m\n"
          "\x1b[32m✓\x1b[0m distribution.constant  \x1b[1morders(currency)\x1b[0m  one value in "
          "all 1,204,330 rows\n"
          "\n"
          "\x1b[2m1,204,330 rows examined, 2 checks: 2 failed  in 0.8 s\x1b[0m\n"
          "\x1b[31mFAIL\x1b[0m  new: 1 critical; 1 still failing, 1 fixed\n");
}

} // namespace assay::test
