// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/sensitive_name.hpp"

#include <catch2/catch.hpp>

using namespace assay;

TEST_CASE("whole words of its name tell that a column is sensitive") {
    for (const auto* name : {"email", "work_email", "Email2", "phone", "SSN", "lastName",
                             "first_name", "date_of_birth", "iban", "cvv", "mrn", "npi", "password",
                             "card number", "tax_id", "street-address"}) {
        INFO(name);
        CHECK(looks_sensitive(name));
    }
}

TEST_CASE("names that only hold such letters, or tell of such a thing, are not sensitive") {
    for (const auto* name :
         {"capacity", "statement", "timezone", "file_name", "email_count", "phone_id", "has_email",
          "email_verified", "name", "id", "card_id", "shipment", "pinned", "", "_"}) {
        INFO(name);
        CHECK_FALSE(looks_sensitive(name));
    }
}
