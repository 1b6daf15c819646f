// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <string_view>

namespace assay {

/// Does a column by its name hold what is about a person, or a secret? Whole words decide:
/// "work_email" and "firstName" do; "email_count", "file_name" and "capacity" do not.
bool looks_sensitive(std::string_view column);

} // namespace assay
