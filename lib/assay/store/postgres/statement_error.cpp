// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/statement_error.hpp"

#include "assay/base/text.hpp"

#include <algorithm>
#include <array>

#include <libpq-fe.h>

namespace assay::postgres {
namespace {

struct Meaning {
    std::string_view state; ///< a whole SQLSTATE or the class it begins with
    ErrorKind kind;
    std::string_view sentence; ///< empty: the server's own words
    std::string_view hint;
};

constexpr std::string_view untranslatable = "22P05";

// The first entry that fits counts. Codes: appendix A of the server's manual.
constexpr std::array meanings{
    Meaning{"42501", ErrorKind::permission, "", "grant SELECT to this role, or connect as another"},
    Meaning{"28", ErrorKind::permission, "", ""},
    Meaning{"55P03", ErrorKind::locked, "another session holds a lock on it",
            "try again later, or allow more time with --lock-timeout"},
    Meaning{"40P01", ErrorKind::locked, "the server ended a deadlock", "try again"},
    Meaning{"40001", ErrorKind::locked,
            "the standby had to apply changes that this snapshot could still see", "try again"},
    Meaning{"25P03", ErrorKind::connection, "the server ended our idle transaction", "try again"},
    Meaning{"57014", ErrorKind::timeout, "", ""},
    Meaning{"57P", ErrorKind::connection, "", "try again later"},
    // A pooler says so of its own connection.
    Meaning{"08P01", ErrorKind::connection, "", "try again later"},
    // The server still answers us: it is its connection to the server of a foreign table.
    Meaning{
        "08", ErrorKind::query, "",
        "its rows are on another server: look at that one, or leave the table out with --exclude"},
    Meaning{"XX001", ErrorKind::query, "the server found corrupt data",
            "look into the server's log and check its storage"},
    Meaning{"XX002", ErrorKind::query, "the server found a corrupt index",
            "look into the server's log, then REINDEX"},
    // A limit that was set for this role or database.
    Meaning{"53400", ErrorKind::query, "", "read a sample, or have the limit raised"},
    // It may be our doing: nothing more is asked of this server.
    Meaning{"53", ErrorKind::connection, "",
            "the server is out of a resource: look at it before you run again"},
    Meaning{untranslatable, ErrorKind::query,
            "a character cannot be converted between UTF-8 and the encoding of this database",
            "look for a letter in --where that the database cannot hold"},
    Meaning{"22", ErrorKind::query,
            "a value could not be computed (text withheld: it may hold data)",
            "the server's log has the full text"},
    // A user's function may say anything under any other code.
    Meaning{"0A", ErrorKind::query, "", ""},
    Meaning{"25", ErrorKind::query, "", ""},
    Meaning{"3D", ErrorKind::query, "", ""},
    Meaning{"3F", ErrorKind::changed, "", "run again"},
    // Our statements are made from the catalog of the same snapshot.
    Meaning{"42P01", ErrorKind::changed, "", "it was dropped or renamed meanwhile: run again"},
    Meaning{"42703", ErrorKind::changed, "", "it was dropped or renamed meanwhile: run again"},
    Meaning{"42", ErrorKind::query, "", ""},
    Meaning{"54000", ErrorKind::query, "",
            "the server cannot send a row of more than 1 GB: leave the table out with --exclude"},
    Meaning{"54", ErrorKind::query, "", ""},
    Meaning{"55", ErrorKind::query, "", ""},
};

constexpr Meaning unknown{"", ErrorKind::query,
                          "the statement failed (text withheld: it may hold data)",
                          "the server's log has the full text"};

const Meaning& meaning_of(std::string_view sqlstate) {
    const auto* const found =
        std::find_if(meanings.begin(), meanings.end(),
                     [&](const Meaning& meaning) { return sqlstate.starts_with(meaning.state); });
    return found != meanings.end() ? *found : unknown;
}

/// The encoding other than UTF-8 that the server's text names, whatever language it is in; else
/// empty. Nothing else of that text is safe to repeat: its bytes may be a value's.
std::string encoding_in(std::string_view message) {
    constexpr std::string_view capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    while (!message.empty()) {
        std::string word(message.substr(0, message.find_first_not_of(capitals)));
        if (!word.empty() && word != "UTF8" && pg_char_to_encoding(word.c_str()) >= 0) {
            return word;
        }
        message.remove_prefix(std::min(message.size(), word.size() + 1));
    }
    return {};
}

} // namespace

Error statement_error(std::string_view sqlstate, std::string_view message) {
    const Meaning& meaning = meaning_of(sqlstate);
    std::string text = meaning.sentence.empty() ? escape_text(message.substr(0, message.find('\n')))
                                                : std::string(meaning.sentence);
    if (sqlstate == untranslatable && !encoding_in(message).empty()) {
        text += ", " + encoding_in(message);
    }
    text += " (SQLSTATE " + std::string(sqlstate) + ")";
    return {meaning.kind, text, std::string(meaning.hint)};
}

} // namespace assay::postgres
