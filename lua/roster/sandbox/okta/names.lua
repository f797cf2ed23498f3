--- Words that made-up people and places are put together from. The plain
-- list beside a name is its ASCII spelling, for logins.
local M = {}

M.first = {
  "Ada", "Alan", "Barbara", "Björn", "Chiara", "Claude", "Daniela", "Dmitri",
  "Edsger", "Élodie", "Farah", "Frances", "Grace", "Guido", "Hedy", "Hiroshi",
  "Ingrid", "Ivan", "Jean", "José", "Katherine", "Kofi", "Lena", "Luís",
  "Margaret", "Miguel", "Nadia", "Niklaus", "Olga", "Oscar", "Priya", "Radia",
  "Renée", "Søren", "Sofia", "Tomás", "Ursula", "Víctor", "Wanda", "Yuki",
  "Zoë",
}
M.first_plain = {
  "ada", "alan", "barbara", "bjorn", "chiara", "claude", "daniela", "dmitri",
  "edsger", "elodie", "farah", "frances", "grace", "guido", "hedy", "hiroshi",
  "ingrid", "ivan", "jean", "jose", "katherine", "kofi", "lena", "luis",
  "margaret", "miguel", "nadia", "niklaus", "olga", "oscar", "priya", "radia",
  "renee", "soren", "sofia", "tomas", "ursula", "victor", "wanda", "yuki",
  "zoe",
}
M.last = {
  "Adams", "Backus", "Becker", "Costa", "Dijkstra", "Engelbart", "Fischer",
  "García", "Goldberg", "Hamilton", "Hopper", "Iverson", "Jensen", "Kay",
  "Knuth", "Lamport", "Liskov", "Lovelace", "McCarthy", "Minsky", "Müller",
  "Nakamura", "Naur", "Okafor", "Perlis", "Quiroga", "Ritchie", "Sammet",
  "Silva", "Tanaka", "Thompson", "Ullman", "Vasquez", "Weber", "Wirth",
  "Xu", "Yamada",
}
M.last_plain = {
  "adams", "backus", "becker", "costa", "dijkstra", "engelbart", "fischer",
  "garcia", "goldberg", "hamilton", "hopper", "iverson", "jensen", "kay",
  "knuth", "lamport", "liskov", "lovelace", "mccarthy", "minsky", "muller",
  "nakamura", "naur", "okafor", "perlis", "quiroga", "ritchie", "sammet",
  "silva", "tanaka", "thompson", "ullman", "vasquez", "weber", "wirth",
  "xu", "yamada",
}
-- city, state, country, zip prefix, time zone, locale
M.places = {
  { "San Francisco", "CA", "US", "941", "America/Los_Angeles", "en_US" },
  { "Austin", "TX", "US", "787", "America/Chicago", "en_US" },
  { "New York", "NY", "US", "100", "America/New_York", "en_US" },
  { "Toronto", "ON", "CA", "M5V", "America/Toronto", "en_CA" },
  { "London", "England", "GB", "EC1", "Europe/London", "en_GB" },
  { "Berlin", "Berlin", "DE", "101", "Europe/Berlin", "de_DE" },
  { "Lyon", "Auvergne-Rhône-Alpes", "FR", "690", "Europe/Paris", "fr_FR" },
  { "Lisboa", "Lisboa", "PT", "110", "Europe/Lisbon", "pt_PT" },
  { "Bengaluru", "Karnataka", "IN", "560", "Asia/Kolkata", "en_IN" },
  { "Osaka", "Osaka", "JP", "530", "Asia/Tokyo", "ja_JP" },
}
M.departments = {
  "Engineering", "Finance", "Legal", "Marketing", "Operations",
  "People", "Research", "Sales", "Security", "Support",
}
M.titles = {
  "Analyst", "Architect", "Coordinator", "Director", "Engineer",
  "Manager", "Principal Engineer", "Specialist",
}
M.streets = {
  "Market Street", "Harbour Road", "Station Avenue", "Old Mill Lane",
  "Canal Walk", "Observatory Hill",
}
M.skills = {
  { "lua", "c" }, { "accounting" }, {}, { "networking", "linux", "bgp" },
  { "negotiation", "german" }, { "first aid" },
}

return M
