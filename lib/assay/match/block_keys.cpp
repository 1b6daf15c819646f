// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/block_keys.hpp"

#include "assay/base/hash.hpp"
#include "assay/match/shingles.hpp"
#include "assay/match/words.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <numeric>
#include <string_view>
#include <vector>

namespace assay {
namespace {

std::uint64_t hash_points(std::u32string_view text) {
    return hash64({reinterpret_cast<const char*>(text.data()), text.size() * sizeof(char32_t)});
}

std::uint64_t combine(std::uint64_t left, std::uint64_t right) {
    constexpr std::uint8_t tag = 7;
    return hash64_word(tag, left * 0x9E37'79B9'7F4A'7C15 + right);
}

/// A key for value `value` of field `field`: the two numbers are key enough.
std::uint64_t value_key(std::size_t field, std::uint32_t value) {
    constexpr unsigned value_bits = 32;
    return (std::uint64_t{field + 1} << value_bits) | value;
}

/// The fields with most different values first; at most eight.
std::vector<std::size_t> telling_fields(const Records& records) {
    constexpr std::size_t most = 8;
    std::vector<std::size_t> fields(records.fields.size());
    std::iota(fields.begin(), fields.end(), std::size_t{0});
    std::stable_sort(fields.begin(), fields.end(), [&](std::size_t a, std::size_t b) {
        return records.fields[a].values.size() > records.fields[b].values.size();
    });
    fields.resize(std::min(fields.size(), most));
    return fields;
}

/// For each of several hash functions, the least hash of any shingle (the upper half is enough).
using Signature = std::vector<std::uint32_t>;

void add_to_signature(std::uint64_t shingle, Signature& signature) {
    constexpr std::uint64_t golden = 0x9E37'79B9'7F4A'7C15;
    constexpr unsigned half = 32;
    std::uint64_t state = shingle;
    for (auto& least : signature) {
        state += golden;
        std::uint64_t mixed = (state ^ (state >> half)) * 0xD6E8'FEB8'6659'FD93;
        mixed ^= mixed >> half;
        least = std::min(least, static_cast<std::uint32_t>(mixed * golden >> half));
    }
}

void sign(const Records& records, std::uint32_t record, Signature& signature) {
    constexpr std::size_t most_points = 300;
    std::fill(signature.begin(), signature.end(), std::numeric_limits<std::uint32_t>::max());
    for (const auto& field : records.fields) {
        const std::u32string_view value = field.values[field.of_record[record]];
        for (const auto& shingle : shingles(value.substr(0, most_points))) {
            add_to_signature(shingle.hash, signature);
        }
    }
}

/// The bands of a record under which it is found.
void add_bands(const Signature& signature, Bands bands, std::uint32_t record,
               std::vector<BlockKey>& keys) {
    for (std::size_t band = 0; band < bands.count; ++band) {
        std::uint64_t key = band + 1;
        for (std::size_t row = 0; row < bands.rows; ++row) {
            key = combine(key, signature[band * bands.rows + row]);
        }
        keys.push_back({key, record});
    }
}

} // namespace

void add_value_keys(const Records& records, BlockKeys& keys) {
    constexpr std::size_t shortest = 3;
    for (std::size_t f = 0; f < records.fields.size(); ++f) {
        const Field& field = records.fields[f];
        for (std::uint32_t r = 0; r < records.size; ++r) {
            const std::uint32_t value = field.of_record[r];
            if (field.counts[value] > 1 && field.values[value].size() >= shortest) {
                keys.add({value_key(f, value), r});
            }
        }
    }
}

void add_value_pair_keys(const Records& records, BlockKeys& keys) {
    const auto fields = telling_fields(records);
    for (std::size_t i = 0; i < fields.size(); ++i) {
        for (std::size_t j = i + 1; j < fields.size(); ++j) {
            const Field& first = records.fields[fields[i]];
            const Field& second = records.fields[fields[j]];
            for (std::uint32_t r = 0; r < records.size; ++r) {
                const std::uint32_t a = first.of_record[r];
                const std::uint32_t b = second.of_record[r];
                if (a != 0 && b != 0 && first.counts[a] > 1 && second.counts[b] > 1) {
                    keys.add({combine(value_key(fields[i], a), value_key(fields[j], b)), r});
                }
            }
        }
    }
}

void add_word_keys(const Records& records, BlockKeys& keys) {
    for (const auto& field : records.fields) {
        for (std::uint32_t r = 0; r < records.size; ++r) {
            for (const auto word : words_in(field.values[field.of_record[r]])) {
                keys.add({hash_points(word), r});
            }
        }
    }
}

void add_similarity_keys(const Records& records, const Effort& effort, BlockKeys& keys,
                         Bands bands) {
    constexpr std::size_t stretch = 128;
    std::mutex mutex;
    for_stretches(records.size, stretch, effort, [&](std::size_t begin, std::size_t end) {
        Signature signature(bands.count * bands.rows);
        std::vector<BlockKey> found;
        found.reserve(stretch * bands.count);
        for (std::size_t r = begin; r < end; ++r) {
            const auto record = static_cast<std::uint32_t>(r);
            sign(records, record, signature);
            add_bands(signature, bands, record, found);
        }
        const std::scoped_lock lock(mutex);
        for (const auto& key : found) {
            keys.add(key);
        }
    });
}

} // namespace assay
