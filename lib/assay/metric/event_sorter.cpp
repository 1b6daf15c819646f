// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/event_sorter.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <type_traits>

namespace assay {
namespace {

constexpr std::size_t event_bytes = sizeof(Event);
static_assert(std::is_trivially_copyable_v<Event> && event_bytes == 24);

/// Events that are read or written at a time, at least: less takes as long for the file.
constexpr std::size_t least_buffer = 64;

/// An event by the bytes that stand for it in memory, for a file that nobody else reads.
std::string_view bytes_of(std::span<const Event> events) noexcept {
    return {reinterpret_cast<const char*>(events.data()), events.size_bytes()};
}

} // namespace

/// Hands out the events of a run, some at a time from the file.
class EventSorter::RunReader {
public:
    RunReader(const TempFile& file, const Run& run, std::size_t buffer)
        : m_file(&file), m_rest(run), m_buffer(buffer) {
        fill();
    }

    bool is_over() const noexcept { return m_next == m_end; }
    const Event& event() const noexcept { return m_buffer[m_next]; }
    void advance() {
        if (++m_next == m_end) {
            fill();
        }
    }

private:
    void fill() {
        m_next = 0;
        m_end = static_cast<std::size_t>(
            std::min(m_rest.events, static_cast<std::int64_t>(m_buffer.size())));
        const std::span events(m_buffer.data(), m_end);
        if (!events.empty()) {
            m_file->read(m_rest.offset,
                         {reinterpret_cast<char*>(events.data()), events.size_bytes()});
        }
        m_rest.offset += static_cast<std::int64_t>(events.size_bytes());
        m_rest.events -= static_cast<std::int64_t>(m_end);
    }

    const TempFile* m_file;
    Run m_rest;
    std::vector<Event> m_buffer;
    std::size_t m_next = 0;
    std::size_t m_end = 0;
};

/// Writes a run, some events at a time, where nobody else writes to the file.
class EventSorter::RunWriter {
public:
    explicit RunWriter(TempFile& file) : m_file(file) { m_buffer.reserve(least_buffer); }

    void add(const Event& event) {
        if (m_buffer.size() == least_buffer) {
            flush();
        }
        m_buffer.push_back(event);
    }
    Run finish() {
        flush();
        return m_run;
    }

private:
    void flush() {
        if (m_buffer.empty()) {
            return;
        }
        const std::array pieces{bytes_of(m_buffer)};
        const std::int64_t offset = m_file.append(pieces);
        m_run.offset = m_run.events == 0 ? offset : m_run.offset;
        m_run.events += static_cast<std::int64_t>(m_buffer.size());
        m_buffer.clear();
    }

    TempFile& m_file;
    Run m_run;
    std::vector<Event> m_buffer;
};

EventSorter::EventSorter(std::size_t bytes, TempFile& file, const Cancellation* cancellation)
    : m_file(&file), m_cancellation(cancellation),
      m_most_events(std::max(bytes / 8 * 5 / event_bytes, 3 * least_buffer)) {}

void EventSorter::make_room() {
    if (m_events.size() >= m_most_events) {
        spill();
        return;
    }
    m_events.reserve(std::clamp(2 * m_events.size(), least_buffer, m_most_events));
}

void EventSorter::spill() {
    std::sort(m_events.begin(), m_events.end());
    const std::array pieces{bytes_of(m_events)};
    m_runs.push_back({m_file->append(pieces), static_cast<std::int64_t>(m_events.size())});
    m_spilled_bytes += static_cast<std::int64_t>(pieces.front().size());
    m_events.clear();
}

/// One buffer is for what is written.
std::size_t EventSorter::most_readers() const noexcept { return m_most_events / least_buffer - 1; }

void EventSorter::merge(std::size_t first, std::size_t last, const Visit& visit) const {
    const std::size_t buffer = std::min(m_most_events / (last - first + 1), std::size_t{65'536});
    std::vector<RunReader> readers;
    for (std::size_t i = first; i < last; ++i) {
        readers.emplace_back(*m_file, m_runs[i], buffer);
    }
    // A heap whose top has the first event.
    const auto is_later = [&](std::size_t left, std::size_t right) {
        return readers[right].event() < readers[left].event();
    };
    std::vector<std::size_t> heap;
    for (std::size_t i = 0; i < readers.size(); ++i) {
        heap.push_back(i);
    }
    std::make_heap(heap.begin(), heap.end(), is_later);
    constexpr std::int64_t now_and_then = 65'536;
    for (std::int64_t count = 1; !heap.empty(); ++count) {
        if (m_cancellation != nullptr && count % now_and_then == 0) {
            m_cancellation->check();
        }
        std::pop_heap(heap.begin(), heap.end(), is_later);
        RunReader& reader = readers[heap.back()];
        visit(reader.event());
        reader.advance();
        if (reader.is_over()) {
            heap.pop_back();
        } else {
            std::push_heap(heap.begin(), heap.end(), is_later);
        }
    }
}

/// Merge some runs at a time into longer ones, until all that are left can be read at once.
void EventSorter::merge_down() {
    while (m_runs.size() > most_readers()) {
        std::vector<Run> longer;
        for (std::size_t first = 0; first < m_runs.size(); first += most_readers()) {
            RunWriter writer(*m_file);
            merge(first, std::min(first + most_readers(), m_runs.size()),
                  [&](const Event& event) { writer.add(event); });
            longer.push_back(writer.finish());
            m_spilled_bytes += longer.back().events * static_cast<std::int64_t>(event_bytes);
        }
        m_runs = std::move(longer);
    }
}

void EventSorter::for_sorted(const Visit& visit) {
    if (m_runs.empty()) {
        std::sort(m_events.begin(), m_events.end());
        std::for_each(m_events.begin(), m_events.end(), visit);
        return;
    }
    spill();
    std::vector<Event>().swap(m_events); // the readers need the memory
    merge_down();
    merge(0, m_runs.size(), visit);
}

} // namespace assay
