// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/redact.hpp"

#include <catch2/catch.hpp>

using assay::cli::redact;

TEST_CASE("a password in a URL becomes three stars") {
    CHECK(redact("postgresql://app:hunter2@db1:5432/shop") == "postgresql://app:***@db1:5432/shop");
    CHECK(redact("--x=postgres://:s3cret@h/d") == "--x=postgres://:***@h/d");
    CHECK(redact("postgresql+psycopg2://u:p%40w@h/d") == "postgresql+psycopg2://u:***@h/d");
}

TEST_CASE("a password that should have been encoded is covered whole") {
    CHECK(redact("postgresql://u:p/w@h/db") == "postgresql://u:***@h/db");
    CHECK(redact("postgresql://u:p@w@h/db") == "postgresql://u:***@h/db");
    CHECK(redact("postgresql://u:p:w?x#y@h/db") == "postgresql://u:***@h/db");
}

TEST_CASE("a password parameter of a URL becomes three stars") {
    CHECK(redact("jdbc:postgresql://h/db?user=a&password=x y'z&ssl=true") ==
          "jdbc:postgresql://h/db?user=a&password=***&ssl=true");
    CHECK(redact("postgresql://h/db?sslpassword=abc") == "postgresql://h/db?sslpassword=***");
    CHECK(redact("postgresql://a:b@h/db?PASSWORD=c@d&x=1") == "postgresql://a:***&x=1");
}

TEST_CASE("a password in a key/value string becomes three stars") {
    CHECK(redact("host=h password=abc dbname=d") == "host=h password=*** dbname=d");
    CHECK(redact("host=h password = 'a b\\'c' dbname=d") == "host=h password = *** dbname=d");
    CHECK(redact("password=a\\ b&c dbname=d") == "password=*** dbname=d");
    CHECK(redact("password='never closed") == "password=***");
    CHECK(redact("sslpassword=x password=y") == "sslpassword=*** password=***");
}

TEST_CASE("text without a secret stays as it is") {
    for (const char* text : {"", "shop.db", "--table", "postgresql://app@db1/shop", "host=h",
                             "postgresql://h:5432/db", "password", "password=", "a@b:c",
                             "passwords", "public.password_resets", "file:x.db?mode=ro"}) {
        CHECK(redact(std::string_view(text)) == text);
    }
}
