-- KnetikCloud: users, their tags and passwords, templates.
local others = require "spec.conformance.others_givens"

local USER = [[{
  "id": 42, "username": "ada", "display_name": "Ada", "date_of_birth": -4000000000, "tags": [], "template": null,
  "additional_properties": {"score": {"type": "long", "value": 7}, "list": {"type": "list", "values": []}}
}]]
local USER_VALUE = {
  id = 42, username = "ada", display_name = "Ada", date_of_birth = -4000000000, tags = {},
  additional_properties = { score = { type = "long", value = 7 }, list = { type = "list", values = {} } },
}
local PAGE = [[{
  "content": [{"id": 1, "display_name": "Ada"}, {"id": 2}], "first": true, "last": true, "number": 0,
  "number_of_elements": 2, "size": 25, "total_elements": 2, "total_pages": 1, "sort": [{"property": "id"}]
}]]
local PAGE_VALUE = { { id = 1, display_name = "Ada" }, { id = 2 } }
local TEMPLATE = [[{
  "id": "5a1b", "name": "player", "created_date": 1500000000,
  "properties": [{"name": "score", "type": "long", "required": true, "min": 0}]
}]]
local TEMPLATE_VALUE = {
  id = "5a1b", name = "player", created_date = 1500000000,
  properties = { { name = "score", type = "long", required = true, min = 0 } },
}

local function tags(t)
  local list = assert(t.client:get_user_tags(t.ids.user):all())
  table.sort(list)
  return table.concat(list, ", ")
end

local function last_mail(t)
  local mails = others.mails(t)
  return mails[#mails]
end

return {
  {
    name = "register_user",
    given = "free",
    args = { { username = "$username", email = "$email", password = "Correct-horse-1", additional_properties = {
      score = { type = "long", value = 7 }, bio = { type = "formatted_text", value = "<b>Ada</b>" },
    } } },
    sends = "POST /users",
    body = { username = "$username", email = "$email", password = "Correct-horse-1", additional_properties = {
      score = { type = "long", value = 7 }, bio = { type = "formatted_text", value = "<b>Ada</b>" },
    } },
    answer = { 200, USER },
    value = USER_VALUE,
    effect = function(t, user)
      local more = assert(t.client:get_user(user.id)).additional_properties
      assert(more.score.type == "long" and more.score.value == 7 and more.bio.type == "formatted_text")
      assert(assert(others.me(t, t.ids.username, "Correct-horse-1")).id == user.id)
    end,
  },
  {
    name = "get_user",
    given = "user",
    args = { "$user" },
    sends = "GET /users/$user",
    answer = { 200, USER },
    value = USER_VALUE,
    effect = function(t, user)
      assert(user.id == t.ids.user and user.username == t.ids.username and user.password == nil)
    end,
  },
  {
    name = "get_users",
    args = { { filter_displayname = "A", filter_id_list = { 1, 2, 3 }, order = { "id:DESC", "username:ASC" },
      size = 3, page = 1 } },
    sends = "GET /users",
    query = { filter_displayname = "A", filter_id_list = "1,2,3", order = "id:DESC,username:ASC", size = "3",
      page = "1" },
    answer = { 200, PAGE },
    value = PAGE_VALUE,
    effect = function(_, page)
      assert(#page <= 3)
    end,
  },
  {
    name = "get_users",
    args = { { filter_last_activity = "GOE,1500000000", filter_role = "ADMIN", filter_group = "players",
      filter_search = "a" } },
    sends = "GET /users",
    query = { filter_last_activity = "GOE,1500000000", filter_role = "ADMIN", filter_group = "players",
      filter_search = "a" },
    answer = { 200, PAGE },
    value = PAGE_VALUE,
  },
  {
    name = "get_users",
    given = "tagged",
    args = { { filter_tag = "$tag", filter_username = "$username", filter_email = "$email" } },
    sends = "GET /users",
    query = { filter_tag = "$tag", filter_username = "$username", filter_email = "$email" },
    answer = { 200, PAGE },
    value = PAGE_VALUE,
    effect = function(t, page)
      assert(#page == 1 and page[1].id == t.ids.user)
    end,
  },
  {
    name = "update_user",
    given = "user",
    args = { "$user", { username = "$username", email = "$email", display_name = "", first_name = "Ada" } },
    sends = "PUT /users/$user",
    body = { username = "$username", email = "$email", display_name = "", first_name = "Ada" },
    answer = { 204 },
    value = true,
    effect = function(t)
      local now = assert(t.client:get_user(t.ids.user))
      assert(now.first_name == "Ada" and now.display_name == "")
    end,
  },
  {
    name = "add_user_tag",
    given = "user",
    args = { "$user", "$tag" },
    sends = "POST /users/$user/tags",
    body = { value = "$tag" },
    answer = { 200 },
    value = true,
    effect = function(t)
      assert(tags(t) == "a/b c")
    end,
  },
  {
    name = "get_user_tags",
    given = "tagged",
    args = { "$user" },
    sends = "GET /users/$user/tags",
    answer = { 200, '["a/b c", ""]' },
    value = { "a/b c", "" },
    effect = function(_, list)
      assert(#list == 2 and type(list[1]) == "string")
    end,
  },
  {
    name = "remove_user_tag",
    given = "tagged",
    args = { "$user", "$tag" },
    sends = "DELETE /users/$user/tags/$tag",
    answer = { 204 },
    value = true,
    effect = function(t)
      assert(tags(t) == "other")
    end,
  },
  {
    name = "set_password",
    given = "user",
    args = { "$user", { value = "Other-horse-22" } },
    sends = "PUT /users/$user/password",
    body = { value = "Other-horse-22" },
    answer = { 200, "" },
    value = true,
    effect = function(t)
      assert(others.me(t, t.ids.username, others.PASSWORD) == nil)
      assert(assert(others.me(t, t.ids.username, "Other-horse-22")).id == t.ids.user)
    end,
  },
  {
    name = "start_password_reset",
    given = "user",
    args = { "$user" },
    sends = "POST /users/$user/password-reset",
    headers = { ["Content-Type"] = "application/json" },
    answer = { 200, "" },
    value = true,
    effect = function(t)
      assert(last_mail(t).user_id == t.ids.user and last_mail(t).secret)
    end,
  },
  {
    name = "submit_password_reset",
    given = "user",
    args = { { email = "$email" } },
    sends = "POST /users/password-reset",
    body = { email = "$email" },
    answer = { 200, "" },
    value = true,
    effect = function(t)
      assert(last_mail(t).user_id == t.ids.user and last_mail(t).secret)
    end,
  },
  {
    name = "password_reset",
    given = "resetting",
    args = { "$user", { password = "Third-horse-333", secret = "$secret" } },
    sends = "PUT /users/$user/password-reset",
    body = { password = "Third-horse-333", secret = "$secret" },
    answer = { 204 },
    value = true,
    effect = function(t)
      assert(assert(others.me(t, t.ids.username, "Third-horse-333")).id == t.ids.user)
    end,
  },
  {
    name = "create_user_template",
    args = { { name = "player", allow_additional = false, properties = {
      { name = "score", type = "long", required = true, min = 0 },
      { name = "list", type = "list", required = false, value_definition = { name = "item", type = "text",
        required = true } },
    } } },
    sends = "POST /users/templates",
    body = { name = "player", allow_additional = false, properties = {
      { name = "score", type = "long", required = true, min = 0 },
      { name = "list", type = "list", required = false, value_definition = { name = "item", type = "text",
        required = true } },
    } },
    answer = { 201, TEMPLATE },
    value = TEMPLATE_VALUE,
    effect = function(t, template)
      local read = assert(t.client:get_user_template(template.id))
      assert(read.properties[1].type == "long" and read.properties[2].value_definition.type == "text")
    end,
  },
  {
    name = "get_user_template",
    given = "template",
    args = { "$template" },
    sends = "GET /users/templates/$template",
    answer = { 200, TEMPLATE },
    value = TEMPLATE_VALUE,
    effect = function(t, template)
      assert(template.id == t.ids.template)
    end,
  },
  {
    name = "get_user_templates",
    given = "template",
    args = { { size = 2, order = "name:ASC" } },
    sends = "GET /users/templates",
    query = { size = "2", order = "name:ASC" },
    answer = { 200, '{"content":[' .. TEMPLATE .. '],"total_elements":1,"size":2}' },
    value = { TEMPLATE_VALUE },
    effect = function(_, page)
      assert(#page == 2 and page[1].name <= page[2].name)
    end,
  },
  {
    name = "update_user_template",
    given = "template",
    args = { "$template", { name = "renamed", properties = {} } },
    sends = "PUT /users/templates/$template",
    body = { name = "renamed", properties = {} },
    answer = { 204 },
    value = true,
    effect = function(t)
      assert(assert(t.client:get_user_template(t.ids.template)).name == "renamed")
    end,
  },
  {
    name = "delete_user_template",
    given = "used_template",
    args = { "$template", { cascade = "detach" } },
    sends = "DELETE /users/templates/$template",
    query = { cascade = "detach" },
    answer = { 204, "" },
    value = true,
    effect = function(t)
      local gone, _, detail = t.client:get_user_template(t.ids.template)
      assert(gone == nil and detail.status == 404)
      assert(assert(t.client:get_user(t.ids.user)).template == nil)
    end,
  },
}
