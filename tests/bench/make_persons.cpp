// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
//
// Makes the table in which the benchmarks look for near duplicates: made-up persons, the same ones
// on every machine, as a SQLite file. One of ten is there twice, the second time with typing
// errors and a gap.
#include "command_line.hpp"
#include "random.hpp"
#include "sqlite_file.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace assay::bench {
namespace {

constexpr const char* usage = "usage: make_persons ROWS PATH\n";

constexpr std::array<std::string_view, 32> syllables{
    "ka",  "lo",  "mi",  "ren", "tha", "bor", "sel", "dan", "vi", "cor", "ma",
    "nel", "jo",  "pet", "ul",  "ra",  "gus", "hen", "fri", "da", "wol", "es",
    "tin", "bru", "cla", "ze",  "no",  "ri",  "ket", "sam", "ov", "ly"};

constexpr std::size_t columns = 7;
/// given_name, surname, street, city, postcode, born, phone; an empty one is NULL.
using Person = std::array<std::string, columns>;

/// A name of its own for every number below 32 to the power of `length`.
std::string name_of(std::uint64_t number, int length) {
    std::string name;
    for (int i = 0; i < length; ++i) {
        name += syllables[number % syllables.size()];
        number /= syllables.size();
    }
    return name;
}

/// Small numbers more often, as some names are borne by many.
std::uint64_t skewed(Random& random, std::uint64_t bound) {
    const double at = random.unit();
    return static_cast<std::uint64_t>(at * at * static_cast<double>(bound));
}

std::string padded(std::uint64_t number, std::size_t digits) {
    std::string text = std::to_string(number);
    return std::string(digits - text.size(), '0') + text;
}

/// The same number makes the same person.
Person person_of(std::uint64_t number) {
    Random random(number * 0xd1342543de82ef95U + 2024);
    const std::uint64_t city = skewed(random, 2'000);
    Person person;
    person[0] = name_of(skewed(random, 1'000), 2);
    person[1] = name_of(random.next() % 16 == 0 ? random.below(32'768) : skewed(random, 8'000), 3);
    person[2] =
        name_of(random.below(20'000), 3) + " street " + std::to_string(1 + random.below(200));
    person[3] = name_of(city, 3) + "ville";
    person[4] = padded(10'000 + city * 40 + random.below(4), 5);
    person[5] = std::to_string(1930 + random.below(80)) + '-' + padded(1 + random.below(12), 2) +
                '-' + padded(1 + random.below(28), 2);
    person[6] =
        "+1 " + std::to_string(200 + random.below(790)) + ' ' + padded(random.below(10'000'000), 7);
    return person;
}

/// One letter swapped, doubled or left out, but never the first one.
void misspell(std::string& text, Random& random) {
    const std::size_t at = 1 + random.below(text.size() - 2);
    switch (random.below(3)) {
    case 0: std::swap(text[at], text[at + 1]); break;
    case 1: text.insert(at, 1, text[at]); break;
    default: text.erase(at, 1); break;
    }
}

/// As somebody else has written it down.
Person again(Person person, std::uint64_t number) {
    Random random(number * 0x9e3779b97f4a7c15U + 7);
    misspell(person[random.below(3)], random);
    misspell(person[3 + random.below(columns - 3)], random);
    person[random.below(columns)].clear();
    return person;
}

void write(std::uint64_t rows, const std::string& path) {
    const Database db = create(path);
    execute(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
    execute(db, "CREATE TABLE persons (id INTEGER PRIMARY KEY, given_name TEXT, surname TEXT, "
                "street TEXT, city TEXT, postcode TEXT, born TEXT, phone TEXT)");
    const Statement statement = prepare(db, "INSERT INTO persons VALUES (?,?,?,?,?,?,?,?)");
    for (std::uint64_t row = 1; row <= rows; ++row) {
        const bool is_repeat = row % 11 == 0;
        const Person person =
            is_repeat ? again(person_of(row - 1 - row / 11 % 10), row) : person_of(row);
        Binder binder(statement);
        binder.integer(static_cast<std::int64_t>(row));
        for (const std::string& value : person) {
            if (value.empty()) {
                binder.null();
            } else {
                binder.text(value);
            }
        }
        insert_row(db, statement);
    }
    execute(db, "COMMIT");
}

} // namespace
} // namespace assay::bench

int main(int argc, char** argv) {
    using namespace assay::bench; // NOLINT(google-build-using-namespace): this program is it
    try {
        const std::span<const char* const> arguments(argv, static_cast<std::size_t>(argc));
        if (arguments.size() != 3) {
            throw UsageError("ROWS and PATH, please");
        }
        write(parse_number(arguments[1]), arguments[2]);
        return 0;
    } catch (const UsageError& error) {
        std::fprintf(stderr, "make_persons: %s\n%s", error.what(), usage);
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "make_persons: %s\n", error.what());
        return 3;
    }
}
