// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/file_system.hpp"
#include "sqlite_support.hpp"

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

namespace assay {
namespace {

using test::error_of;
using test::folder_content;
using test::OpenFile;
using test::run_sqlite;
using test::TempDir;
using test::write_file;

constexpr const char* three_rows = "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT);"
                                   "INSERT INTO t VALUES(1,'a'),(2,'b'),(3,NULL);";

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

void require_refused(const std::string& path, std::string_view part) {
    const Error error = error_of([&] { OpenFile file(path); });
    INFO(error.what());
    CHECK(error.kind() == ErrorKind::connection);
    CHECK(contains(error.what(), part));
    CHECK(contains(error.what(), path));
}

TEST_CASE("case 194: a missing file is a connection error and is not created") {
    const TempDir folder;
    run_sqlite(folder.file("shop.db"), three_rows);
    const auto before = folder_content(folder.path());
    const Error error = error_of([&] { OpenFile file(folder.file("shpo.db")); });
    CHECK(error.kind() == ErrorKind::connection);
    CHECK(contains(error.what(), "does not exist"));
    CHECK(contains(error.hint(), "shop.db"));
    CHECK(folder_content(folder.path()) == before);
}

TEST_CASE("what is not a database file is refused, each with its reason") {
    const TempDir folder;
    std::filesystem::create_directory(folder.file("folder"));
    require_refused(folder.file("folder"), "a directory");
    REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
    require_refused(folder.file("pipe"), "a named pipe");
    write_file(folder.file("empty"), "");
    require_refused(folder.file("empty"), "empty (0 bytes)");
    write_file(folder.file("one"), "x");
    require_refused(folder.file("one"), "too small");
    write_file(folder.file("small"), std::string(511, 'x'));
    require_refused(folder.file("small"), "511 bytes");
    write_file(folder.file("text"), std::string(5000, 'x'));
    require_refused(folder.file("text"), "not a SQLite database");
    std::filesystem::create_symlink(folder.file("loop"), folder.file("loop"));
    require_refused(folder.file("loop"), "cannot be opened");
    CHECK_THROWS_AS(OpenFile("/dev/null"), Error);
}

TEST_CASE("a file of a newer format is refused") {
    const TempDir folder;
    const std::string path = folder.file("new.db");
    run_sqlite(path, three_rows);
    std::string bytes = test::read_file(path);
    bytes[18] = 3;
    bytes[19] = 3;
    write_file(path, bytes);
    require_refused(path, "too new");
}

TEST_CASE("a truncated or damaged file is a connection error") {
    const TempDir folder;
    const std::string path = folder.file("cut.db");
    run_sqlite(path, std::string(three_rows) +
                         "CREATE TABLE u(x); INSERT INTO u SELECT randomblob(9000);");
    const std::string bytes = test::read_file(path);
    write_file(path, bytes.substr(0, 4096));
    const Error error = error_of([&] {
        OpenFile file(path);
        file.read("t");
    });
    CHECK(error.kind() == ErrorKind::connection);
    CHECK(contains(error.what(), "damaged"));
}

TEST_CASE("a file that may not be read is a permission error") {
    const TempDir folder;
    const std::string path = folder.file("secret.db");
    run_sqlite(path, three_rows);
    std::filesystem::permissions(path, std::filesystem::perms::none);
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    // Root may read everything.
    const bool is_root = ::geteuid() == 0;
    constexpr uid_t nobody = 65534;
    if (is_root) {
        REQUIRE(::seteuid(nobody) == 0);
    }
    const auto attempt = [&] { OpenFile file(path); };
    std::optional<Error> error;
    try {
        attempt();
    } catch (const Error& caught) {
        error = caught;
    }
    if (is_root) {
        REQUIRE(::seteuid(0) == 0);
    }
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::permission);
}

TEST_CASE("reading leaves the file and its folder as they were") {
    const TempDir folder;
    const std::string path = folder.file("we?ird #%41 name.db");
    const auto mode = GENERATE("DELETE", "WAL", "TRUNCATE", "PERSIST");
    run_sqlite(path, std::string("PRAGMA journal_mode=") + mode + ";" + three_rows);
    const auto before = folder_content(folder.path());
    {
        OpenFile file(path);
        CHECK(file.read("t").rows.size() == 3);
        const auto fork = file.session->fork();
        REQUIRE(fork);
        CHECK(folder_content(folder.path()) == before);
    }
    CHECK(folder_content(folder.path()) == before);
}

TEST_CASE("a WAL that a crash left behind is read and stays as it was") {
    const TempDir folder;
    const std::string path = folder.file("left.db");
    test::crash_sqlite(path, std::string("PRAGMA journal_mode=WAL;") + three_rows);
    const auto before = folder_content(folder.path());
    REQUIRE(before.count("left.db-wal") == 1);
    REQUIRE_FALSE(before.at("left.db-wal").empty());
    {
        OpenFile file(path);
        CHECK(file.read("t").rows.size() == 3);
        CHECK(file.session->catalog().notes.empty());
    }
    CHECK(folder_content(folder.path()) == before);
}

TEST_CASE("case 205: a WAL without its index is explained, not half read") {
    const TempDir folder;
    const std::string path = folder.file("left.db");
    test::crash_sqlite(path, std::string("PRAGMA journal_mode=WAL;") + three_rows);
    std::filesystem::remove(path + "-shm");
    const auto before = folder_content(folder.path());
    require_refused(path, "write-ahead log");
    CHECK(folder_content(folder.path()) == before);
}

TEST_CASE("case 204: an interrupted transaction is not rolled back") {
    const TempDir folder;
    const std::string path = folder.file("hot.db");
    run_sqlite(path, three_rows);
    // A cache of one page writes to the file before the commit that never comes.
    test::crash_sqlite(path, "PRAGMA cache_size=1; PRAGMA cache_spill=1; BEGIN;"
                             "INSERT INTO t(name) WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL "
                             "SELECT x+1 FROM n LIMIT 5000) SELECT hex(randomblob(50)) FROM n;");
    const auto before = folder_content(folder.path());
    REQUIRE(before.count("hot.db-journal") == 1);
    require_refused(path, "interrupted transaction");
    CHECK(folder_content(folder.path()) == before);
    const Error error = error_of([&] { OpenFile file(path, std::chrono::seconds(30), true); });
    CHECK(contains(error.what(), "immutable"));
}

TEST_CASE("a WAL database without side files that changes under us is an error") {
    const TempDir folder;
    const std::string path = folder.file("wal.db");
    run_sqlite(path, std::string("PRAGMA journal_mode=WAL;") + three_rows);
    OpenFile file(path);
    CHECK(file.session->catalog().notes.size() == 1);
    run_sqlite(path, "INSERT INTO t VALUES(4,'d')");
    const Error error = error_of([&] { file.read("t"); });
    CHECK(error.kind() == ErrorKind::changed);
    CHECK(error_of([&] { file.session->fork(); }).kind() == ErrorKind::changed);
}

TEST_CASE("case 206: immutable=1 is refused while changes wait in the WAL") {
    const TempDir folder;
    const std::string path = folder.file("wal.db");
    test::crash_sqlite(path, std::string("PRAGMA journal_mode=WAL;") + three_rows);
    const Error error = error_of([&] { OpenFile file(path, std::chrono::seconds(30), true); });
    CHECK(error.kind() == ErrorKind::connection);
    CHECK(contains(error.what(), "immutable"));
}

TEST_CASE("a database that somebody else writes exclusively is locked") {
    const TempDir folder;
    const std::string path = folder.file("busy.db");
    run_sqlite(path, three_rows);
    SQLite::Database writer(path, SQLite::OPEN_READWRITE);
    writer.exec("BEGIN EXCLUSIVE");
    const Error error = error_of([&] { OpenFile file(path); });
    CHECK(error.kind() == ErrorKind::locked);
    CHECK(contains(error.hint(), "--lock-timeout"));
    writer.exec("ROLLBACK");
    OpenFile file(path);
    CHECK(file.read("t").rows.size() == 3);
}

TEST_CASE("our locks survive that the same file is opened again") {
    const TempDir folder;
    const std::string path = folder.file("twice.db");
    run_sqlite(path, three_rows);
    OpenFile first(path);
    const OpenFile second(path);
    // Another process must still find the file locked: a commit would need it for itself alone.
    CHECK_THROWS(test::crash_sqlite(path, "PRAGMA busy_timeout=0; DELETE FROM t;"));
    CHECK(first.read("t").rows.size() == 3);
}

TEST_CASE("case 177: a session sees one state of a WAL database while others write") {
    const TempDir folder;
    const std::string path = folder.file("live.db");
    SQLite::Database writer(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    writer.exec(std::string("PRAGMA journal_mode=WAL;") + three_rows);
    OpenFile file(path);
    const auto early = file.session->fork();
    REQUIRE(early);
    writer.exec("INSERT INTO t VALUES(4,'d')");
    CHECK(file.read("t").rows.size() == 3);
    const TableSchema table = file.table("t");
    test::Collector collector;
    early->scan(OpenFile::request_for(table), collector);
    CHECK(collector.rows.size() == 3);
    // The new state is not ours: no fork is better than a wrong one.
    CHECK(file.session->fork() == nullptr);
}

TEST_CASE("case 174: whoever waits to write has a turn when a snapshot is renewed") {
    const TempDir folder;
    const std::string path = folder.file("busy.db");
    run_sqlite(path, std::string(three_rows) + "CREATE TABLE u(i); CREATE TABLE gone(i);");
    OpenFile file(path);
    const Catalog catalog = file.session->catalog();
    const Micros before = file.session->source().snapshot_at;
    CHECK_FALSE(file.session->is_old());
    const auto rows_of = [&](const std::string& name) {
        const auto table =
            std::find_if(catalog.tables.begin(), catalog.tables.end(),
                         [&name](const TableSchema& other) { return other.ref.name == name; });
        test::Collector collector;
        file.session->scan(OpenFile::request_for(*table), collector);
        return collector.rows.size();
    };
    CHECK(rows_of("t") == 3);
    std::atomic<bool> is_done{false};
    std::jthread writing([&] {
        SQLite::Database writer(path, SQLite::OPEN_READWRITE);
        writer.setBusyTimeout(30'000);
        writer.exec("INSERT INTO t VALUES(4,'d'); ALTER TABLE u ADD COLUMN j; DROP TABLE gone;");
        is_done = true;
    });
    while (!is_done) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        file.session->renew();
    }
    file.session->renew();
    CHECK(rows_of("t") == 4);
    CHECK(file.session->source().snapshot_at > before);
    CHECK(file.session->fork() != nullptr);
    for (const char* name : {"u", "gone"}) {
        const Error error = error_of([&] { rows_of(name); });
        CHECK(error.kind() == ErrorKind::changed);
        CHECK(contains(error.what(), "altered since the run began"));
    }
}

TEST_CASE("a snapshot is renewed once whoever writes is done, and not given up at once") {
    const TempDir folder;
    const std::string path = folder.file("busy.db");
    run_sqlite(path, three_rows);
    OpenFile file(path);
    file.read("t");
    std::jthread writing([&path] {
        SQLite::Database writer(path, SQLite::OPEN_READWRITE);
        writer.setBusyTimeout(10'000);
        writer.exec("BEGIN EXCLUSIVE; INSERT INTO t VALUES(4,'d')");
        std::this_thread::sleep_for(
            std::chrono::milliseconds(700)); // longer than we wait for locks
        writer.exec("COMMIT");
    });
    while (!file.session->is_old()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    while (file.read("t").rows.size() == 3) {
        file.session->renew();
    }
    writing.join();
    CHECK(file.read("t").rows.size() == 4);
}

TEST_CASE("a fork of a file that was replaced is refused") {
    const TempDir folder;
    const std::string path = folder.file("old.db");
    run_sqlite(path, three_rows);
    run_sqlite(folder.file("new.db"), three_rows);
    OpenFile file(path);
    std::filesystem::rename(folder.file("new.db"), path);
    CHECK(error_of([&] { file.session->fork(); }).kind() == ErrorKind::changed);
    CHECK(error_of([&] { file.read("t"); }).kind() == ErrorKind::changed);
}

TEST_CASE("case 207: a file that was overwritten or deleted while it is read has changed") {
    const TempDir folder;
    const std::string path = folder.file("shop.db");
    run_sqlite(folder.file("other.db"),
               std::string(three_rows) + "INSERT INTO t SELECT id + 3, name FROM t;");
    for (const std::string mode : {"DELETE", "WAL"}) {
        CAPTURE(mode);
        run_sqlite(path, "PRAGMA journal_mode=" + mode + ";" + std::string(three_rows));
        OpenFile file(path);
        CHECK(file.read("t").rows.size() == 3);
        write_file(path, test::read_file(folder.file("other.db")));
        CHECK(error_of([&] { file.read("t"); }).kind() == ErrorKind::changed);
        std::filesystem::remove(path);
        const Error error = error_of([&] { file.read("t"); });
        CHECK(error.kind() == ErrorKind::changed);
        CHECK(contains(error.what(), "deleted"));
    }
}

TEST_CASE("case 199: a file that ends in the middle of its last page is damaged") {
    const TempDir folder;
    const std::string path = folder.file("cut.db");
    run_sqlite(path, three_rows);
    const std::string bytes = test::read_file(path);
    write_file(path, bytes.substr(0, bytes.size() - 100));
    const Error error = error_of([&] { OpenFile file(path); });
    CHECK(error.kind() == ErrorKind::connection);
    CHECK(contains(error.what(), "damaged"));
}

TEST_CASE("the source says what was opened") {
    const TempDir folder;
    const std::string path = folder.file("shop.db");
    run_sqlite(path, three_rows);
    const OpenFile file(path);
    const SourceInfo& source = file.session->source();
    CHECK(source.kind == StoreKind::sqlite);
    CHECK(source.url == path);
    CHECK(source.role == "file");
    CHECK(source.read_only);
    CHECK(source.server_version.starts_with("3."));
    CHECK(source.snapshot_at > 0);
    CHECK(file.recorder.statements.front().starts_with("a: "));
}

TEST_CASE("case 209: file systems on which other machines write are known by their number") {
    CHECK(remote_file_system(0x6969) == "NFS");
    CHECK(remote_file_system(0xfe534d42) == "SMB");
    CHECK(remote_file_system(0xef53).empty()); // ext4
    CHECK(remote_file_system_of("/nowhere/at all").empty());
    CHECK(remote_file_system_of("/proc").empty());
}

TEST_CASE("a cancelled run does not open a database") {
    const TempDir folder;
    const std::string path = folder.file("shop.db");
    run_sqlite(path, three_rows);
    test::Recorder recorder;
    Cancellation cancellation;
    cancellation.request(2);
    SessionOptions options;
    options.observer = &recorder;
    options.cancellation = &cancellation;
    Location location;
    location.target = path;
    CHECK(error_of([&] { open_session(location, options); }).kind() == ErrorKind::cancelled);
}

} // namespace
} // namespace assay
