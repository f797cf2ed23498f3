-- The services whose rows are checked: how their clients are made, what every
-- request of theirs carries, and which ids stand in where nothing is served.
local fixture = require "spec.support.fixture"

local function rows_of(...)
  local rows = {}
  for _, name in ipairs { ... } do
    for _, row in ipairs(require("spec.conformance." .. name)) do
      rows[#rows + 1] = row
    end
  end
  return rows
end

-- Documented statuses of an operation, or nil where the document has none.
local function statuses_of(name, member)
  local by_operation = {}
  for _, fact in ipairs(fixture.read(name).operations) do
    local list = fixture.given(fact[member])
    by_operation[fact.id] = list and fixture.set(list)
  end
  return by_operation
end

return {
  {
    name = "okta",
    origin = "https://org.okta.test",
    options = { url = "https://org.okta.test", token = "00tok" },
    headers = { Authorization = "SSWS 00tok" },
    -- a login that needs encoding; ids as Okta has them
    ids = {
      user = "ada+l%41@example.com", primary = "00u2", role = "ra1", group = "00g1", app = "google", instance = "0oa1",
      client = "0oc1", token = "oar1", grant = "oag1", name = "manager", login = "ada@example.com",
    },
    rows = rows_of("okta_users", "okta_lifecycle", "okta_roles", "okta_grants"),
    givens = require "spec.conformance.okta_givens",
    statuses = statuses_of("okta", "success_status"),
  },
  {
    name = "jumpcloud",
    origin = "https://console.jumpcloud.com",
    options = { api_key = "jc-key" },
    headers = { ["x-api-key"] = "jc-key", ["x-org-id"] = false, Authorization = false },
    ids = { admin = "5f0c1e2d3a4b5c6d7e8f9a0b", org = "5f0c1e2d3a4b5c6d7e8f9a0c", name = "Acme" },
    rows = rows_of "jumpcloud",
    givens = require("spec.conformance.others_givens").jumpcloud,
    statuses = statuses_of("jumpcloud", "success"),
  },
  {
    name = "knetik",
    origin = "https://app.knetik.test",
    options = { url = "https://app.knetik.test", token = "kt-token" },
    headers = { Authorization = "Bearer kt-token" },
    ids = {
      user = 42, tag = "a/b c", template = "5a1b", secret = "s3cret", username = "ada", email = "ada@example.com",
    },
    rows = rows_of "knetik",
    givens = require("spec.conformance.others_givens").knetik,
    statuses = statuses_of("knetik", "success"),
  },
}
