// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
// Takes the place of libFuzzer where the compiler has none: runs every seed, and then seeds that
// were changed at random, until the time is up. It does not see what an input reaches; the preset
// fuzz does, with the same targets.
//
// usage: PROGRAM [-max_total_time=SECONDS] [-seed=N] FOLDER|FILE...
#include "fuzz.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

namespace {

using Input = std::vector<std::uint8_t>;
using Clock = std::chrono::steady_clock;

constexpr unsigned slowest = 10; // seconds that one input may take

/// For the signal handler, which can reach nothing else.
const Input* running = nullptr;

/// Keep the input that did it.
void on_crash(int signal) {
    const int file = ::open("crash-input", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file >= 0 && running != nullptr) {
        static_cast<void>(::write(file, running->data(), running->size()));
        ::close(file);
    }
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

void run(const Input& input) {
    running = &input;
    ::alarm(slowest);
    LLVMFuzzerTestOneInput(input.data(), input.size());
    ::alarm(0);
    running = nullptr;
}

Input read(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

class Mutator {
public:
    Mutator(const std::vector<Input>& seeds, unsigned seed) : m_seeds(seeds), m_random(seed) {}

    Input next() {
        Input input = any_seed();
        for (std::size_t changes = 1 + below(6); changes > 0; --changes) {
            change(input);
        }
        return input;
    }

private:
    std::size_t below(std::size_t end) {
        return end == 0 ? 0 : std::uniform_int_distribution<std::size_t>(0, end - 1)(m_random);
    }
    const Input& any_seed() { return m_seeds[below(m_seeds.size())]; }
    std::ptrdiff_t place(const Input& input) {
        return static_cast<std::ptrdiff_t>(below(input.size()));
    }
    std::uint8_t any_byte() {
        constexpr std::array<std::uint8_t, 12> odd = {0,   1,   0x7f, 0x80, 0xff, 0x1b,
                                                      '"', '%', '\\', '-',  '0',  '9'};
        return below(2) == 0 ? odd.at(below(odd.size())) : static_cast<std::uint8_t>(below(256));
    }

    void change(Input& input) {
        constexpr std::size_t largest = std::size_t{1} << 16U;
        if (input.empty()) {
            input.push_back(any_byte());
            return;
        }
        const auto at = input.begin() + place(input);
        switch (below(6)) {
        case 0: *at = any_byte(); break;
        case 1: *at = static_cast<std::uint8_t>(*at ^ (1U << below(8))); break;
        case 2: input.insert(at, any_byte()); break;
        case 3:
            input.erase(at, at + static_cast<std::ptrdiff_t>(
                                     1 + below(std::min<std::size_t>(
                                             16, static_cast<std::size_t>(input.end() - at)))));
            break;
        case 4: {
            const Input other = any_seed();
            if (!other.empty() && input.size() < largest) {
                input.erase(at, input.end());
                input.insert(input.end(), other.begin() + place(other), other.end());
            }
            break;
        }
        default:
            if (input.size() < largest) {
                const Input piece(at, at + std::min<std::ptrdiff_t>(32, input.end() - at));
                input.insert(input.begin() + place(input), piece.begin(), piece.end());
            }
        }
    }

    const std::vector<Input>& m_seeds;
    std::mt19937 m_random;
};

} // namespace

int main(int count, char** words) {
    long seconds = 10;
    unsigned seed = std::random_device{}();
    std::vector<Input> seeds;
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        if (word.rfind("-max_total_time=", 0) == 0) {
            seconds = std::stol(word.substr(word.find('=') + 1));
        } else if (word.rfind("-seed=", 0) == 0) {
            seed = static_cast<unsigned>(std::stoul(word.substr(word.find('=') + 1)));
        } else if (std::filesystem::is_directory(word)) {
            std::vector<std::filesystem::path> paths;
            for (const auto& entry : std::filesystem::directory_iterator(word)) {
                paths.push_back(entry.path());
            }
            std::sort(paths.begin(), paths.end());
            for (const auto& path : paths) {
                seeds.push_back(read(path));
            }
        } else {
            seeds.push_back(read(word));
        }
    }
    if (seeds.empty()) {
        std::fprintf(stderr, "no seeds\n");
        return 2;
    }
    for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM}) {
        std::signal(signal, on_crash);
    }
    std::printf("seed %u, %zu seeds\n", seed, seeds.size());
    std::fflush(stdout);
    std::for_each(seeds.begin(), seeds.end(), run);
    Mutator mutator(seeds, seed);
    const auto end = Clock::now() + std::chrono::seconds(seconds);
    long runs = static_cast<long>(seeds.size());
    for (; Clock::now() < end; ++runs) {
        run(mutator.next());
    }
    std::printf("%ld inputs, no finding\n", runs);
    return 0;
}
