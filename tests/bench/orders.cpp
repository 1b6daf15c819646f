// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "orders.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

namespace assay::bench {
namespace {

constexpr std::array<std::string_view, 64> first_names{
    "ada",    "alan",   "amir",   "anna",  "bela",    "boris",  "carla",  "chen",
    "claire", "david",  "diego",  "dora",  "edith",   "elena",  "emil",   "erik",
    "fatima", "felix",  "fiona",  "frank", "gina",    "grace",  "hanna",  "hugo",
    "ida",    "igor",   "ines",   "ivan",  "jana",    "jorge",  "judith", "karim",
    "katja",  "kofi",   "lars",   "laura", "leila",   "linus",  "lucia",  "marco",
    "maria",  "mei",    "mila",   "nadia", "nils",    "nora",   "olga",   "omar",
    "oscar",  "paula",  "pedro",  "petra", "quentin", "rania",  "robert", "rosa",
    "samuel", "silvia", "stefan", "tanja", "thomas",  "ursula", "victor", "wanda"};
constexpr std::array<std::string_view, 64> last_names{
    "adams",   "alvarez", "bauer",  "becker", "brown",   "carter", "chavez",   "clark",
    "costa",   "davies",  "diaz",   "dubois", "eriksen", "evans",  "fischer",  "flores",
    "fontana", "garcia",  "gruber", "haas",   "hansen",  "harris", "hoffman",  "ivanov",
    "jensen",  "johnson", "kaiser", "keller", "khan",    "kim",    "kowalski", "kumar",
    "larsen",  "lee",     "lopez",  "martin", "mendes",  "meyer",  "moreau",   "mueller",
    "nguyen",  "nielsen", "novak",  "okafor", "olsen",   "ortega", "park",     "patel",
    "perez",   "popov",   "quinn",  "ramos",  "ricci",   "rossi",  "santos",   "sato",
    "schmidt", "silva",   "smith",  "tanaka", "torres",  "weber",  "wilson",   "young"};
constexpr std::array<std::string_view, 8> hosts{"example.com", "example.org",  "example.net",
                                                "mail.test",   "post.example", "inbox.test",
                                                "web.example", "home.invalid"};
constexpr std::array<std::string_view, 6> statuses{"delivered", "shipped",  "paid",
                                                   "new",       "returned", "cancelled"};
constexpr std::array<std::string_view, 16> openings{"Please leave", "Customer asked to leave",
                                                    "Leave",        "Driver may leave",
                                                    "Please bring", "Customer wants",
                                                    "Send",         "Do not leave",
                                                    "Put",          "Kindly drop",
                                                    "Return",       "Keep",
                                                    "Hold",         "Deliver",
                                                    "Store",        "Hand over"};
constexpr std::array<std::string_view, 16> objects{
    "the parcel",    "both parcels",  "it",           "the box",     "everything", "the order",
    "the small box", "the large box", "the envelope", "the invoice", "the goods",  "the gift",
    "the crate",     "the shipment",  "the package",  "the delivery"};
constexpr std::array<std::string_view, 16> places{
    "at the back door",   "with the neighbour", "at the front desk",  "behind the gate",
    "in the garage",      "at the office",      "on the porch",       "in the locker",
    "at the loading bay", "with the caretaker", "at the corner shop", "under the stairs",
    "on the third floor", "at the reception",   "in the mail room",   "beside the shed"};
/// Names of countries, the ones with most orders first.
constexpr std::string_view countries =
    "United States|Germany|United Kingdom|France|Japan|India|Brazil|Canada|Italy|Spain|Australia|"
    "Mexico|Netherlands|Poland|Sweden|Switzerland|Austria|Belgium|Denmark|Norway|Finland|Ireland|"
    "Portugal|Greece|Czechia|Hungary|Romania|Bulgaria|Croatia|Slovakia|Slovenia|Estonia|Latvia|"
    "Lithuania|Luxembourg|Malta|Cyprus|Iceland|Turkey|Israel|South Korea|Singapore|Malaysia|"
    "Thailand|Vietnam|Indonesia|Philippines|New Zealand|South Africa|Egypt|Morocco|Tunisia|Kenya|"
    "Nigeria|Ghana|Ethiopia|Tanzania|Uganda|Argentina|Chile|Colombia|Peru|Ecuador|Uruguay|"
    "Paraguay|Bolivia|Venezuela|Panama|Costa Rica|Guatemala|Honduras|Nicaragua|El Salvador|"
    "Jamaica|Haiti|Cuba|Dominican Republic|Bahamas|Barbados|Belize|Guyana|Suriname|Grenada|"
    "Saint Lucia|Dominica|Trinidad and Tobago|China|Mongolia|Nepal|Bhutan|Bangladesh|Sri Lanka|"
    "Pakistan|Afghanistan|Iran|Iraq|Jordan|Lebanon|Kuwait|Qatar|Bahrain|Oman|Yemen|Saudi Arabia|"
    "United Arab Emirates|Kazakhstan|Uzbekistan|Turkmenistan|Kyrgyzstan|Tajikistan|Georgia|"
    "Armenia|Azerbaijan|Ukraine|Moldova|Belarus|Serbia|Montenegro|Albania|North Macedonia|Kosovo|"
    "Bosnia and Herzegovina|Monaco|Andorra|San Marino|Liechtenstein|Vatican City|Algeria|Libya|"
    "Sudan|South Sudan|Chad|Niger|Mali|Mauritania|Senegal|Gambia|Guinea|Guinea-Bissau|Liberia|"
    "Sierra Leone|Côte d’Ivoire|Burkina Faso|Togo|Benin|Cameroon|Gabon|Congo|DR Congo|Angola|"
    "Zambia|Zimbabwe|Malawi|Mozambique|Botswana|Namibia|Lesotho|Eswatini|Madagascar|Mauritius|"
    "Seychelles|Comoros|Djibouti|Eritrea|Somalia|Rwanda|Burundi|Cabo Verde|São Tomé and Príncipe|"
    "Equatorial Guinea|Central African Republic|Fiji|Samoa|Tonga|Vanuatu|Kiribati|Nauru|Palau|"
    "Tuvalu|Micronesia|Marshall Islands|Solomon Islands|Papua New Guinea|Timor-Leste|Brunei|"
    "Cambodia|Laos|Myanmar|Maldives|Taiwan|Hong Kong|Macao|Greenland|Faroe Islands|Gibraltar|"
    "Bermuda|Aruba|Curaçao|Puerto Rico";

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find('|'), text.size());
        parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

/// Below the bound, small numbers more often: the density falls with the square root.
std::uint64_t skewed(Random& random, std::uint64_t bound) noexcept {
    const double at = random.unit();
    return static_cast<std::uint64_t>(at * at * static_cast<double>(bound));
}

void make_phone(Random& random, Order& order) {
    order.phone.write([&random](Pen& pen) {
        pen.text("+1-");
        pen.number(200 + random.below(790));
        pen.character('-');
        pen.number(200 + random.below(800));
        pen.character('-');
        pen.padded(random.below(10'000), 4);
    });
}

void make_notes(Random& random, Order& order) {
    order.has_notes = random.unit() >= 0.6;
    if (!order.has_notes) {
        return;
    }
    order.notes.write([&random](Pen& pen) {
        pen.text(random.pick(openings));
        pen.character(' ');
        pen.text(random.pick(objects));
        pen.character(' ');
        pen.text(random.pick(places));
        if (random.unit() < 0.5) {
            pen.text(", ring ");
            pen.number(1 + random.below(999));
        }
        pen.character('.');
    });
}

void make_tracking(Random& random, Order& order) {
    const std::uint64_t high = random.next();
    const std::uint64_t low = random.next();
    order.tracking.write([high, low](Pen& pen) {
        pen.hex(high >> 32, 8);
        pen.character('-');
        pen.hex(high >> 16, 4);
        pen.text("-4");
        pen.hex(high, 3);
        pen.character('-');
        pen.character("89ab"[low >> 62]);
        pen.hex(low >> 48, 3);
        pen.character('-');
        pen.hex(low, 12);
    });
}

/// Whole seconds of the years 2023 to 2025.
void make_created_at(Random& random, Order& order) {
    constexpr std::uint64_t days = 365 + 366 + 365;
    constexpr std::chrono::sys_days start{std::chrono::year{2023} / 1 / 1};
    const std::uint64_t seconds = random.below(days * 86'400);
    const std::chrono::year_month_day day{start +
                                          std::chrono::days{static_cast<int>(seconds / 86'400)}};
    order.created_at.write([&day, second = seconds % 86'400](Pen& pen) {
        pen.padded(static_cast<std::uint64_t>(static_cast<int>(day.year())), 4);
        pen.character('-');
        pen.padded(static_cast<unsigned>(day.month()), 2);
        pen.character('-');
        pen.padded(static_cast<unsigned>(day.day()), 2);
        pen.character(' ');
        pen.padded(second / 3600, 2);
        pen.character(':');
        pen.padded(second / 60 % 60, 2);
        pen.character(':');
        pen.padded(second % 60, 2);
    });
}

} // namespace

Orders::Orders(std::uint64_t rows)
    : m_customers(std::max<std::uint64_t>(1, rows / 12)),
      // As many people as make 70 % of all addresses different ones.
      m_people(std::max<std::uint64_t>(1, rows * 100 / 76)), m_countries(split(countries)) {}

void Orders::make(std::uint64_t row, std::uint64_t copy, Order& order) const {
    Random random((row * 8 + copy) * 0xd1342543de82ef95U + 2024);
    order.order_id = static_cast<std::int64_t>(row);
    order.customer_id = static_cast<std::int64_t>(1 + skewed(random, m_customers));
    order.status = statuses[skewed(random, statuses.size())];
    make_email(random, order);
    make_phone(random, order);
    order.country = m_countries[skewed(random, m_countries.size())];
    const double size = random.unit();
    order.amount_cents = 99 + static_cast<std::int64_t>(size * size * size * 500'000);
    order.discount = random.unit() * 0.4;
    make_notes(random, order);
    make_tracking(random, order);
    make_created_at(random, order);
    order.priority = static_cast<std::int64_t>(random.below(5));
}

void Orders::make_email(Random& random, Order& order) const {
    const std::uint64_t person = random.below(m_people);
    order.email.write([person](Pen& pen) {
        pen.text(first_names[person % 64]);
        pen.character('.');
        pen.text(last_names[person / 64 % 64]);
        pen.number(person / 4096 + 1);
        pen.character('@');
        pen.text(hosts[person * 0x9e3779b97f4a7c15U >> 61]);
    });
}

} // namespace assay::bench
