-- JumpCloud: console administrators and organizations.
local others = require "spec.conformance.others_givens"

--- An administrator as the service has them: a PUT without members changes
--- nothing, and there is no GET.
local function read(t)
  return assert(t.client:users_put(t.ids.admin, {}))
end

local PERSON = [[{
  "_id": "5f0c1e2d3a4b5c6d7e8f9a0b", "email": "ada@example.com", "firstname": "", "enableMultiFactor": false,
  "sessionCount": 3, "roleNames": [], "apiKeyHash": null, "growthData": {"onboardingState": {"step": "invite"}}
}]]
local PERSON_VALUE = {
  _id = "5f0c1e2d3a4b5c6d7e8f9a0b", email = "ada@example.com", firstname = "", enableMultiFactor = false,
  sessionCount = 3, roleNames = {}, growthData = { onboardingState = { step = "invite" } },
}

local ORGS = '{"totalCount":2,"results":[{"_id":"a1","displayName":"Acme"},{"_id":"a2","logoUrl":""}]}'
local ORGS_VALUE = { { _id = "a1", displayName = "Acme" }, { _id = "a2", logoUrl = "" } }
local NONE = '{"totalCount":0,"results":[]}'

return {
  {
    name = "admin_totpreset_begin",
    given = "admin",
    args = { "$admin" },
    sends = "POST /api/users/resettotp/$admin",
    answer = { 200, "OK", { ["Content-Type"] = "text/plain" } },
    value = true,
    effect = function(t)
      assert(read(t).totpEnrolled == false)
    end,
  },
  {
    name = "organization_list",
    args = {},
    sends = "GET /api/organizations",
    query = { sort = "_id" },
    answer = { 200, ORGS },
    value = ORGS_VALUE,
    effect = function(_, page)
      assert(#page == 10 and page[1]._id < page[2]._id and page[9]._id < page[10]._id)
    end,
  },
  {
    name = "organization_list",
    given = "organization",
    args = {
      {
        filter = { "displayName:$ne:a:b", "logoUrl:$gte:https://" },
        fields = { "displayName", "logoUrl" },
        sort = { "-displayName", "_id" },
        limit = 3,
        skip = 1,
      },
    },
    sends = "GET /api/organizations",
    query = {
      ["filter[0]"] = "displayName:$ne:a:b",
      ["filter[1]"] = "logoUrl:$gte:https://",
      fields = "displayName logoUrl",
      sort = "-displayName _id",
      limit = "3",
      skip = "1",
    },
    answer = { 200, '{"totalCount":3,"results":[{"_id":"a1","displayName":"Acme"},{"_id":"a2","logoUrl":""}]}' },
    value = ORGS_VALUE,
    effect = function(_, page)
      assert(#page == 3 and page[1].displayName > page[2].displayName)
    end,
  },
  {
    name = "organization_list",
    args = {
      { filter = { any = { "displayName:$eq:Nobody", "displayName:$gt:A" } }, sort_ignore_case = "displayName" },
    },
    sends = "GET /api/organizations",
    query = {
      ["filter[or][0]"] = "displayName:$eq:Nobody",
      ["filter[or][1]"] = "displayName:$gt:A",
      sortIgnoreCase = "displayName",
    },
    answer = { 200, ORGS },
    value = ORGS_VALUE,
    effect = function(_, page)
      assert(#page == 10 and page[1].displayName:lower() <= page[2].displayName:lower())
    end,
  },
  {
    name = "organization_list",
    given = "organization",
    args = { { filter = "displayName:$eq:Nobody at all", fields = "displayName", sort = "displayName" } },
    sends = "GET /api/organizations",
    query = { filter = "displayName:$eq:Nobody at all", fields = "displayName", sort = "displayName" },
    answer = { 200, NONE },
    value = {},
    effect = function(_, page)
      assert(#page == 0)
    end,
  },
  {
    name = "organization_list",
    given = "organization",
    args = { { search = { fields = { "displayName", "_id" }, searchTerm = "$name" } } },
    sends = "GET /api/organizations",
    query = {
      { "search[fields][]", "displayName" },
      { "search[fields][]", "_id" },
      { "search[searchTerm]", "Acme" },
      { "sort", "_id" },
    },
    answer = { 200, ORGS },
    value = ORGS_VALUE,
    effect = function(t, page)
      assert(#page >= 1 and page[1].displayName:find(t.ids.name, 1, true))
    end,
  },
  {
    name = "users_put",
    given = "admin",
    args = { "$admin", { firstname = "", enableMultiFactor = false, roleName = "Manager" } },
    sends = "PUT /api/users/$admin",
    body = { firstname = "", enableMultiFactor = false, roleName = "Manager" },
    answer = { 200, PERSON },
    value = PERSON_VALUE,
    effect = function(t)
      local now = read(t)
      assert(now.firstname == "" and now.enableMultiFactor == false and now.roleName == "Manager")
      -- so that the next row may reset a factor again
      assert(t.client:users_put(t.ids.admin, { enableMultiFactor = true }))
    end,
  },
  {
    name = "users_put",
    given = "admin",
    args = { "$admin", { lastWhatsNewChecked = "2024-05-06" }, { x_org_id = "$org" } },
    sends = "PUT /api/users/$admin",
    headers = { ["x-org-id"] = "5f0c1e2d3a4b5c6d7e8f9a0c" },
    body = { lastWhatsNewChecked = "2024-05-06" },
    answer = { 200, PERSON },
    value = PERSON_VALUE,
    effect = function(t)
      -- a date goes in, a time comes out
      assert(read(t).lastWhatsNewChecked == "2024-05-06T00:00:00.000Z")
    end,
  },
  {
    name = "users_put",
    given = "admin",
    args = { "$admin" },
    sends = "PUT /api/users/$admin",
    answer = { 200, PERSON },
    value = PERSON_VALUE,
  },
  {
    name = "users_reactivate_get",
    given = "admin",
    args = { "$admin" },
    sends = "GET /api/users/reactivate/$admin",
    answer = { 200, "OK", { ["Content-Type"] = "text/plain; charset=utf-8" } },
    value = true,
    effect = function(t)
      local mails = others.mails(t)
      assert(mails[#mails].kind == "reactivation" and mails[#mails].administrator == t.ids.admin)
    end,
  },
}
