// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/key_buckets.hpp"
#include "assay/scan/key_segments.hpp"
#include "assay/scan/server_hash.hpp"

namespace assay {

/// read_segments() by the server, so that only the sums leave it: some hundred bytes for a thousand
/// rows. Reads the table in chunks of about a second. With lookup3 both sums come from one hash of
/// 64 bits, so that a row that is different has the same ones with probability 2^-64.
/// @param hash see choose_server_hash(): the same on both sides
SegmentedRows sum_in_server(Session& session, const TableSchema& table, const RowLayout& layout,
                            const KeySegments& segments, const ServerHash& hash);

/// Its statement, for people: with :first and :shift in the place of the numbers that say where the
/// segments are cut.
std::string sum_sql(const TableSchema& table, const RowLayout& layout, const ServerHash& hash);

/// read_buckets() by the server in the same way, but with buckets by the server's own hash of the
/// key, which is that of the first columns of a row hash.
BucketedRows sum_buckets_in_server(Session& session, const TableSchema& table,
                                   const RowLayout& layout, std::size_t count,
                                   const ServerHash& hash);

/// Its statement, for people.
std::string bucket_sum_sql(const TableSchema& table, const RowLayout& layout, std::size_t count,
                           const ServerHash& hash);

/// A condition: the row is in one of the buckets by the hash of the server.
std::string in_buckets_sql(const TableSchema& table, const RowLayout& layout,
                           const KeyBuckets& buckets, const ServerHash& hash);

} // namespace assay
