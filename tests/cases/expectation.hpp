// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace assay::testing {

/// Text that differs from run to run or store to store, and what stands for it in a case.
using Replacements = std::vector<std::pair<std::string, std::string>>;

/// Make output comparable: the replacements, then the server's version and role -> ${SERVER},
/// instants within two days of now -> ${NOW}, "in 0.8 s" -> "in ${TIME}", byte sizes -> ${SIZE}.
std::string normalised(std::string text, const Replacements& replacements);

/// Look up `tables[name=orders].columns[0].quantiles["0.5"]`: members by name, elements by number
/// or by the first whose members have these values ([id=x,columns="a,b"], quotes allowed);
/// `.length` of an array. Schema prefixes "main." and "public." are left out of strings.
/// @return nullptr if there is no such place.
/// @throws std::runtime_error if the path is not understood.
const nlohmann::json* find(const nlohmann::json& document, std::string_view path,
                           nlohmann::json& computed);

/// Check `PATH VALUE`, where VALUE is JSON or the word absent.
/// @return what is wrong, or an empty text.
std::string check_json(const nlohmann::json& document, const std::string& expectation);

/// `expectation` with the value that the document has.
std::string updated_json(const nlohmann::json& document, const std::string& expectation);

} // namespace assay::testing
