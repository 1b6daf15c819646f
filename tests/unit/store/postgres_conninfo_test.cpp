// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/store/postgres/conninfo.hpp"
#include "assay/store/postgres/postgres.hpp"
#include "assay/store/postgres/statement_error.hpp"

#include <catch2/catch.hpp>

#include <string>

using assay::display_postgres;
using assay::Error;
using assay::ErrorKind;
using assay::postgres::find_sqlstate;
using assay::postgres::parse_conninfo;
using assay::postgres::scrub;
using assay::postgres::statement_error;

namespace {

/// Everything that an Error shows.
std::string text_of(const Error& error) { return std::string(error.what()) + " " + error.hint(); }

} // namespace

TEST_CASE("a displayed connection string names user, host, port and database, and no password") {
    CHECK(display_postgres("postgresql://app:s3cret@db1:5433/shop") ==
          "postgresql://app@db1:5433/shop");
    CHECK(display_postgres("host=db1 user=app password=s3cret dbname=shop port=5432") ==
          "postgresql://app@db1/shop");
    CHECK(display_postgres("postgresql://app@/shop?host=/run/pg") ==
          "postgresql://app@/shop?host=/run/pg");
    CHECK(display_postgres("host=/run/pg port=6000 user=app dbname=shop") ==
          "postgresql://app@/shop?host=/run/pg&port=6000");
}

TEST_CASE("case 148: a list of hosts is kept in order with its ports") {
    CHECK(display_postgres("postgresql://app@h1:5433,h2:5434/shop") ==
          "postgresql://app@h1:5433,h2:5434/shop");
    CHECK(display_postgres("postgresql://app@h1,h2/shop") == "postgresql://app@h1,h2/shop");
    CHECK(display_postgres("host=::1 user=app dbname=shop") == "postgresql://app@[::1]/shop");
}

TEST_CASE("case 23: punctuation inside a displayed name is percent-encoded") {
    CHECK(display_postgres("host=h user='a@b/c' dbname='x?y'") == "postgresql://a%40b%2Fc@h/x%3Fy");
}

TEST_CASE("a service is named where its file decides the rest") {
    const std::string shown = display_postgres("service=prod user=app");
    CHECK(shown == "postgresql://app@?service=prod");
}

TEST_CASE("a plain word is the name of a database") {
    CHECK(parse_conninfo("shop").database == "shop");
    CHECK(parse_conninfo("dbname=shop").database == "shop");
}

TEST_CASE("a password with / or @ that was not encoded is a usage error that shows none of it") {
    for (const std::string url : {"postgresql://u:p4ss/w0rd@h/db", "postgresql://u:p4ss@w0rd@h/db",
                                  "postgresql://u:p4ss%zzw0rd@h/db"}) {
        CAPTURE(url);
        try {
            parse_conninfo(url);
            FAIL("no error");
        } catch (const Error& error) {
            CHECK(error.kind() == ErrorKind::usage);
            CHECK(text_of(error).find("p4ss") == std::string::npos);
            CHECK(text_of(error).find("w0rd") == std::string::npos);
            CHECK(text_of(error).find("percent-encode") != std::string::npos);
        }
        CHECK(display_postgres(url) == "postgresql://***");
    }
}

TEST_CASE("a malformed string without a secret is told what is wrong with it") {
    try {
        parse_conninfo("postgresql://h/db?schema=x");
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::usage);
        CHECK(std::string(error.what()).find("schema") != std::string::npos);
    }
}

TEST_CASE("case 167: the SQLSTATE is found in a verbose text of any language") {
    CHECK(find_sqlstate("connection to server failed: FATAL:  28P01: password") == "28P01");
    CHECK(find_sqlstate("FATAL:  3D000: database \"x\" does not exist\nLOCATION: y") == "3D000");
    CHECK(find_sqlstate("SCHWERWIEGEND:  57P03: das Datenbanksystem startet") == "57P03");
    CHECK(find_sqlstate("FATAL:  no code here") == "");
    CHECK(find_sqlstate("FATAL:  3D00") == "");
    CHECK(find_sqlstate("") == "");
}

TEST_CASE("a scrubbed text is one line without address, SQLSTATE and password") {
    CHECK(scrub("connection to server at \"h\" (::1), port 5432 failed: FATAL:  28P01: password "
                "hunter2 is wrong\nLOCATION: auth.c",
                {"hunter2"}) == "password *** is wrong");
    CHECK(scrub("a\x1b[31mb", {}).find('\x1b') == std::string::npos);
    CHECK(scrub("", {}).empty());
    CHECK(scrub("no: hun\nter2", {"hun\nter2"}) == "no: ***");
}

TEST_CASE("cases 118, 232: an error that may quote data keeps its SQLSTATE and loses its text") {
    for (const std::string state : {"22P02", "23505", "XX001", "P0001", "AB123", "HV000"}) {
        const Error error = statement_error(state, "invalid input: \"ssn 123-45-6789\"");
        CHECK(text_of(error).find("ssn") == std::string::npos);
        CHECK(text_of(error).find(state) != std::string::npos);
        CHECK(error.kind() == ErrorKind::query);
    }
}

TEST_CASE(
    "case 68: a letter that a database cannot hold is told with the encoding, in any language") {
    for (const std::string text :
         {"character with byte sequence 0xe2 0x82 0xac in encoding \"UTF8\" has no equivalent in "
          "encoding \"LATIN1\"",
          "Zeichen mit Byte-Folge 0xe2 0x82 0xac in Kodierung \xC2\xBBUTF8\xC2\xAB hat keine "
          "Entsprechung in Kodierung \xC2\xBBLATIN1\xC2\xAB"}) {
        const Error error = statement_error("22P05", text);
        CHECK(error.kind() == ErrorKind::query);
        CHECK(std::string(error.what()) ==
              "a character cannot be converted between UTF-8 and the encoding of "
              "this database, LATIN1 (SQLSTATE 22P05)");
        CHECK(error.hint().find("--where") != std::string::npos);
    }
    for (const std::string text : {"", "UTF8", "EUC", "abc SSN 123", "latin1", "\xE2\x82"}) {
        CHECK(std::string(statement_error("22P05", text).what()) ==
              "a character cannot be converted between UTF-8 and the encoding of this database "
              "(SQLSTATE 22P05)");
    }
    CHECK(text_of(statement_error("22021", "encoding \"EUC_JP\"")).find("EUC") ==
          std::string::npos);
}

TEST_CASE("cases 75, 158: the SQLSTATE decides the kind of an error") {
    CHECK(statement_error("42501", "permission denied").kind() == ErrorKind::permission);
    CHECK(statement_error("55P03", "x").kind() == ErrorKind::locked);
    CHECK(statement_error("40001", "x").kind() == ErrorKind::locked);
    // Out of disk or memory: nothing more is asked of the server. A limit of this role: go on.
    CHECK(statement_error("53100", "x").kind() == ErrorKind::connection);
    CHECK(statement_error("53200", "x").kind() == ErrorKind::connection);
    CHECK(statement_error("53400", "x").kind() == ErrorKind::query);
    CHECK(statement_error("42P01", "x").kind() == ErrorKind::changed);
    CHECK(statement_error("08006", "x").kind() == ErrorKind::query);
    CHECK(statement_error("57P01", "x").kind() == ErrorKind::connection);
    CHECK(statement_error("08P01", "x").kind() == ErrorKind::connection);
    CHECK(statement_error("08001", "x").kind() == ErrorKind::query);
    CHECK(statement_error("0A000", "x").kind() == ErrorKind::query);
}
