// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/table_record.hpp"

#include "assay/base/text.hpp"
#include "assay/command/values.hpp"
#include "assay/metric/sensitive_name.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

ColumnRecord definition_of(const ColumnSpec& spec) {
    ColumnRecord record;
    record.name = spec.name;
    record.type = to_string(spec.type);
    record.declared_type = spec.declared_type;
    record.nullable = spec.nullable;
    if (!spec.readable) {
        record.note = "no SELECT privilege on this column";
    }
    return record;
}

/// How many rows are known to hold a value: its count among the top values.
std::int64_t known_rows(const ColumnProfile& profile, const Value& value) {
    const auto found = std::find_if(profile.top.begin(), profile.top.end(),
                                    [&](const TopValue& top) { return top.value == value; });
    return found == profile.top.end() ? 0 : found->count;
}

/// A text of a column that looks sensitive is not shown, however many rows hold it.
Fact shown_in(const ColumnRecord& record, const Value& value, ValuesPolicy values,
              std::int64_t rows) {
    return shown(value, values, looks_sensitive(record.name) ? 0 : rows);
}

void add_distribution(ColumnRecord& record, const ColumnProfile& profile, ValuesPolicy values) {
    if (values == ValuesPolicy::none) {
        return;
    }
    if (profile.min) {
        record.min = shown_in(record, *profile.min, values, known_rows(profile, *profile.min));
    }
    if (profile.max) {
        record.max = shown_in(record, *profile.max, values, known_rows(profile, *profile.max));
    }
    for (const auto& top : profile.top) {
        record.top.push_back(
            {shown_in(record, top.value, values, top.count), top.count, top.count_max});
    }
    record.mean = profile.mean;
    record.stddev = profile.stddev;
    for (const auto& quantile : profile.quantiles) {
        record.quantiles.emplace_back(format_double(quantile.rank),
                                      shown_in(record, quantile.value, values, rows_to_show_text));
    }
    if (!profile.quantiles.empty()) {
        record.quantile_method = profile.quantile_method;
        record.quantile_rank_error = profile.quantile_rank_error;
    }
}

/// Only a column that may hold any kind of value needs the kinds counted.
void add_storage(ColumnRecord& record, const ColumnSpec& spec, const ColumnProfile& profile) {
    if (spec.enforced) {
        return;
    }
    record.storage = {{"integer", profile.integers},
                      {"real", profile.reals},
                      {"text", profile.texts},
                      {"blob", profile.blobs}};
    record.misfits = profile.misfits;
}

void add_oddities(ColumnRecord& record, const ColumnProfile& profile) {
    const auto if_any = [](std::int64_t count) {
        return count > 0 ? std::optional(count) : std::nullopt;
    };
    record.nans = if_any(profile.nans);
    record.infinities = if_any(profile.infinities);
    record.invalid_utf8 = if_any(profile.invalid_utf8);
}

void add_share(ColumnRecord& record, const char* name, const std::optional<Share>& share) {
    if (share) {
        record.shares.push_back({name, share->fraction, share->lower, share->upper});
    }
}

/// What is exact of the rows that were read is not of all rows: more values may be in the others.
void mark_as_sample(ColumnRecord& record, const ColumnProfile& profile) {
    if (record.distinct) {
        const std::int64_t lower = record.distinct->lower.value_or(record.distinct->value);
        record.distinct = Count{record.distinct->value, Method::sample, lower, std::nullopt};
    }
    if (record.quantile_method) {
        record.quantile_method = Method::sample;
    }
    add_share(record, "null", profile.null_share);
    add_share(record, "blank", profile.blank_share);
    add_share(record, "misfit", profile.misfit_share);
}

/// A day without a time of its own, "" for anything else.
std::string plain_day(const Value& value) {
    constexpr std::size_t day_size = 10;
    const std::string text = display(value);
    const std::string rest = text.size() > day_size ? text.substr(day_size + 1) : "";
    return rest.empty() || rest.starts_with("00:00:00") ? text.substr(0, day_size) : "";
}

/// Where calendars and programs begin, and the last day that many can write: what stands for "not
/// known" more often than for a time.
std::string placeholder_words(std::string_view which, const std::optional<Value>& value,
                              const ColumnProfile& profile) {
    const std::string day = value ? plain_day(*value) : "";
    if (day != "0001-01-01" && day != "1900-01-01" && day != "1970-01-01" && day != "9999-12-31") {
        return {};
    }
    const std::int64_t rows = known_rows(profile, *value);
    return fmt::format("the {}, {}, looks like a placeholder{}", which, day,
                       rows > 0 ? " (" + count_of(rows, "row") + ")" : "");
}

/// Times that are none must not pass for the range of a column.
void add_placeholders(ColumnRecord& record, const ColumnSpec& spec, const ColumnProfile& profile) {
    if (!is_temporal(spec.type)) {
        return;
    }
    for (const std::string& words : {placeholder_words("lowest", profile.min, profile),
                                     placeholder_words("highest", profile.max, profile)}) {
        record.note += record.note.empty() || words.empty() ? words : "; " + words;
    }
}

ColumnRecord measured(const ColumnSpec& spec, const ColumnProfile& profile, ValuesPolicy values) {
    ColumnRecord record = definition_of(spec);
    record.nulls = profile.nulls;
    if (profile.rows > 0) {
        record.null_fraction =
            static_cast<double>(profile.nulls) / static_cast<double>(profile.rows);
    }
    if (profile.texts > 0) {
        record.blanks = profile.blanks;
    }
    record.distinct = profile.distinct;
    add_distribution(record, profile, values);
    if (profile.lengths) {
        record.length = {profile.lengths->min, profile.lengths->max, profile.lengths->mean};
    }
    for (const auto& pattern : profile.patterns) {
        record.patterns.push_back({pattern.mask, pattern.count, pattern.count_max});
    }
    add_storage(record, spec, profile);
    add_oddities(record, profile);
    if (values != ValuesPolicy::none) {
        add_placeholders(record, spec, profile);
    }
    return record;
}

BytesRecord bytes_of(const TableStats& stats) {
    return {stats.table_bytes, stats.index_bytes, stats.total_bytes,
            stats.bytes_exact ? Method::exact : Method::estimate};
}

} // namespace

TableRecord catalog_record(const std::string& source, const TableSchema& table) {
    TableRecord record;
    record.source = source;
    record.schema = table.ref.schema;
    record.name = table.ref.name;
    record.kind = to_string(table.kind);
    record.owner = table.owner;
    record.comment = table.comment;
    if (table.stats.row_estimate) {
        record.rows =
            Count{*table.stats.row_estimate, Method::estimate, std::nullopt, std::nullopt};
    }
    record.bytes = bytes_of(table.stats);
    for (const auto& column : table.columns) {
        record.columns.push_back(definition_of(column));
    }
    if (table.primary_key) {
        record.primary_key = table.primary_key->columns;
    }
    for (const auto& key : table.foreign_keys) {
        record.foreign_keys.push_back(
            {key.name, key.columns, qualified_name(key.referenced), key.referenced_columns});
    }
    for (const auto& index : table.indexes) {
        record.indexes.push_back(
            {index.name, index.columns, index.unique, index.valid, index.bytes});
    }
    return record;
}

TableRecord profile_record(const std::string& source, const TableProfile& profile,
                           ValuesPolicy values) {
    TableRecord record = catalog_record(source, profile.schema);
    if (profile.rows) {
        record.rows = profile.rows;
    }
    record.rows_examined = profile.rows_examined;
    const bool sampled = profile.design.unit != SampleUnit::whole;
    if (sampled) {
        const SampleDesign& design = profile.design;
        record.sample =
            SampleRecord{std::string(to_string(design.unit)), design.fraction,
                         design.clusters > 0 ? std::optional(design.clusters) : std::nullopt};
    }
    for (const auto& column : profile.columns) {
        ColumnRecord& columns = record.columns[column.ordinal];
        columns = measured(profile.schema.columns[column.ordinal], column, values);
        if (sampled) {
            mark_as_sample(columns, column);
        }
    }
    return record;
}

} // namespace assay
