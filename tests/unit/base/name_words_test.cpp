// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/name_words.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace assay;
using Words = std::vector<std::string>;

TEST_CASE("a name is cut into words") {
    CHECK(name_words("lastUpdated_at") == Words{"last", "updated", "at"});
    CHECK(name_words("E-Mail work") == Words{"e", "mail", "work"});
    CHECK(name_words("ID") == Words{"id"});
    CHECK(name_words("_x") == Words{"", "x"});
    CHECK(name_words("") == Words{""});
}
