// Cases in one SQLite file; tables of a foreign one. WAL and synchronous=FULL are set and read back: what commit() said is
// there after a crash. The schema is documented in docs/durability.md.

#include <fstream>
#include <string>
#include <utility>

#include <sqlite3.h>

#include "aftercare/store.hpp"

#include "store/tables.hpp"

namespace aftercare {

namespace {

constexpr int schema_version = 1;
constexpr int application_id = 0x41465443;  // "AFTC": a file of ours
constexpr int busy_milliseconds = 5000;

constexpr const char* schema = R"sql(
create table cases(
  id text primary key, procedure text not null, key text not null, version integer not null,
  is_open integer not null, next_timer integer, state blob not null, number integer not null) without rowid;
create unique index cases_open on cases(procedure, key) where is_open and key <> '';
create index cases_timer on cases(next_timer, id) where next_timer is not null;
create index cases_number on cases(number);
create table steps(case_id text not null, step integer not null, bytes blob not null,
  primary key(case_id, step)) without rowid;
create table entries(id integer primary key, ledger text not null, subject text not null,
  on_day integer not null, case_id text not null, bytes blob not null);
create index entries_subject on entries(ledger, subject, id);
create index entries_case on entries(case_id, id) where case_id <> '';
create table answers(message_id text primary key, answer blob not null) without rowid;
)sql";

/// A prepared statement, reset when the use of it ends.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) noexcept : statement_(statement) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

  Statement& bind(int at, std::string_view text) {
    sqlite3_bind_text64(statement_, at, text.data() == nullptr ? "" : text.data(), text.size(),
                        SQLITE_STATIC, SQLITE_UTF8);
    return *this;
  }
  Statement& bind_bytes(int at, std::string_view bytes) {
    sqlite3_bind_blob64(statement_, at, bytes.data() == nullptr ? "" : bytes.data(), bytes.size(),
                        SQLITE_STATIC);
    return *this;
  }
  Statement& bind(int at, std::int64_t number) {
    sqlite3_bind_int64(statement_, at, number);
    return *this;
  }
  Statement& bind(int at, std::uint64_t number) {
    return bind(at, static_cast<std::int64_t>(number));
  }
  Statement& bind_null(int at) {
    sqlite3_bind_null(statement_, at);
    return *this;
  }
  int step() noexcept { return sqlite3_step(statement_); }
  [[nodiscard]] std::string text(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const int size = sqlite3_column_bytes(statement_, column);
    return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
  }
  [[nodiscard]] std::int64_t number(int column) const {
    return sqlite3_column_int64(statement_, column);
  }
  [[nodiscard]] bool is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }

 private:
  sqlite3_stmt* statement_;
};

class SqliteStore final : public CaseStore {
 public:
  SqliteStore() = default;
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;
  ~SqliteStore() override {
    for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }

  Result<void> open(const std::string& path) {
    path_ = path;
    const int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (sqlite3_open_v2(path.c_str(), &db_, flags, nullptr) != SQLITE_OK) return error("opened");
    sqlite3_busy_timeout(db_, busy_milliseconds);
    // The header of a foreign file is read here: it must not be turned into a store of ours.
    std::string id, version, tables;
    for (auto [sql, into] : {std::pair{"pragma application_id", &id},
                             {"pragma user_version", &version},
                             {"select count(*) from sqlite_schema", &tables}}) {
      if (auto done = one_value(sql, *into); !done) return done.error();
    }
    if (tables != "0" && id != std::to_string(application_id)) return no_store();
    if (tables != "0" && version != std::to_string(schema_version))
      return Error{ErrorCode::corrupt,
                   path + " was written by another release (format " + version + ")"};
    std::string mode, synchronous;
    if (auto done = one_value("pragma journal_mode=wal", mode); !done) return done.error();
    if (auto done = run("pragma synchronous=full"); !done) return done;
    if (auto done = one_value("pragma synchronous", synchronous); !done) return done.error();
    const bool is_memory = path == ":memory:" || path.empty();
    if (!is_memory && mode != "wal")
      return Error{ErrorCode::io, path + ": the file system offers no write-ahead log"};
    if (synchronous != "2")
      return Error{ErrorCode::io, path + ": synchronous writes cannot be had"};
    if (tables == "0") {
      // Somebody else may be making the tables at this moment: the transaction decides.
      if (auto done = run("begin immediate"); !done) return done;
      if (auto done = one_value("select count(*) from sqlite_schema", tables); !done)
        return done.error();
      if (tables == "0") {
        auto made = run(schema);
        if (made) made = run("pragma application_id=" + std::to_string(application_id));
        if (made) made = run("pragma user_version=" + std::to_string(schema_version));
        if (!made) {
          (void)run("rollback");
          return made;
        }
      }
      if (auto done = run("commit"); !done) return done;
    }
    return prepare();
  }

  Result<std::optional<StoredCase>> load(std::string_view id) override {
    Statement s(use(Sql::load));
    s.bind(1, id);
    return one_case(s);
  }

  Result<std::optional<StoredCase>> find_open(std::string_view procedure,
                                              std::string_view key) override {
    Statement s(use(Sql::find_open));
    s.bind(1, procedure).bind(2, key);
    return one_case(s);
  }

  Result<std::vector<StoredStep>> steps(std::string_view id) override {
    Statement s(use(Sql::steps));
    s.bind(1, id);
    std::vector<StoredStep> out;
    int code = 0;
    while ((code = s.step()) == SQLITE_ROW)
      out.push_back({std::string(id), static_cast<std::uint64_t>(s.number(0)), s.text(1)});
    if (code != SQLITE_DONE) return error("read");
    return out;
  }

  Result<std::vector<StoredEntry>> entries(std::string_view ledger,
                                           std::string_view subject) override {
    Statement s(use(Sql::entries));
    s.bind(1, ledger).bind(2, subject);
    return all_entries_of(s);
  }
  Result<std::vector<StoredEntry>> entries_of_case(std::string_view id) override {
    Statement s(use(Sql::entries_of_case));
    s.bind(1, id);
    return all_entries_of(s);
  }
  Result<std::vector<StoredEntry>> all_entries() override {
    Statement s(use(Sql::all_entries));
    return all_entries_of(s);
  }
  Result<std::optional<StoredEntry>> entry(std::uint64_t id) override {
    Statement s(use(Sql::entry));
    s.bind(1, id);
    auto all = all_entries_of(s);
    if (!all) return all.error();
    if (all->empty()) return std::optional<StoredEntry>();
    return std::optional<StoredEntry>(std::move(all->front()));
  }
  Result<std::uint64_t> last_entry() override {
    Statement s(use(Sql::last_entry));
    if (s.step() != SQLITE_ROW) return error("read");
    return static_cast<std::uint64_t>(s.number(0));
  }

  Result<std::vector<std::string>> due(Instant now, std::size_t limit) override {
    Statement s(use(Sql::due));
    s.bind(1, now.micros).bind(2, static_cast<std::int64_t>(limit));
    return texts(s);
  }
  Result<std::vector<std::string>> cases() override {
    Statement s(use(Sql::cases));
    return texts(s);
  }

  Result<std::optional<std::string>> answer(std::string_view message_id) override {
    Statement s(use(Sql::answer));
    s.bind(1, message_id);
    const int code = s.step();
    if (code == SQLITE_DONE) return std::optional<std::string>();
    if (code != SQLITE_ROW) return error("read");
    return std::optional<std::string>(s.text(0));
  }

  Result<void> commit(const Commit& commit) override {
    if (auto begun = run("begin immediate"); !begun) return begun;
    auto written = write(commit);
    if (written) written = run("commit");
    if (!written) (void)run("rollback");
    return written;
  }

 private:
  enum class Sql : std::uint8_t {
    load,
    find_open,
    steps,
    entries,
    entries_of_case,
    all_entries,
    entry,
    last_entry,
    due,
    cases,
    answer,
    version,
    insert_case,
    update_case,
    insert_step,
    insert_entry,
    update_entry,
    insert_answer,
    count
  };

  Result<void> prepare() {
    static constexpr std::string_view columns =
        "id, procedure, key, version, is_open, next_timer, state";
    static constexpr std::string_view entry_columns = "id, ledger, subject, on_day, case_id, bytes";
    const auto select = [](std::string_view what, std::string_view rest) {
      return "select " + std::string(what) + " from " + std::string(rest);
    };
    const std::string sql[] = {
        select(columns, "cases where id = ?1"),
        select(columns, "cases where procedure = ?1 and key = ?2 and is_open and key <> ''"),
        select("step, bytes", "steps where case_id = ?1 order by step"),
        select(entry_columns, "entries where ledger = ?1 and subject = ?2 order by id"),
        select(entry_columns, "entries where case_id = ?1 and case_id <> '' order by id"),
        select(entry_columns, "entries order by id"),
        select(entry_columns, "entries where id = ?1"),
        select("coalesce(max(id), 0)", "entries"),
        select("id",
               "cases where next_timer is not null and next_timer <= ?1 order by next_timer, id "
               "limit ?2"),
        select("id", "cases order by number"),
        select("answer", "answers where message_id = ?1"),
        select("version", "cases where id = ?1"),
        "insert into cases(id, procedure, key, version, is_open, next_timer, state, number)"
        " select ?1, ?2, ?3, ?4, ?5, ?6, ?7, coalesce(max(number), 0) + 1 from cases",
        "update cases set procedure = ?2, key = ?3, version = ?4, is_open = ?5, next_timer = ?6, "
        "state = ?7 where id = ?1",
        "insert into steps(case_id, step, bytes) values(?1, ?2, ?3)",
        "insert into entries(id, ledger, subject, on_day, case_id, bytes) values(?1, ?2, ?3, ?4, "
        "?5, ?6)",
        "update entries set ledger = ?2, subject = ?3, on_day = ?4, case_id = ?5, bytes = ?6 where "
        "id = ?1",
        "insert into answers(message_id, answer) values(?1, ?2)",
    };
    static_assert(sizeof sql / sizeof *sql == static_cast<std::size_t>(Sql::count));
    for (const std::string& text : sql) {
      sqlite3_stmt* statement = nullptr;
      if (sqlite3_prepare_v3(db_, text.c_str(), static_cast<int>(text.size()),
                             SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
        return error("read");
      statements_.push_back(statement);
    }
    return {};
  }

  [[nodiscard]] sqlite3_stmt* use(Sql which) const {
    return statements_[static_cast<std::size_t>(which)];
  }

  Error no_store() const { return {ErrorCode::corrupt, path_ + " is no store of cases"}; }

  /// `done`: what could not be done to the store: opened, read, written.
  Error error(std::string_view done) const {
    const int code = db_ == nullptr ? SQLITE_CANTOPEN : sqlite3_extended_errcode(db_);
    if ((code & 0xFF) == SQLITE_NOTADB) return no_store();
    const std::string message = "the store " + path_ + " cannot be " + std::string(done) + ": " +
                                (db_ == nullptr ? "out of memory" : sqlite3_errmsg(db_));
    switch (code & 0xFF) {
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
      case SQLITE_CONSTRAINT:
        return {ErrorCode::conflict, message};
      case SQLITE_CORRUPT:
        return {ErrorCode::corrupt, message};
      default:
        return {ErrorCode::io, message};
    }
  }

  Result<void> run(const std::string& sql) {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      return error("written");
    return {};
  }

  Result<void> one_value(const char* sql, std::string& into) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) != SQLITE_OK) return error("read");
    const int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
      into = text == nullptr ? "" : text;
    }
    sqlite3_finalize(statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE) return error("read");
    return {};
  }

  Result<std::optional<StoredCase>> one_case(Statement& s) {
    const int code = s.step();
    if (code == SQLITE_DONE) return std::optional<StoredCase>();
    if (code != SQLITE_ROW) return error("read");
    StoredCase out;
    out.id = s.text(0);
    out.procedure = s.text(1);
    out.key = s.text(2);
    out.version = static_cast<std::uint64_t>(s.number(3));
    out.is_open = s.number(4) != 0;
    if (!s.is_null(5)) out.next_timer = Instant{s.number(5)};
    out.state = s.text(6);
    return std::optional<StoredCase>(std::move(out));
  }

  Result<std::vector<StoredEntry>> all_entries_of(Statement& s) {
    std::vector<StoredEntry> out;
    int code = 0;
    while ((code = s.step()) == SQLITE_ROW)
      out.push_back({static_cast<std::uint64_t>(s.number(0)), s.text(1), s.text(2), s.number(3),
                     s.text(4), s.text(5)});
    if (code != SQLITE_DONE) return error("read");
    return out;
  }

  Result<std::vector<std::string>> texts(Statement& s) {
    std::vector<std::string> out;
    int code = 0;
    while ((code = s.step()) == SQLITE_ROW) out.push_back(s.text(0));
    if (code != SQLITE_DONE) return error("read");
    return out;
  }

  Result<void> write(const Commit& commit) {
    if (commit.after) {
      const StoredCase& after = *commit.after;
      std::uint64_t stored = 0;
      {
        Statement s(use(Sql::version));
        s.bind(1, after.id);
        const int code = s.step();
        if (code == SQLITE_ROW) stored = static_cast<std::uint64_t>(s.number(0));
        if (code != SQLITE_ROW && code != SQLITE_DONE) return error("read");
      }
      if (stored != commit.version_before)
        return Error{ErrorCode::conflict, "case " + after.id + " was changed by somebody else"};
      Statement s(use(stored == 0 ? Sql::insert_case : Sql::update_case));
      s.bind(1, after.id).bind(2, after.procedure).bind(3, after.key).bind(4, after.version);
      s.bind(5, std::int64_t{after.is_open});
      if (after.next_timer) {
        s.bind(6, after.next_timer->micros);
      } else {
        s.bind_null(6);
      }
      s.bind_bytes(7, after.state);
      if (s.step() != SQLITE_DONE) return error("written");
    }
    for (const StoredStep& step : commit.steps) {
      Statement s(use(Sql::insert_step));
      s.bind(1, step.case_id).bind(2, step.step).bind_bytes(3, step.bytes);
      if (s.step() != SQLITE_DONE) return error("written");
    }
    for (const auto& [entries, sql] :
         {std::pair{&commit.added, Sql::insert_entry}, {&commit.changed, Sql::update_entry}}) {
      for (const StoredEntry& entry : *entries) {
        Statement s(use(sql));
        s.bind(1, entry.id).bind(2, entry.ledger).bind(3, entry.subject).bind(4, entry.on_day);
        s.bind(5, entry.case_id).bind_bytes(6, entry.bytes);
        if (s.step() != SQLITE_DONE) return error("written");
      }
    }
    const auto answer = [&](const std::string& message, const std::string& bytes) {
      Statement s(use(Sql::insert_answer));
      s.bind(1, message).bind_bytes(2, bytes);
      return s.step() == SQLITE_DONE;
    };
    if (!commit.message_id.empty() && !answer(commit.message_id, commit.answer))
      return error("written");
    for (const auto& [message, bytes] : commit.notes)
      if (!answer(message, bytes)) return error("written");
    return {};
  }

  std::string path_;
  sqlite3* db_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
};

}  // namespace

Result<std::shared_ptr<CaseStore>> sqlite_store(std::string_view path) {
  auto store = std::make_shared<SqliteStore>();
  const auto opened = store->open(std::string(path));
  if (!opened) return opened.error();
  return std::shared_ptr<CaseStore>(std::move(store));
}

namespace {

/// A foreign file, to be read.
class Tables {
 public:
  Tables() = default;
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;
  ~Tables() {
    sqlite3_finalize(statement_);
    sqlite3_close(db_);
  }

  /// Opens the file and begins to ask.
  Result<void> ask(const std::string& path, const std::string& sql) {
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (sqlite3_open_v2(path.c_str(), &db_, flags, nullptr) != SQLITE_OK) return error();
    sqlite3_busy_timeout(db_, busy_milliseconds);
    if (sqlite3_prepare_v2(db_, sql.c_str(), static_cast<int>(sql.size()), &statement_, nullptr) !=
        SQLITE_OK)
      return error();
    return {};
  }
  /// The next row; false behind the last.
  Result<bool> next() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return error();
  }
  [[nodiscard]] int columns() const { return sqlite3_column_count(statement_); }
  [[nodiscard]] std::string column(int c) const { return sqlite3_column_name(statement_, c); }
  [[nodiscard]] int type(int c) const { return sqlite3_column_type(statement_, c); }
  [[nodiscard]] std::string text(int c) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, c));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, c));
    return bytes == nullptr ? std::string() : std::string(bytes, size);
  }

 private:
  [[nodiscard]] Error error() const {
    return {ErrorCode::io, db_ == nullptr ? "out of memory" : sqlite3_errmsg(db_)};
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
};

/// A text between quotation marks; those in it are doubled.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += c;
    out += c;
  }
  return out + '"';
}

}  // namespace

bool is_sqlite_file(const std::string& path) {
  constexpr std::string_view magic("SQLite format 3\0", 16);
  char begin[magic.size()] = {};
  std::ifstream in(path, std::ios::binary);
  return in.read(begin, sizeof begin) && std::string_view(begin, sizeof begin) == magic;
}

Result<std::vector<std::string>> sqlite_tables(const std::string& path) {
  Tables tables;
  if (const auto asked = tables.ask(path,
                                    "select name from sqlite_schema where type in ('table', "
                                    "'view') and name not like 'sqlite~_%' escape '~' order by 1");
      !asked)
    return asked.error();
  std::vector<std::string> names;
  for (;;) {
    const auto row = tables.next();
    if (!row) return row.error();
    if (!*row) return names;
    names.push_back(tables.text(0));
  }
}

Result<std::string> sqlite_table_as_csv(const std::string& path, const std::string& table) {
  Tables rows;
  if (const auto asked = rows.ask(path, "select * from " + quoted(table)); !asked)
    return asked.error();
  std::string out;
  const auto cell = [&](int c, const std::string& text) {
    if (c > 0) out += ',';
    out += text.find_first_of(",\"\r\n") == std::string::npos ? text : quoted(text);
  };
  for (int c = 0; c < rows.columns(); ++c) cell(c, rows.column(c));
  out += '\n';
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return out;
    for (int c = 0; c < rows.columns(); ++c) {
      if (rows.type(c) == SQLITE_FLOAT || rows.type(c) == SQLITE_BLOB)
        return Error{ErrorCode::invalid_argument,
                     rows.column(c) + (rows.type(c) == SQLITE_FLOAT
                                           ? " holds a binary fraction (REAL)"
                                           : " holds bytes (BLOB)")};
      cell(c, rows.text(c));
    }
    out += '\n';
  }
}

}  // namespace aftercare
