// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"

#include "assay/cli.hpp"
#include "assay/run_record.hpp"

#include "temp_dir.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <csignal>
#include <set>
#include <stdexcept>

#include <fcntl.h>
#include <unistd.h>

using namespace assay;
using namespace assay::cli;

namespace {

/// What a run wrote and how it ended.
struct Outcome {
    int status = 0;
    std::string out;
    std::string err;
};

class Stream {
public:
    Stream(const test::TempDir& folder, const std::string& name)
        : m_path(folder.file(name)),
          m_descriptor(::open(m_path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600)) {}
    ~Stream() { ::close(m_descriptor); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    int descriptor() const { return m_descriptor; }
    std::string text() const { return test::read_file(m_path); }

private:
    std::string m_path;
    int m_descriptor;
};

Outcome run_with(const Commands& commands, const std::vector<std::string>& arguments) {
    const test::TempDir folder;
    const Stream out(folder, "out");
    const Stream err(folder, "err");
    World world;
    world.commands = commands;
    world.environment = [](const std::string&) { return std::nullopt; };
    world.output = out.descriptor();
    world.error = err.descriptor();
    const int status = run(arguments, world);
    return {status, out.text(), err.text()};
}

CheckResult check(Status status, Severity severity) {
    CheckResult result;
    result.id = "table.rows";
    result.status = status;
    result.severity = severity;
    result.message = "said by the check";
    return result;
}

/// An audit that learns the outcome of one check.
Commands audit_with(Status status, Severity severity = Severity::critical) {
    Commands commands;
    commands.audit = [=](const AuditOptions&, const Context&) {
        Document document;
        document.checks.push_back(check(status, severity));
        return document;
    };
    return commands;
}

template <typename Exception>
Commands audit_throwing(const Exception& exception) {
    Commands commands;
    commands.audit = [=](const AuditOptions&, const Context&) -> Document { throw exception; };
    return commands;
}

} // namespace

TEST_CASE("the exit status follows what the command learned") {
    CHECK(run_with(audit_with(Status::pass), {"audit"}).status == 0);
    CHECK(run_with(audit_with(Status::skipped), {"audit"}).status == 0);
    CHECK(run_with(audit_with(Status::fail), {"audit"}).status == 1);
    CHECK(run_with(audit_with(Status::error), {"audit"}).status == 3);
    const auto warning = audit_with(Status::fail, Severity::warning);
    CHECK(run_with(warning, {"audit"}).status == 0);
    CHECK(run_with(warning, {"audit", "--fail-on", "warning"}).status == 1);
    CHECK(run_with(audit_with(Status::fail), {"audit", "--fail-on", "never"}).status == 0);
    CHECK(run_with(audit_throwing(Error(ErrorKind::connection, "x")), {"audit"}).status == 3);
    CHECK(run_with(audit_throwing(Error(ErrorKind::not_found, "x")), {"audit"}).status == 2);
    CHECK(run_with(audit_throwing(std::runtime_error("x")), {"audit"}).status == 3);
    CHECK(run_with({}, {"audit", "--nonsense"}).status == 2);
    CHECK(run_with({}, {}).status == 2);
    CHECK(run_with({}, {"audit", "--help"}).status == 0);
    CHECK(run_with({}, {"--version"}).status == 0);
}

TEST_CASE("the document holds the exit status and the facts of the run") {
    const Outcome outcome =
        run_with(audit_with(Status::fail), {"audit", "postgresql://u:pw@h/d", "--json"});
    const Document document = read_json(outcome.out, "out");
    CHECK(document.run.exit_code == 1);
    CHECK(document.run.complete);
    CHECK(document.run.command == "audit");
    CHECK(document.run.arguments ==
          std::vector<std::string>{"audit", "postgresql://u:***@h/d", "--json"});
    CHECK(document.run.id.size() == 36);
    CHECK(document.run.started_at > 0);
    CHECK(document.run.finished_at >= document.run.started_at);
    CHECK(outcome.err.empty());
}

TEST_CASE("a run that fails still prints its JSON, and a sentence on stderr") {
    const Outcome outcome = run_with(
        audit_throwing(Error(ErrorKind::connection, "there is no file 'x.db'", "look there")),
        {"audit", "x.db", "--json"});
    CHECK(outcome.status == 3);
    const Document document = read_json(outcome.out, "out");
    REQUIRE(document.errors.size() == 1);
    CHECK(document.errors[0].kind == "connection");
    CHECK_FALSE(document.run.complete);
    CHECK(document.run.exit_code == 3);
    CHECK(outcome.err == "assay: error: there is no file 'x.db'\n  hint: look there\n");
}

TEST_CASE("a call that is not understood gives JSON when that was asked for") {
    const Outcome outcome = run_with({}, {"audit", "--nonsense", "--json"});
    const Document document = read_json(outcome.out, "out");
    CHECK(document.run.command == "audit");
    CHECK(document.run.exit_code == 2);
    CHECK_FALSE(document.run.complete);
    REQUIRE(document.errors.size() == 1);
    CHECK(document.errors[0].kind == "usage");
    CHECK(run_with({}, {"audit", "--nonsense"}).out.empty());
}

TEST_CASE("case 289: messages are escaped before they reach the terminal") {
    const Outcome outcome =
        run_with(audit_throwing(Error(ErrorKind::connection, "a\x1b[31m\nb")), {"audit"});
    CHECK(outcome.err.find('\x1b') == std::string::npos);
    CHECK(outcome.err == "assay: error: a\\x1b[31m\\nb\n");
}

TEST_CASE("case 275: quiet is silent when all is well, twice quiet always") {
    for (const char* format : {"text", "json", "markdown"}) {
        CHECK(run_with(audit_with(Status::pass), {"audit", "-q", "-f", format}).out.empty());
        CHECK_FALSE(run_with(audit_with(Status::fail), {"audit", "-q", "-f", format}).out.empty());
        CHECK_FALSE(run_with(audit_with(Status::pass), {"audit", "-f", format}).out.empty());
    }
    const Outcome failed =
        run_with(audit_throwing(Error(ErrorKind::connection, "x")), {"audit", "-qq", "--json"});
    CHECK(failed.status == 3);
    CHECK(failed.out.empty());
    CHECK(failed.err.empty());
}

TEST_CASE("notes and statements are told on stderr, and only with -v") {
    Commands commands;
    commands.audit = [](const AuditOptions&, const Context& context) {
        context.observer.note("guessed\ta column");
        context.observer.sql("a/1", "SELECT 1\nFROM t");
        Document document;
        document.checks.push_back(check(Status::pass, Severity::info));
        return document;
    };
    CHECK(run_with(commands, {"audit"}).err.empty());
    CHECK(run_with(commands, {"audit", "-v"}).err ==
          "assay: note: guessed\\ta column\nassay: sql a/1: SELECT 1 FROM t\n");
}

TEST_CASE("results go to the files that were named, and nothing to stdout then") {
    const test::TempDir folder;
    const std::string main = folder.file("main.json");
    const std::string more = folder.file("more.md");
    const Outcome outcome = run_with(
        audit_with(Status::fail), {"audit", "--json", "-o", main, "--export", "markdown=" + more});
    CHECK(outcome.status == 1);
    CHECK(outcome.out.empty());
    CHECK(read_json(test::read_file(main), "main").run.exit_code == 1);
    CHECK_FALSE(test::read_file(more).empty());
}

TEST_CASE("an export that cannot be written is exit status 3 and stands in the result") {
    const Outcome outcome =
        run_with(audit_with(Status::fail), {"audit", "--json", "--export", "text=/dev/full"});
    CHECK(outcome.status == 3);
    const Document document = read_json(outcome.out, "out");
    CHECK(document.run.exit_code == 3);
    REQUIRE(document.errors.size() == 1);
    CHECK(document.errors[0].kind == "output");
    CHECK(outcome.err.find("could not write '/dev/full'") != std::string::npos);
}

TEST_CASE("an output folder that is missing is found before the command runs") {
    bool called = false;
    Commands commands;
    commands.audit = [&](const AuditOptions&, const Context&) {
        called = true;
        return Document{};
    };
    CHECK(run_with(commands, {"audit", "-o", "/nowhere/at/all"}).status == 3);
    CHECK_FALSE(called);
}

TEST_CASE("a database that is named as output by mistake is refused, once, and stays as it is") {
    const test::TempDir folder;
    const std::string path = folder.file("shop.db");
    const std::string bytes("SQLite format 3\0rest", 20);
    test::write_file(path, bytes);
    const std::vector<std::vector<std::string>> calls{
        {"audit", path, "--json", "-o", path}, {"audit", "--json", "--export", "text=" + path}};
    for (const auto& call : calls) {
        const Outcome outcome = run_with(audit_with(Status::pass), call);
        CHECK(outcome.status == 3);
        CHECK(test::read_file(path) == bytes);
        CHECK(read_json(outcome.out, "out").errors.size() == 1);
    }
}

TEST_CASE("a signal ends the run with 128 and its number, after an incomplete document") {
    Commands commands;
    commands.audit = [](const AuditOptions&, const Context& context) {
        ::kill(::getpid(), SIGTERM);
        while (!context.cancellation.requested()) {
            ::usleep(1000);
        }
        Document document;
        document.checks.push_back(check(Status::pass, Severity::info));
        return document;
    };
    const Outcome outcome = run_with(commands, {"audit", "--json"});
    CHECK(outcome.status == 128 + SIGTERM);
    const Document document = read_json(outcome.out, "out");
    CHECK_FALSE(document.run.complete);
    CHECK(document.run.exit_code == 128 + SIGTERM);
    REQUIRE(document.errors.size() == 1);
    CHECK(document.errors.front().kind == "cancelled");
    CHECK(outcome.err == "assay: interrupted, stopping; once more leaves at once\n"
                         "assay: error: the run was interrupted\n");
}

TEST_CASE("cases 161, 174, 270: the flag --max-runtime asks the command to stop") {
    Commands commands;
    commands.audit = [](const AuditOptions&, const Context& context) -> Document {
        while (true) {
            context.cancellation.check();
            ::usleep(1000);
        }
    };
    const Outcome outcome = run_with(commands, {"audit", "--max-runtime", "20ms", "--json"});
    CHECK(outcome.status == 3);
    CHECK(read_json(outcome.out, "out").errors.at(0).kind == "timeout");
}

TEST_CASE("a run whose time ended after its last look at the clock says so, too") {
    Commands commands;
    commands.audit = [](const AuditOptions&, const Context& context) {
        while (!context.cancellation.requested()) {
            ::usleep(1000);
        }
        return Document{};
    };
    const Outcome outcome = run_with(commands, {"audit", "--max-runtime", "20ms", "--json"});
    CHECK(outcome.status == 3);
    const Document document = read_json(outcome.out, "out");
    CHECK_FALSE(document.run.complete);
    CHECK(document.errors.at(0).kind == "timeout");
}

TEST_CASE("report reads its files and hands them on") {
    const test::TempDir folder;
    test::write_file(folder.file("a.json"), "{\"a\": 1}");
    std::vector<std::string> seen;
    Commands commands;
    commands.report = [&](const ReportOptions& options) {
        for (const auto& result : options.results) {
            seen.push_back(result.name + ' ' + result.json);
        }
        Document document;
        document.checks.push_back(check(Status::pass, Severity::info));
        return document;
    };
    const std::string path = folder.file("a.json");
    CHECK(run_with(commands, {"report", path, path}).status == 0);
    CHECK(seen == std::vector<std::string>{path + " {\"a\": 1}", path + " {\"a\": 1}"});
    CHECK(run_with(commands, {"report", folder.file("no.json")}).status == 3);
}

TEST_CASE("run ids are random UUIDs of version 4") {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const std::string id = make_uuid();
        REQUIRE(id.size() == 36);
        CHECK(id[14] == '4');
        CHECK(std::string("89ab").find(id[19]) != std::string::npos);
        seen.insert(id);
    }
    CHECK(seen.size() == 100);
}
