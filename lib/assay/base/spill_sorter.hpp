// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/error.hpp"
#include "assay/base/temp_file.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace assay {

/// Things by the bytes that stand for them in memory, for a file that nobody else reads.
template <typename Thing>
std::string_view bytes_of(std::span<const Thing> things) noexcept {
    static_assert(std::is_trivially_copyable_v<Thing>);
    return {reinterpret_cast<const char*>(things.data()), things.size_bytes()};
}

/// Things one behind the other in a file.
struct SpilledRun {
    std::int64_t offset = 0;
    std::int64_t count = 0;
};

/// Hands out the things of a run, some at a time from the file.
template <typename Thing>
class RunReader {
public:
    /// @param buffer things that are read at a time
    RunReader(const TempFile& file, const SpilledRun& run, std::size_t buffer)
        : m_file(&file), m_rest(run), m_buffer(buffer) {
        fill();
    }

    bool is_over() const noexcept { return m_next == m_end; }
    const Thing& get() const noexcept { return m_buffer[m_next]; }
    void advance() {
        if (++m_next == m_end) {
            fill();
        }
    }

private:
    void fill() {
        m_next = 0;
        m_end = static_cast<std::size_t>(
            std::min(m_rest.count, static_cast<std::int64_t>(m_buffer.size())));
        const std::span things(m_buffer.data(), m_end);
        if (!things.empty()) {
            m_file->read(m_rest.offset,
                         {reinterpret_cast<char*>(things.data()), things.size_bytes()});
        }
        m_rest.offset += static_cast<std::int64_t>(things.size_bytes());
        m_rest.count -= static_cast<std::int64_t>(m_end);
    }

    const TempFile* m_file;
    SpilledRun m_rest;
    std::vector<Thing> m_buffer;
    std::size_t m_next = 0;
    std::size_t m_end = 0;
};

/// Puts things into their order: in memory as long as they fit, beyond that in sorted runs in a
/// file, which are merged. However alike they are, it takes no more memory.
template <typename Thing>
class SpillSorter {
public:
    using Check = std::function<void()>; ///< called now and then; throws to end the work
    using Visit = std::function<void(const Thing& thing)>;

    /// @param bytes for things: five eighths are taken, as KeyMemory does
    /// @param file where things go that memory does not hold; must outlive this. Nobody else may
    /// write to it while for_sorted() runs, but for its visits.
    /// @param check empty: nobody can stop it
    SpillSorter(std::size_t bytes, TempFile& file, Check check)
        : m_file(&file), m_check(std::move(check)),
          m_most(std::max(bytes / 8 * 5 / sizeof(Thing), 3 * least_buffer)) {}

    /// @throws Error of kind output if the file cannot be written.
    void add(const Thing& thing) {
        if (m_things.size() == m_things.capacity()) {
            make_room();
        }
        m_things.push_back(thing);
    }

    /// Call `visit` with all things in order, once. Nothing may be added then.
    /// @throws Error of kind output, and what the check throws.
    void for_sorted(const Visit& visit) {
        if (m_runs.empty()) {
            std::sort(m_things.begin(), m_things.end());
            std::for_each(m_things.begin(), m_things.end(), visit);
            std::vector<Thing>().swap(m_things);
            return;
        }
        spill();
        std::vector<Thing>().swap(m_things); // the readers need the memory
        merge_down();
        merge(0, m_runs.size(), visit);
    }

    /// That went into the file, those twice that were merged twice.
    std::int64_t spilled_bytes() const noexcept { return m_spilled_bytes; }

private:
    /// Things that are read or written at a time, at least: less takes as long for the file.
    static constexpr std::size_t least_buffer = 64;

    /// Writes a run, some things at a time, where nobody else writes to the file.
    class RunWriter {
    public:
        explicit RunWriter(TempFile& file) : m_file(file) { m_buffer.reserve(least_buffer); }

        void add(const Thing& thing) {
            if (m_buffer.size() == least_buffer) {
                flush();
            }
            m_buffer.push_back(thing);
        }
        SpilledRun finish() {
            flush();
            return m_run;
        }

    private:
        void flush() {
            if (m_buffer.empty()) {
                return;
            }
            const std::array pieces{bytes_of<Thing>(m_buffer)};
            const std::int64_t offset = m_file.append(pieces);
            m_run.offset = m_run.count == 0 ? offset : m_run.offset;
            if (offset != m_run.offset + m_run.count * static_cast<std::int64_t>(sizeof(Thing))) {
                throw Error(ErrorKind::internal, "two sorters merge in one temporary file");
            }
            m_run.count += static_cast<std::int64_t>(m_buffer.size());
            m_buffer.clear();
        }

        TempFile& m_file;
        SpilledRun m_run;
        std::vector<Thing> m_buffer;
    };

    void make_room() {
        if (m_things.size() >= m_most) {
            spill();
            return;
        }
        m_things.reserve(std::clamp(2 * m_things.size(), least_buffer, m_most));
    }

    void spill() {
        std::sort(m_things.begin(), m_things.end());
        const std::array pieces{bytes_of<Thing>(m_things)};
        m_runs.push_back({m_file->append(pieces), static_cast<std::int64_t>(m_things.size())});
        m_spilled_bytes += static_cast<std::int64_t>(pieces.front().size());
        m_things.clear();
    }

    /// One buffer is for what is written.
    std::size_t most_readers() const noexcept { return m_most / least_buffer - 1; }

    void merge(std::size_t first, std::size_t last, const Visit& visit) const {
        const std::size_t buffer = std::min(m_most / (last - first + 1), std::size_t{65'536});
        std::vector<RunReader<Thing>> readers;
        for (std::size_t i = first; i < last; ++i) {
            readers.emplace_back(*m_file, m_runs[i], buffer);
        }
        // A heap whose top has the first thing.
        const auto is_later = [&](std::size_t left, std::size_t right) {
            return readers[right].get() < readers[left].get();
        };
        std::vector<std::size_t> heap;
        for (std::size_t i = 0; i < readers.size(); ++i) {
            heap.push_back(i);
        }
        std::make_heap(heap.begin(), heap.end(), is_later);
        constexpr std::int64_t now_and_then = 65'536;
        for (std::int64_t count = 1; !heap.empty(); ++count) {
            if (m_check && count % now_and_then == 0) {
                m_check();
            }
            std::pop_heap(heap.begin(), heap.end(), is_later);
            RunReader<Thing>& reader = readers[heap.back()];
            visit(reader.get());
            reader.advance();
            if (reader.is_over()) {
                heap.pop_back();
            } else {
                std::push_heap(heap.begin(), heap.end(), is_later);
            }
        }
    }

    /// Merge some runs at a time into longer ones, until all that are left can be read at once.
    void merge_down() {
        while (m_runs.size() > most_readers()) {
            std::vector<SpilledRun> longer;
            for (std::size_t first = 0; first < m_runs.size(); first += most_readers()) {
                RunWriter writer(*m_file);
                merge(first, std::min(first + most_readers(), m_runs.size()),
                      [&](const Thing& thing) { writer.add(thing); });
                longer.push_back(writer.finish());
                m_spilled_bytes += longer.back().count * static_cast<std::int64_t>(sizeof(Thing));
            }
            m_runs = std::move(longer);
        }
    }

    TempFile* m_file;
    Check m_check;
    std::size_t m_most;
    std::vector<Thing> m_things;
    std::vector<SpilledRun> m_runs;
    std::int64_t m_spilled_bytes = 0;
};

} // namespace assay
