// The vocabulary of the fabricated store: what it sells, where it ships to, what people are called.
// The order of every list is part of every fabricated store's bytes.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace cartograph::datagen {

struct Category {
  std::string_view name;
  std::string_view code;  // of its SKUs
  int cheapest_cents;
  int dearest_cents;
  std::array<int, 12> month_percent;  // how well it sells, at most 100
  std::array<std::string_view, 6> materials;
  std::array<std::string_view, 9> things;
  std::array<std::string_view, 6> variants;
};

inline constexpr std::array<Category, 8> kCategories{{
    {"Kitchen",
     "KIT",
     500,
     5200,
     {80, 75, 75, 75, 75, 70, 70, 75, 80, 85, 95, 100},
     {"Cast Iron", "Steel", "Copper", "Beech", "Stoneware", "Enamel"},
     {"Skillet", "Saucepan", "Mixing Bowl", "Rolling Pin", "Café Mug", "Grater", "Ladle",
      "Colander", "Crème Brûlée Dish"},
     {"", ", small", ", large", ", set of 2", ", 24 cm", ", 28 cm"}},
    {"Dining",
     "DIN",
     400,
     3600,
     {75, 75, 75, 80, 80, 75, 70, 70, 80, 85, 95, 100},
     {"Porcelain", "Glass", "Oak", "Linen", "Brass", "Slate"},
     {"Plate", "Tumbler", "Serving Board", "Place Mat", "Candle Holder", "Carafe", "Bowl",
      "Cake Stand", "Napkin Ring"},
     {"", ", set of 4", ", set of 6", ", white", ", grey", ", \"Nord\" line"}},
    {"Bedding",
     "BED",
     1200,
     9200,
     {95, 90, 85, 80, 75, 70, 70, 75, 85, 95, 100, 95},
     {"Linen", "Cotton", "Wool", "Bamboo", "Flannel", "Percale"},
     {"Duvet Cover", "Pillowcase", "Throw", "Fitted Sheet", "Quilt", "Cushion", "Blanket",
      "Mattress Topper", "Bedspread"},
     {"", ", 80 x 80 cm", ", 135 x 200 cm", ", 200 x 200 cm", ", sand", ", moss"}},
    {"Bath",
     "BAT",
     400,
     3800,
     {90, 85, 85, 85, 85, 85, 85, 85, 90, 90, 95, 100},
     {"Cotton", "Bamboo", "Teak", "Waffle", "Ceramic", "Terry"},
     {"Towel", "Bath Mat", "Soap Dish", "Robe", "Tumbler", "Stool", "Laundry Bag", "Face Cloth",
      "Tray"},
     {"", ", set of 3", ", white", ", slate", ", sea green", ", extra long"}},
    {"Lighting",
     "LIG",
     1400,
     11000,
     {90, 85, 75, 65, 60, 55, 55, 65, 80, 95, 100, 95},
     {"Brass", "Paper", "Rattan", "Opal Glass", "Concrete", "Walnut"},
     {"Table Lamp", "Floor Lamp", "Pendant", "Wall Light", "Lantern", "Desk Lamp", "Night Light",
      "String Lights", "Lamp Shade"},
     {"", ", black", ", warm white", ", dimmable", ", 30 cm", ", 45 cm"}},
    {"Decor",
     "DEC",
     500,
     4800,
     {75, 75, 75, 80, 80, 75, 70, 70, 80, 85, 95, 100},
     {"Oak", "Ash", "Terracotta", "Brass", "Felt", "Ceramic"},
     {"Picture Frame", "Vase", "Wall Clock", "Mirror", "Bookend", "Doorstop", "Wreath", "Tealight",
      "Garland"},
     {"", ", round", ", tall", ", 8\" x 10\"", ", 12\" x 16\"", ", pair"}},
    {"Storage",
     "STO",
     500,
     5600,
     {100, 90, 85, 80, 75, 75, 75, 85, 90, 80, 75, 75},
     {"Seagrass", "Wire", "Felt", "Pine", "Canvas", "Jute"},
     {"Basket", "Box", "Shelf", "Hook Rail", "Magazine Rack", "Crate", "Drawer Divider", "Jar",
      "Key Cabinet"},
     {"", ", small", ", medium", ", large", ", with lid", ", set of 3"}},
    {"Garden",
     "GAR",
     600,
     7000,
     {40, 45, 70, 95, 100, 100, 90, 75, 60, 45, 35, 35},
     {"Zinc", "Teak", "Acacia", "Recycled", "Terracotta", "Woven"},
     {"Planter", "Watering Can", "Bird Feeder", "Hammock", "Trowel", "Parasol", "Bench Cushion",
      "Herb Pot", "Wind Light"},
     {"", ", 3 l", ", 8 l", ", green", ", sand", ", weatherproof"}},
}};

struct Country {
  std::string_view code;
  int weight;  // share of the customers
  int tax_per_mille;
  int delivery_days_min;
  int delivery_days_max;
};

inline constexpr std::array<Country, 11> kCountries{{{"US", 330, 70, 2, 6},
                                                     {"GB", 150, 200, 2, 5},
                                                     {"DE", 150, 190, 1, 4},
                                                     {"FR", 95, 200, 2, 5},
                                                     {"CA", 75, 130, 3, 8},
                                                     {"NL", 55, 210, 1, 4},
                                                     {"AT", 40, 200, 2, 4},
                                                     {"PL", 35, 230, 2, 6},
                                                     {"CH", 25, 81, 2, 5},
                                                     {"SE", 25, 250, 2, 6},
                                                     {"IE", 20, 230, 3, 7}}};

inline constexpr std::array<int, kCountries.size()> kCountryWeights = [] {
  std::array<int, kCountries.size()> weights{};
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = kCountries[i].weight;
  return weights;
}();

inline constexpr std::array<std::string_view, 5> kChannels{"web", "mobile_app", "marketplace",
                                                           "store_pickup", "phone"};

inline constexpr std::array<std::string_view, 7> kReturnReasons{
    "damaged in transit", "not as described", "changed my mind, unopened",
    "wrong size",         "arrived too late", "faulty",
    "ordered twice"};

/// A name and how it is written in an e-mail address.
struct PersonName {
  std::string_view text;
  std::string_view plain;
};

inline constexpr std::array<PersonName, 48> kFirstNames{{
    {"Anna", "anna"},
    {"Zoë", "zoe"},
    {"Jürgen", "juergen"},
    {"Renée", "renee"},
    {"Łukasz", "lukasz"},
    {"Søren", "soren"},
    {"Maria", "maria"},
    {"James", "james"},
    {"Olivia", "olivia"},
    {"Noah", "noah"},
    {"Emma", "emma"},
    {"Liam", "liam"},
    {"Amélie", "amelie"},
    {"François", "francois"},
    {"Björn", "bjorn"},
    {"Siân", "sian"},
    {"Aisha", "aisha"},
    {"Mohammed", "mohammed"},
    {"Priya", "priya"},
    {"Wei", "wei"},
    {"Yuki", "yuki"},
    {"Thu", "thu"},
    {"Carlos", "carlos"},
    {"Inés", "ines"},
    {"Grace", "grace"},
    {"Henry", "henry"},
    {"Ava", "ava"},
    {"Oscar", "oscar"},
    {"Lotte", "lotte"},
    {"Daan", "daan"},
    {"Katarzyna", "katarzyna"},
    {"Piotr", "piotr"},
    {"Niamh", "niamh"},
    {"Sean", "sean"},
    {"Elif", "elif"},
    {"Emre", "emre"},
    {"Chloe", "chloe"},
    {"Ethan", "ethan"},
    {"Mia", "mia"},
    {"Lucas", "lucas"},
    {"Hannah", "hannah"},
    {"Felix", "felix"},
    {"Giulia", "giulia"},
    {"Marco", "marco"},
    {"Ingrid", "ingrid"},
    {"Nils", "nils"},
    {"Ruth", "ruth"},
    {"Samuel", "samuel"},
}};

inline constexpr std::array<PersonName, 48> kLastNames{{
    {"Smith", "smith"},         {"Müller", "mueller"}, {"O'Brien", "obrien"},
    {"Dubois", "dubois"},       {"Nguyen", "nguyen"},  {"García", "garcia"},
    {"Kowalski", "kowalski"},   {"Jansen", "jansen"},  {"Andersson", "andersson"},
    {"Lefèvre", "lefevre"},     {"Brown", "brown"},    {"Jones", "jones"},
    {"Taylor", "taylor"},       {"Weber", "weber"},    {"Schröder", "schroeder"},
    {"Martin", "martin"},       {"Patel", "patel"},    {"Khan", "khan"},
    {"Chen", "chen"},           {"Tanaka", "tanaka"},  {"Silva", "silva"},
    {"Rossi", "rossi"},         {"Nowak", "nowak"},    {"Visser", "visser"},
    {"Murphy", "murphy"},       {"Wilson", "wilson"},  {"Clark", "clark"},
    {"Young", "young"},         {"Hofer", "hofer"},    {"Keller", "keller"},
    {"Öztürk", "ozturk"},       {"Yılmaz", "yilmaz"},  {"Lindqvist", "lindqvist"},
    {"Bergström", "bergstrom"}, {"Moreau", "moreau"},  {"Petit", "petit"},
    {"Davies", "davies"},       {"Evans", "evans"},    {"Walker", "walker"},
    {"Hughes", "hughes"},       {"Baker", "baker"},    {"Reed", "reed"},
    {"Fischer", "fischer"},     {"Bauer", "bauer"},    {"Green", "green"},
    {"Tremblay", "tremblay"},   {"Roy", "roy"},        {"MacDonald", "macdonald"},
}};

}  // namespace cartograph::datagen
