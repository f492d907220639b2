#include "tools/generator/people.h"

namespace tidemark::generator {
namespace {

constexpr Spelling kUsGiven[] = {{"Emma", "Emma"},       {"Liam", "Liam"},   {"Olivia", "Olivia"},
                                 {"Noah", "Noah"},       {"Grace", "Grace"}, {"Walter", "Walter"},
                                 {"Dorothy", "Dorothy"}, {"Carl", "Carl"}};
constexpr Spelling kUsFamily[] = {
    {"Smith", "Smith"},   {"Johnson", "Johnson"},   {"Carter", "Carter"}, {"Nguyen", "Nguyen"},
    {"Parker", "Parker"}, {"O'Connor", "O'Connor"}, {"Reed", "Reed"},     {"Bailey", "Bailey"}};
constexpr Spelling kUsStreets[] = {{"Main Street", "Main Street"},
                                   {"Oak Avenue", "Oak Avenue"},
                                   {"Lincoln Boulevard", "Lincoln Boulevard"},
                                   {"Cedar & Pine Plaza", "Cedar & Pine Plaza"}};
constexpr City kUsCities[] = {{{"Portland", "Portland"}, "OR", "97299"},
                              {{"Austin", "Austin"}, "TX", "78799"},
                              {{"Dulles", "Dulles"}, "VA", "20166-9999"},
                              {{"Madison", "Madison"}, "WI", "53799"}};

constexpr Spelling kGbGiven[] = {{"Alice", "Alice"}, {"George", "George"}, {"Harriet", "Harriet"},
                                 {"Owen", "Owen"},   {"Fiona", "Fiona"},   {"Rhys", "Rhys"}};
constexpr Spelling kGbFamily[] = {{"Taylor", "Taylor"},       {"Davies", "Davies"},
                                  {"Macdonald", "Macdonald"}, {"Whitfield", "Whitfield"},
                                  {"Okafor", "Okafor"},       {"Hughes", "Hughes"}};
constexpr Spelling kGbStreets[] = {{"High Street", "High Street"},
                                   {"Station Road", "Station Road"},
                                   {"Victoria Terrace", "Victoria Terrace"}};
constexpr City kGbCities[] = {{{"Leeds", "Leeds"}, "", "LS9 9AA"},
                              {{"Cardiff", "Cardiff"}, "", "CF99 9AA"},
                              {{"Edinburgh", "Edinburgh"}, "", "EH9 9AA"}};

constexpr Spelling kDeGiven[] = {{"Joerg", "Jörg"}, {"Baerbel", "Bärbel"},   {"Lukas", "Lukas"},
                                 {"Anna", "Anna"},  {"Guenther", "Günther"}, {"Soeren", "Sören"}};
constexpr Spelling kDeFamily[] = {{"Mueller", "Müller"}, {"Schroeder", "Schröder"},
                                  {"Gross", "Groß"},     {"Becker", "Becker"},
                                  {"Koehler", "Köhler"}, {"Weiss", "Weiß"}};
constexpr Spelling kDeStreets[] = {{"Hauptstrasse", "Hauptstraße"},
                                   {"Goethestrasse", "Goethestraße"},
                                   {"Am Muehlgraben", "Am Mühlgraben"}};
constexpr City kDeCities[] = {{{"Muenchen", "München"}, "BY", "80999"},
                              {{"Koeln", "Köln"}, "NW", "50999"},
                              {{"Luebeck", "Lübeck"}, "SH", "23599"}};

constexpr Spelling kFrGiven[] = {{"Chloe", "Chloé"},     {"Francois", "François"},
                                 {"Helene", "Hélène"},   {"Jerome", "Jérôme"},
                                 {"Camille", "Camille"}, {"Noel", "Noël"}};
constexpr Spelling kFrFamily[] = {{"Lefevre", "Lefèvre"}, {"Beranger", "Béranger"},
                                  {"Moreau", "Moreau"},   {"Garcon", "Garçon"},
                                  {"Dupre", "Dupré"},     {"Fournier", "Fournier"}};
constexpr Spelling kFrStreets[] = {{"rue de l'Eglise", "rue de l'Église"},
                                   {"avenue de la Republique", "avenue de la République"},
                                   {"quai des Ecluses", "quai des Écluses"}};
constexpr City kFrCities[] = {{{"Orleans", "Orléans"}, "", "45999"},
                              {{"Saint-Etienne", "Saint-Étienne"}, "", "42999"},
                              {{"Lyon", "Lyon"}, "", "69009"}};

constexpr Spelling kEsGiven[] = {{"Jose", "José"}, {"Begona", "Begoña"}, {"Ines", "Inés"},
                                 {"Raul", "Raúl"}, {"Lucia", "Lucía"},   {"Pablo", "Pablo"}};
constexpr Spelling kEsFamily[] = {{"Nunez", "Núñez"}, {"Garcia", "García"}, {"Ibanez", "Ibáñez"},
                                  {"Lopez", "López"}, {"Munoz", "Muñoz"},   {"Ortega", "Ortega"}};
constexpr Spelling kEsStreets[] = {{"Calle Mayor", "Calle Mayor"},
                                   {"Avenida de la Constitucion", "Avenida de la Constitución"},
                                   {"Paseo Maritimo", "Paseo Marítimo"}};
constexpr City kEsCities[] = {{{"Malaga", "Málaga"}, "Andalucia", "29099"},
                              {{"Logrono", "Logroño"}, "La Rioja", "26099"},
                              {{"Madrid", "Madrid"}, "Madrid", "28099"}};

constexpr Spelling kRuGiven[] = {{"Alexei", "Алексей"}, {"Natalia", "Наталья"},
                                 {"Dmitri", "Дмитрий"}, {"Olga", "Ольга"},
                                 {"Pyotr", "Пётр"},     {"Irina", "Ирина"}};
constexpr Spelling kRuFamily[] = {{"Ivanenko", "Иваненко"}, {"Sokol", "Сокол"},
                                  {"Gromyko", "Громыко"},   {"Belyh", "Белых"},
                                  {"Kravets", "Кравец"},    {"Zhuk", "Жук"}};
constexpr Spelling kRuStreets[] = {{"ul. Lenina", "ул. Ленина"},
                                   {"Nevskiy prospekt", "Невский проспект"},
                                   {"ul. Pushkina", "ул. Пушкина"}};
constexpr City kRuCities[] = {{{"Saint Petersburg", "Санкт-Петербург"}, "", "190999"},
                              {{"Kazan", "Казань"}, "Tatarstan", "420999"},
                              {{"Tomsk", "Томск"}, "", "634999"}};

constexpr Spelling kJpGiven[] = {{"Hiroshi", "浩"}, {"Yoko", "洋子"}, {"Kenji", "健二"},
                                 {"Sakura", "桜"},  {"Takumi", "匠"}, {"Naomi", "直美"}};
constexpr Spelling kJpFamily[] = {{"Tanaka", "田中"}, {"Suzuki", "鈴木"},    {"Sato", "佐藤"},
                                  {"Mori", "森"},     {"Kobayashi", "小林"}, {"Ito", "伊藤"}};
constexpr Spelling kJpStreets[] = {
    {"Chuo-ku Ginza", "中央区銀座"}, {"Kita-ku Umeda", "北区梅田"}, {"Naka-ku Sakae", "中区栄"}};
constexpr City kJpCities[] = {{{"Tokyo", "東京都"}, "", "104-9999"},
                              {{"Osaka", "大阪市"}, "Osaka", "530-9999"},
                              {{"Nagoya", "名古屋市"}, "Aichi", "460-9999"}};

constexpr Spelling kGrGiven[] = {{"Giorgos", "Γιώργος"}, {"Eleni", "Ελένη"},   {"Nikos", "Νίκος"},
                                 {"Maria", "Μαρία"},     {"Kostas", "Κώστας"}, {"Sofia", "Σοφία"}};
constexpr Spelling kGrFamily[] = {{"Papadopoulos", "Παπαδόπουλος"},
                                  {"Nikolaidis", "Νικολαΐδης"},
                                  {"Georgiou", "Γεωργίου"},
                                  {"Pappas", "Παππάς"},
                                  {"Vlachos", "Βλάχος"},
                                  {"Makris", "Μακρής"}};
constexpr Spelling kGrStreets[] = {
    {"Ermou", "Ερμού"}, {"Leoforos Syngrou", "Λεωφόρος Συγγρού"}, {"Egnatia", "Εγνατία"}};
constexpr City kGrCities[] = {{{"Athina", "Αθήνα"}, "Attiki", "104 99"},
                              {{"Thessaloniki", "Θεσσαλονίκη"}, "", "546 99"},
                              {{"Patra", "Πάτρα"}, "", "262 99"}};

constexpr Country kCountries[] = {
    {"US",
     "+1",
     "7039999999",
     true,
     false,
     {"Inc.", "Inc."},
     kUsGiven,
     kUsFamily,
     kUsStreets,
     kUsCities},
    {"US",
     "+1",
     "5129999999",
     true,
     false,
     {"LLC", "LLC"},
     kUsGiven,
     kUsFamily,
     kUsStreets,
     kUsCities},
    {"GB",
     "+44",
     "1139999999",
     true,
     false,
     {"Ltd", "Ltd"},
     kGbGiven,
     kGbFamily,
     kGbStreets,
     kGbCities},
    {"DE",
     "+49",
     "8999999999",
     false,
     false,
     {"GmbH & Co. KG", "GmbH & Co. KG"},
     kDeGiven,
     kDeFamily,
     kDeStreets,
     kDeCities},
    {"FR",
     "+33",
     "199999999",
     true,
     false,
     {"S.A.R.L.", "S.A.R.L."},
     kFrGiven,
     kFrFamily,
     kFrStreets,
     kFrCities},
    {"ES",
     "+34",
     "919999999",
     false,
     false,
     {"S.L.", "S.L."},
     kEsGiven,
     kEsFamily,
     kEsStreets,
     kEsCities},
    {"RU",
     "+7",
     "8129999999",
     false,
     false,
     {"OOO", "ООО"},
     kRuGiven,
     kRuFamily,
     kRuStreets,
     kRuCities},
    {"JP",
     "+81",
     "399999999",
     false,
     true,
     {"K.K.", "株式会社"},
     kJpGiven,
     kJpFamily,
     kJpStreets,
     kJpCities},
    {"GR",
     "+30",
     "2109999999",
     false,
     false,
     {"A.E.", "Α.Ε."},
     kGrGiven,
     kGrFamily,
     kGrStreets,
     kGrCities},
};

}  // namespace

absl::Span<const Country> Countries() { return kCountries; }

}  // namespace tidemark::generator
