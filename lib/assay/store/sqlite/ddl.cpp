// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/ddl.hpp"

#include "assay/base/text.hpp"

#include <cstdint>

namespace assay {
namespace {

enum class TokenKind : std::uint8_t { end, word, quoted, symbol };

struct Token {
    TokenKind kind = TokenKind::end;
    std::string_view text;
    std::size_t begin = 0; ///< offset in the statement
};

/// Splits a statement that SQLite has already accepted into words, quoted things and symbols.
class Tokenizer {
public:
    explicit Tokenizer(std::string_view sql) : m_sql(sql) {}

    Token next() {
        skip_blanks();
        Token token{TokenKind::end, {}, m_position};
        if (m_position >= m_sql.size()) {
            return token;
        }
        const char c = m_sql[m_position];
        if (c == '\'' || c == '"' || c == '`' || c == '[') {
            token.kind = TokenKind::quoted;
            skip_quoted(c == '[' ? ']' : c);
        } else if (is_word(c)) {
            token.kind = TokenKind::word;
            while (m_position < m_sql.size() && is_word(m_sql[m_position])) {
                ++m_position;
            }
        } else {
            token.kind = TokenKind::symbol;
            ++m_position;
        }
        token.text = m_sql.substr(token.begin, m_position - token.begin);
        return token;
    }

private:
    static bool is_word(char c) noexcept {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
    }

    void skip_to(std::string_view end) {
        const std::size_t found = m_sql.find(end, m_position);
        m_position = found == std::string_view::npos ? m_sql.size() : found + end.size();
    }

    void skip_blanks() {
        while (m_position < m_sql.size()) {
            const std::string_view rest = m_sql.substr(m_position);
            if (rest.starts_with("--")) {
                skip_to("\n");
            } else if (rest.starts_with("/*")) {
                skip_to("*/");
            } else if (std::string_view(" \t\r\n\f").find(rest.front()) != std::string_view::npos) {
                ++m_position;
            } else {
                return;
            }
        }
    }

    void skip_quoted(char end) {
        ++m_position;
        while (m_position < m_sql.size()) {
            if (m_sql[m_position++] != end) {
                continue;
            }
            const bool doubled =
                end != ']' && m_position < m_sql.size() && m_sql[m_position] == end;
            if (!doubled) {
                return;
            }
            ++m_position;
        }
    }

    std::string_view m_sql;
    std::size_t m_position = 0;
};

bool is_keyword(const Token& token, std::string_view lower) {
    return token.kind == TokenKind::word && to_lower_ascii(token.text) == lower;
}

bool is_symbol(const Token& token, std::string_view symbol) {
    return token.kind == TokenKind::symbol && token.text == symbol;
}

/// A name without its quotes.
std::string unquote(const Token& token) {
    if (token.kind != TokenKind::quoted) {
        return std::string(token.text);
    }
    const char end = token.text.back();
    std::string name;
    for (std::size_t i = 1; i + 1 < token.text.size(); ++i) {
        name.push_back(token.text[i]);
        if (token.text[i] == end && token.text[i + 1] == end) {
            ++i;
        }
    }
    return name;
}

/// Read on to the parenthesis that closes an open one.
/// @return the offset of the closing one, or of the end.
std::size_t skip_parenthesis(Tokenizer& tokens) {
    for (int depth = 1;;) {
        const Token token = tokens.next();
        if (token.kind == TokenKind::end) {
            return token.begin;
        }
        depth += is_symbol(token, "(") ? 1 : 0;
        depth -= is_symbol(token, ")") ? 1 : 0;
        if (depth == 0) {
            return token.begin;
        }
    }
}

} // namespace

std::vector<CheckConstraint> check_constraints(std::string_view create_table) {
    std::vector<CheckConstraint> checks;
    Tokenizer tokens(create_table);
    Token token = tokens.next();
    while (token.kind != TokenKind::end && !is_symbol(token, "(")) {
        token = tokens.next();
    }
    std::string name;
    while (token.kind != TokenKind::end) {
        token = tokens.next();
        if (is_keyword(token, "constraint")) {
            name = unquote(tokens.next());
        } else if (is_keyword(token, "check")) {
            const Token open = tokens.next();
            const std::size_t begin = open.begin + 1;
            const std::size_t end = skip_parenthesis(tokens);
            if (end > begin) {
                const auto text = create_table.substr(begin, end - begin);
                checks.push_back({name, std::string(trim_ascii(text)), true});
            }
            name.clear();
        } else if (is_symbol(token, "(")) {
            skip_parenthesis(tokens);
        } else if (is_symbol(token, ",")) {
            name.clear();
        }
    }
    return checks;
}

std::string index_key_text(std::string_view create_index) {
    Tokenizer tokens(create_index);
    for (Token token = tokens.next(); token.kind != TokenKind::end; token = tokens.next()) {
        if (is_symbol(token, "(")) {
            return std::string(trim_ascii(create_index.substr(token.begin)));
        }
    }
    return {};
}

} // namespace assay
