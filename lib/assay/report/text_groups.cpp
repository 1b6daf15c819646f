// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"
#include "assay/report/text_data.hpp"
#include "assay/report/text_parts.hpp"
#include "assay/report/wording.hpp"

#include <algorithm>

namespace assay {
namespace {

/// Rows of a group that say the same, and what they say.
struct Line {
    TerminalText count; ///< empty: the line belongs to the one before
    TerminalText words;
    TerminalText where = {}; ///< the rows stand; empty: that is not known
};

TerminalText count_words(const Facts& facts) {
    const Fact* count = find_fact(facts, "count");
    return count == nullptr ? "" : quantity_words(*count, "");
}

/// "  loaded again 2026-01-01 to 2026-01-03": how the rows of a group came, as far as that is
/// known.
TerminalText cause_words(const Facts& group) {
    const TerminalText cause = words_of(group, "cause");
    const TerminalText elsewhere = words_of(group, "count_against");
    if (!elsewhere.empty()) {
        return "  " + elsewhere + " in the other table";
    }
    TerminalText words = cause == "reinsert"   ? "  inserted again"
                         : cause == "reload"   ? "  loaded again"
                         : cause == "versions" ? "  conflicting in " + words_of(group, "conflicts")
                                               : "";
    const TerminalText first = words_of(group, "first");
    if (!first.empty()) {
        const TerminalText last = words_of(group, "last");
        words += "  " + (first == last ? first : terminal::compose("{} to {}", first, last));
    }
    return words;
}

/// A place in Postgres is a pair of numbers.
TerminalText place_kind(std::string_view place) {
    return place.starts_with('(') ? TerminalText("ctid ") : TerminalText("rowid ");
}

/// " of events_2024": the partition or child that holds a row, with its schema where that is not
/// the usual one.
TerminalText table_words(const TextContext& context, std::string_view table) {
    const auto dot = table.find('.');
    const bool is_usual = dot == std::string_view::npos || table.starts_with("public.");
    return " of " + (is_usual ? context.names.display(table)
                              : terminal::identifier(table.substr(0, dot)) + "." +
                                    terminal::identifier(table.substr(dot + 1)));
}

/// "(0,1), (0,2) of events_2023, (0,1) of events_2024"
TerminalText places_of_tables(const TextContext& context, const Fact::List& places,
                              const Fact::List& tables) {
    TerminalText words;
    for (std::size_t i = 0; i < std::min(places.size(), tables.size()); ++i) {
        const bool is_last = i + 1 == tables.size() || tables[i] != tables[i + 1];
        const auto* table = std::get_if<std::string>(&tables[i].value);
        words += (words.empty() ? TerminalText() : ", ") + value_words(places[i]);
        words += is_last && table != nullptr ? table_words(context, *table) : TerminalText();
    }
    return words;
}

/// "id 4, id 17", "(code a, n 1), (code a, n 2)"
TerminalText primary_keys(const Fact::List& places) {
    TerminalText words;
    for (const Fact& place : places) {
        const Facts* key = facts_of(place);
        const bool is_one = key == nullptr || key->size() == 1;
        words += words.empty() ? TerminalText() : TerminalText(", ");
        words += is_one ? value_words(place) : "(" + value_words(place) + ")";
    }
    return words;
}

/// What leads to rows.
TerminalText words_of_places(const TextContext& context, const Fact::List& places,
                             const Fact::List* tables) {
    const auto* first = std::get_if<std::string>(&places.front().value);
    if (first == nullptr) {
        return "primary key " + primary_keys(places);
    }
    return place_kind(*first) + (tables == nullptr ? value_words(Fact(places))
                                                   : places_of_tables(context, places, *tables));
}

/// "rowid 4, 17", "ctid (0,1), (0,2), (0,3) and 7 more", "primary key id 4, id 17": where some of
/// so many rows stand.
TerminalText place_words(const TextContext& context, const Facts& group, std::string_view name,
                         std::string_view tables_name, std::string_view count_name) {
    const auto* places = find_list(group, name);
    if (places == nullptr || places->empty()) {
        return {};
    }
    TerminalText words = words_of_places(context, *places, find_list(group, tables_name));
    const Fact* count = find_fact(group, count_name);
    const auto* rows = count == nullptr ? nullptr : std::get_if<std::int64_t>(&count->value);
    const auto shown = static_cast<std::int64_t>(places->size());
    if (rows != nullptr && *rows > shown) {
        words += " and " + terminal::group_digits(*rows - shown) + " more";
    }
    return words;
}

TerminalText where_words(const TextContext& context, const Facts& group) {
    const TerminalText here = place_words(context, group, "places", "place_tables", "count");
    const TerminalText there =
        place_words(context, group, "places_against", "place_tables_against", "count_against");
    return here.empty() && there.empty() ? TerminalText()
           : there.empty()               ? "at " + here
           : here.empty()                ? "at " + there + " there"
                                         : "at " + here + "; " + there + " there";
}

/// "  name: 6 characters in 7 bytes, another one at 2": what tells a way of writing from the first
/// one that looks like it.
TerminalText difference_words(const Facts& variant) {
    const auto* differs = find_list(variant, "differs");
    TerminalText words;
    for (std::size_t i = 0; differs != nullptr && i < differs->size(); ++i) {
        const Facts* column = facts_of((*differs)[i]);
        if (column == nullptr) {
            continue;
        }
        words += words.empty() ? TerminalText("  ") : "; ";
        words += words_of(*column, "column") + ": " + words_of(*column, "characters") +
                 " characters in " + words_of(*column, "bytes") + " bytes";
        const auto* at = find_list(*column, "at");
        if (at != nullptr && !at->empty()) {
            words += terminal::ours(at->size() == 1 ? ", another one at " : ", others at ");
            words += words_of(*column, "at");
        }
    }
    return words;
}

/// One line for a group of equal rows; one for each way of writing it else.
void add_lines(const TextContext& context, const Facts& group, std::vector<Line>& lines) {
    const auto* variants = find_list(group, "variants");
    if (variants == nullptr) {
        lines.push_back({count_words(group), words_of(group, "key") + cause_words(group),
                         where_words(context, group)});
        return;
    }
    TerminalText count = count_words(group);
    for (const auto& variant : *variants) {
        if (const Facts* facts = facts_of(variant)) {
            lines.push_back(
                {std::move(count),
                 terminal::compose("{} x {}", count_words(*facts), words_of(*facts, "key")) +
                     difference_words(*facts),
                 where_words(context, *facts)});
            count = {};
        }
    }
}

TerminalText counted_groups(const TextContext& context, const Fact::List& list,
                            std::size_t indent) {
    const Pen& pen = context.pen;
    std::vector<Line> lines;
    for (const auto& group : list) {
        if (const Facts* facts = facts_of(group)) {
            add_lines(context, *facts, lines);
        }
    }
    std::size_t width = display_width("count");
    for (const auto& line : lines) {
        width = std::max(width, line.count.size() + 2);
    }
    const TerminalText margin = terminal::blanks(indent);
    const std::size_t taken = indent + width + 2;
    const bool fits =
        pen.width() == 0 || std::all_of(lines.begin(), lines.end(), [&](auto& line) {
            return taken + display_width(line.words) + 2 + display_width(line.where) <= pen.width();
        });
    TerminalText out =
        margin + pen.paint(Tone::dim, terminal::pad_left("count", width) + "  key") + "\n";
    for (const auto& line : lines) {
        out += margin + terminal::pad_left(line.count, width) + "  " +
               data_line(pen, taken, line.words);
        if (!line.where.empty()) {
            out += fits ? TerminalText("  ") : "\n" + terminal::blanks(taken);
            out += pen.paint(Tone::dim, data_line(pen, fits ? 0 : taken, line.where));
        }
        out += "\n";
    }
    return out;
}

/// ", pairs 91.3 % to 99.9 %": of more than two rows, how sure each two are.
TerminalText pair_words(const Facts& group) {
    const auto* pairs = find_list(group, "pairs");
    std::vector<double> sure;
    for (std::size_t i = 0; pairs != nullptr && i < pairs->size(); ++i) {
        const Facts* pair = facts_of((*pairs)[i]);
        const Fact* fact = pair == nullptr ? nullptr : find_fact(*pair, "probability");
        const auto* number = fact == nullptr ? nullptr : std::get_if<double>(&fact->value);
        if (number != nullptr) {
            sure.push_back(*number);
        }
    }
    if (sure.size() < 2) {
        return {};
    }
    const auto [least, most] = std::minmax_element(sure.begin(), sure.end());
    const TerminalText from = terminal::format_percent(*least);
    const TerminalText to = terminal::format_percent(*most);
    return from == to ? ", each pair " + from : ", pairs " + from + " to " + to;
}

/// "98.2 %  2 rows  city Porto": how sure it is, and what the rows have in common.
TerminalText head_of(const Pen& pen, const Facts& group, std::size_t indent) {
    const Fact* probability = find_fact(group, "probability");
    const auto* sure = probability == nullptr ? nullptr : std::get_if<double>(&probability->value);
    const Fact* count = find_fact(group, "count");
    const auto* rows = count == nullptr ? nullptr : std::get_if<std::int64_t>(&count->value);
    const TerminalText head = terminal::compose(
        "{}  {}", terminal::pad_left(sure == nullptr ? "" : terminal::format_percent(*sure), 7),
        rows == nullptr ? "" : terminal::count_of(*rows, "row") + pair_words(group));
    const TerminalText same = words_of(group, "same");
    const std::size_t taken = indent + display_width(head) + 2;
    return head + (same.empty() ? "" : "  " + pen.paint(Tone::dim, data_line(pen, taken, same)));
}

/// "id 7", "id 7 of events_2024", "ctid (0,1)": what names a row to its owner says more than where
/// it stands, but for the partition or child that holds it, whose keys may be there in others, too.
TerminalText row_name(const TextContext& context, const Facts& row) {
    const TerminalText key = words_of(row, "key");
    const TerminalText place = words_of(row, "place");
    const Fact* fact = find_fact(row, "place_table");
    const auto* table = fact == nullptr ? nullptr : std::get_if<std::string>(&fact->value);
    const TerminalText name = !key.empty()    ? key
                              : place.empty() ? place
                                              : place_kind(place.text()) + place;
    return table == nullptr ? name : name + table_words(context, *table);
}

/// A row of a group: which one it is, and what it says where it differs from the others.
TerminalText row_words(const TextContext& context, const Facts& row) {
    TerminalText words = words_of(row, "side");
    for (const auto& more : {row_name(context, row), words_of(row, "values")}) {
        words += words.empty() || more.empty() ? more : "  " + more;
    }
    return words;
}

/// "1 of 12 characters of name": how far a column differs that is shown masked.
TerminalText distance_words(const Facts& column) {
    const Fact* fact = find_fact(column, "column");
    const auto* raw_name = fact == nullptr ? nullptr : std::get_if<std::string>(&fact->value);
    const TerminalText name = terminal::identifier(raw_name == nullptr ? "" : *raw_name);
    const Fact* differing = find_fact(column, "differing");
    const Fact* all = find_fact(column, "of");
    const TerminalText unit = words_of(column, "unit");
    const TerminalText of = all == nullptr ? TerminalText() : number_words(*all);
    if (differing != nullptr && *differing != Fact(0)) {
        return terminal::compose("{} of {} {} of {}", number_words(*differing), of, unit, name);
    }
    return unit == TerminalText("characters") ? "case, accents, marks or blanks of " + name
           : unit == TerminalText("words")    ? "the order of words of " + name
                                              : "what follows " + of + " bytes of " + name;
}

/// "differs in 1 of 12 characters of name, 2 of 5 characters of city and 3 other columns": from the
/// first row of the group; empty if all of it can be seen.
TerminalText distances_words(const Facts& row) {
    constexpr std::size_t most = 5;
    const auto* differs = find_list(row, "differs");
    if (differs == nullptr) {
        return {};
    }
    TerminalText words;
    const std::size_t told = std::min(differs->size(), most);
    for (std::size_t i = 0; i < told; ++i) {
        if (const Facts* column = facts_of((*differs)[i])) {
            words += (words.empty() ? TerminalText("differs in ") : ", ") + distance_words(*column);
        }
    }
    const auto untold = static_cast<std::int64_t>(differs->size() - told);
    return untold == 0 ? words : words + " and " + terminal::count_of(untold, "other column");
}

struct RowLine {
    TerminalText words;
    TerminalText distances;
};

/// The rows of a group, one below the other. How far they differ stands behind them where that fits
/// for all of them.
TerminalText row_lines(const TextContext& context, const Fact::List& rows, std::size_t indent) {
    const Pen& pen = context.pen;
    constexpr std::size_t deeper = 4;
    std::vector<RowLine> lines;
    for (const auto& row : rows) {
        if (const Facts* cells = facts_of(row)) {
            lines.push_back({row_words(context, *cells), distances_words(*cells)});
        }
    }
    const bool fits =
        pen.width() == 0 || std::all_of(lines.begin(), lines.end(), [&](const RowLine& line) {
            return line.distances.empty() ||
                   indent + display_width(line.words) + 2 + display_width(line.distances) <=
                       pen.width();
        });
    TerminalText out;
    for (const auto& line : lines) {
        out += terminal::blanks(indent) + data_line(pen, indent, line.words);
        out += fits && !line.distances.empty() ? "  " + pen.paint(Tone::dim, line.distances) : "";
        out += "\n";
        out += fits || line.distances.empty()
                   ? ""
                   : pen.paragraph(Tone::dim, line.distances, indent + deeper);
    }
    return out;
}

TerminalText near_groups(const TextContext& context, const Fact::List& list, std::size_t indent) {
    const Pen& pen = context.pen;
    constexpr std::size_t row_indent = 9;
    const TerminalText margin = terminal::blanks(indent);
    TerminalText out;
    for (const auto& group : list) {
        const Facts* facts = facts_of(group);
        const auto* rows = facts == nullptr ? nullptr : find_list(*facts, "rows");
        if (rows == nullptr) {
            continue;
        }
        out += margin + head_of(pen, *facts, indent) + "\n";
        out += row_lines(context, *rows, indent + row_indent);
    }
    return out;
}

} // namespace

TerminalText text_groups(const TextContext& context, const Fact::List& list, std::size_t indent) {
    const Facts* first = list.empty() ? nullptr : facts_of(list.front());
    if (first == nullptr) {
        return {};
    }
    return find_list(*first, "rows") != nullptr ? near_groups(context, list, indent)
                                                : counted_groups(context, list, indent);
}

} // namespace assay
