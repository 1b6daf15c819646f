// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/sensitive_name.hpp"

#include "assay/base/name_words.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace assay {
namespace {

constexpr std::array<std::string_view, 59> sensitive_words{
    "email",      "emails",   "mail",       "emailaddress", "phone",      "phones",
    "telephone",  "tel",      "mobile",     "msisdn",       "fax",        "phonenumber",
    "ssn",        "nino",     "passport",   "iban",         "cvv",        "cvc",
    "creditcard", "cardno",   "cardnumber", "mrn",          "npi",        "mbi",
    "taxid",      "password", "passwd",     "passphrase",   "pwd",        "secret",
    "apikey",     "token",    "pin",        "firstname",    "lastname",   "surname",
    "forename",   "fullname", "givenname",  "familyname",   "middlename", "maidenname",
    "dob",        "birthday", "birthdate",  "birthplace",   "address",    "addr",
    "street",     "ip",       "ipaddress",  "salary",       "diagnosis",  "religion",
    "ethnicity",  "latitude", "longitude",  "fingerprint",  "signature"};

using Pair = std::pair<std::string_view, std::string_view>;
constexpr std::array<Pair, 24> sensitive_pairs{
    {{"first", "name"},       {"last", "name"},    {"full", "name"},      {"middle", "name"},
     {"given", "name"},       {"family", "name"},  {"maiden", "name"},    {"patient", "name"},
     {"customer", "name"},    {"contact", "name"}, {"birth", "date"},     {"birth", "day"},
     {"birth", "place"},      {"of", "birth"},     {"card", "number"},    {"card", "no"},
     {"account", "number"},   {"account", "no"},   {"license", "number"}, {"licence", "number"},
     {"insurance", "number"}, {"tax", "id"},       {"tax", "number"},     {"social", "security"}}};

/// "email_count", "phone_id": what is told of such a thing, not the thing.
constexpr std::array<std::string_view, 14> endings{"count", "counts",   "total", "flag", "id",
                                                   "ids",   "hash",     "type",  "kind", "status",
                                                   "sent",  "verified", "valid", "at"};
/// "has_email".
constexpr std::array<std::string_view, 4> beginnings{"is", "has", "num", "count"};

bool contains(std::span<const std::string_view> words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// "email2" says email.
std::string without_number(std::string word) {
    while (word.size() > 1 && word.back() >= '0' && word.back() <= '9') {
        word.pop_back();
    }
    return word;
}

bool has_pair(const std::vector<std::string>& words) {
    for (std::size_t i = 1; i < words.size(); ++i) {
        const Pair pair{words[i - 1], words[i]};
        if (std::find(sensitive_pairs.begin(), sensitive_pairs.end(), pair) !=
            sensitive_pairs.end()) {
            return true;
        }
    }
    return false;
}

} // namespace

bool looks_sensitive(std::string_view column) {
    std::vector<std::string> words = name_words(column);
    std::erase(words, "");
    std::transform(words.begin(), words.end(), words.begin(), without_number);
    if (words.empty() || contains(beginnings, words.front())) {
        return false;
    }
    if (has_pair(words)) {
        return true;
    }
    return !contains(endings, words.back()) &&
           std::any_of(words.begin(), words.end(),
                       [](const std::string& word) { return contains(sensitive_words, word); });
}

} // namespace assay
