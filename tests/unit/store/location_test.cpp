// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/location.hpp"

#include "assay/base/error.hpp"

#include "support/sqlite_file.hpp"
#include "support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>

namespace assay {
namespace {

Environment environment_of(std::map<std::string, std::string> variables) {
    return [variables = std::move(variables)](const std::string& name) {
        const auto variable = variables.find(name);
        return variable == variables.end() ? std::nullopt
                                           : std::optional<std::string>(variable->second);
    };
}

Location parse(std::string_view text) { return parse_location(text, environment_of({})); }

/// The whole error: what() and hint().
std::string failure(std::string_view text) {
    try {
        parse(text);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::usage);
        return std::string(error.what()) + " | " + error.hint();
    }
    return "no error";
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST_CASE("every spelling of a SQLite file is understood") {
    const auto [text, path] = GENERATE(table<std::string, std::string>({
        {"shop.db", "shop.db"},
        {"SHOP.SQLITE3", "SHOP.SQLITE3"},
        {"./shop", "./shop"},
        {"none.snap", "none.snap"},
        {"shop.snapshot", "shop.snapshot"},
        {"/var/lib/shop", "/var/lib/shop"},
        {"a=b.db", "dbname"},
        {"sqlite:shop", "shop"},
        {"sqlite:/var/shop.db", "/var/shop.db"},
        {"sqlite:///shop.db", "shop.db"},
        {"sqlite:////var/shop.db", "/var/shop.db"},
        {"sqlite+pysqlite:///shop.db", "shop.db"},
        {"SQLITE:shop.db", "shop.db"},
        {"file:shop.db", "shop.db"},
        {"file:/var/shop.db", "/var/shop.db"},
        {"file:///var/shop.db", "/var/shop.db"},
        {"file://localhost/var/shop.db", "/var/shop.db"},
        {"file:a%20b%3f.db", "a b?.db"},
        {"file:shop.db?mode=ro#part", "shop.db"},
    }));
    if (path == "dbname") {
        CHECK(parse(text).kind == StoreKind::postgresql);
        return;
    }
    const Location location = parse(text);
    CHECK(location.kind == StoreKind::sqlite);
    CHECK(location.target == path);
    CHECK_FALSE(location.immutable);
    CHECK(display_location(location) == path);
}

TEST_CASE("case 210: only mode=ro and immutable=1 are accepted after a SQLite file") {
    CHECK(parse("file:shop.db?mode=ro&immutable=1").immutable);
    CHECK_FALSE(parse("file:shop.db?immutable=0").immutable);
    CHECK(contains(failure("file:shop.db?mode=rw"), "mode=rw"));
    CHECK(contains(failure("file:shop.db?vfs=unix-none"), "'vfs'"));
    CHECK(contains(failure("file:shop.db?nolock=1"), "'nolock'"));
    CHECK(contains(failure("sqlite:///shop.db?cache=shared"), "'cache'"));
    CHECK(contains(failure("file:shop.db?immutable=maybe"), "immutable=maybe"));
    CHECK(contains(failure("file://host/shop.db"), "host"));
    CHECK(contains(failure("file:shop%zz.db"), "two hex digits"));
    CHECK(contains(failure("file:shop%00.db"), "%00"));
}

TEST_CASE("a database in memory is refused") {
    const auto text = GENERATE("sqlite://", "sqlite:///",
                               "sqlite::memory:", ":memory:", "file:", "sqlite:///:memory:");
    CHECK(contains(failure(text), "in-memory"));
}

TEST_CASE("two slashes before a SQLite path are explained") {
    CHECK(contains(failure("sqlite://shop.db"), "sqlite:///shop.db"));
}

TEST_CASE("a word is a file when it exists and a Postgres database when it does not") {
    const test::TempDir folder;
    test::write_file(folder.file("plain"), "x");
    CHECK(parse(folder.file("plain")).kind == StoreKind::sqlite);
    const Location location = parse("it's \\ shop");
    CHECK(location.kind == StoreKind::postgresql);
    CHECK(location.target == "dbname='it\\'s \\\\ shop'");
}

TEST_CASE("an existing file wins over every other reading of its name") {
    const test::TempDir folder;
    const std::string name = folder.file("host=x.db");
    test::write_file(name, "x");
    CHECK(parse(name).target == name);
}

TEST_CASE("Postgres forms become something that libpq understands") {
    const auto [text, target] = GENERATE(table<std::string, std::string>({
        {"postgresql://app@db1:5433/shop", "postgresql://app@db1:5433/shop"},
        {"postgres://db1/shop", "postgresql://db1/shop"},
        {"postgresql://", "postgresql://"},
        {"postgresql:///shop", "postgresql:///shop"},
        {"postgresql+psycopg2://app:pw@db1/shop", "postgresql://app:pw@db1/shop"},
        {"postgresql+asyncpg://db1/shop?ssl=require", "postgresql://db1/shop?sslmode=require"},
        {"postgresql://a:p%40w@h1:1,h2:2/shop?sslmode=disable",
         "postgresql://a:p%40w@h1:1,h2:2/shop?sslmode=disable"},
        {"postgresql://a:p?w@h/shop", "postgresql://a:p?w@h/shop"},
        {"postgresql://[::1]:5433/shop", "postgresql://[::1]:5433/shop"},
        {"postgresql:///shop?host=/run/postgresql", "postgresql:///shop?host=%2Frun%2Fpostgresql"},
        {"jdbc:postgresql://db1:5433/shop?user=app&password=p%40w",
         "postgresql://app:p%40w@db1:5433/shop"},
        {"jdbc:postgresql://db1/shop?user=app&ssl=true&ApplicationName=x",
         "postgresql://app@db1/shop?sslmode=require&application_name=x"},
        {"jdbc:postgresql:shop", "postgresql:///shop"},
        {"jdbc:postgresql://db1/shop?password=a+b", "postgresql://:a%20b@db1/shop"},
        {"host=/run/pg dbname=shop", "host=/run/pg dbname=shop"},
        {"service=prod", "service=prod"},
        {"shop", "dbname='shop'"},
        {"shop_1.2", "dbname='shop_1.2'"},
        {"shop.", "dbname='shop.'"},
    }));
    const Location location = parse(text);
    CHECK(location.kind == StoreKind::postgresql);
    CHECK(location.target == target);
    CHECK(location.default_schema.empty());
}

TEST_CASE("the schema parameter of a URL becomes the default schema") {
    const Location location = parse("postgresql://db1/shop?schema=my%20app&sslmode=prefer");
    CHECK(location.default_schema == "my app");
    CHECK(location.target == "postgresql://db1/shop?sslmode=prefer");
    CHECK(parse("jdbc:postgresql://db1/shop?currentSchema=app").default_schema == "app");
}

TEST_CASE("case 237: nothing means the environment and then libpq's own defaults") {
    CHECK(parse_location("",
                         environment_of({{"ASSAY_DATABASE_URL", "a.db"}, {"DATABASE_URL", "b.db"}}))
              .target == "a.db");
    CHECK(parse_location(" ", environment_of({{"DATABASE_URL", "b.db"}})).target == "b.db");
    CHECK(parse_location("", environment_of({{"ASSAY_DATABASE_URL", ""}, {"DATABASE_URL", "b.db"}}))
              .target == "b.db");
    const Location location = parse("");
    CHECK(location.kind == StoreKind::postgresql);
    CHECK(location.target.empty());
}

TEST_CASE(
    "case 252: an unescaped character in a password is explained without repeating any of it") {
    const auto text =
        GENERATE("postgresql://app:s3cr/et@db1/shop", "postgresql://app:s3cr@et@db1/shop",
                 "postgresql://app:s3cr%et@db1/shop", "postgresql://app:s3cr%zzet@db1/x",
                 "postgresql://app:s3cr/et", "postgresql+psycopg2://app:s3cr@et@db1/x",
                 "jdbc:postgresql://db1/x?user=app&password=s3cr%et", "postgresql:app:s3cr@et",
                 "postgresql:/app:s3cret@db1", "mysql://app:s3cret@db1/shop",
                 "postgre://app:s3cret@db1/shop", "app:s3cret@db1/shop");
    const std::string message = failure(text);
    INFO(message);
    CHECK_FALSE(contains(message, "no error"));
    CHECK_FALSE(contains(message, "s3cr"));
    CHECK_FALSE(contains(message, "et@"));
    CHECK_FALSE(contains(message, "cret"));
}

TEST_CASE("an unknown kind of database is answered with what is supported") {
    CHECK(contains(failure("mysql://db1/shop"), "'mysql://' is not a database"));
    CHECK(contains(failure("mysql://db1/shop"), "postgresql://USER@HOST/DATABASE"));
    CHECK(contains(failure("postgre://db1/shop"), "did you mean"));
    CHECK(contains(failure("jdbc:mysql://db1/shop"), "jdbc:postgresql:"));
}

TEST_CASE("a displayed location never shows a password") {
    const auto text = GENERATE("postgresql://app:hunter2@db1/shop",
                               "jdbc:postgresql://db1/shop?user=app&password=hunter2",
                               "host=db1 user=app password=hunter2 dbname=shop",
                               "postgresql://db1/shop?password=hunter2&sslpassword=hunter2");
    const std::string shown = display_location(parse(text));
    INFO(shown);
    CHECK_FALSE(contains(shown, "hunter2"));
    CHECK(contains(shown, "db1"));
}

} // namespace
} // namespace assay
