--- The people that a file names, and the users they are at Okta. No other user is ever taken for one of them.
---
--- A person is named by a whole login or by an id: never by a short name, which Okta would look up as well, never as
--- "me", and never by a part of a cell.
local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local csv = dofile(here .. "csv.lua")
local visible = require "roster.visible"

local M = {}

---@class people.Person
---@field line integer   of the file
---@field text string    the login or the id, as it is written
---@field login string?  in lower case
---@field id string?

---@class people.List: people.Person[]
---@field rejected { line: integer, why: string }[]  rows that name no person
---@field doubled { line: integer, why: string }[]   rows that name one again, and are not counted
---@field comments { line: integer, text: string }[] lines that begin with "#"

-- Okta's user ids: 20 letters and digits that begin with 00u.
local function is_id(text)
  return #text == 20 and text:find("^00u%w+$") ~= nil
end

--- Is it a login beyond doubt? One without an "@" could be a short name.
---@param text string
---@return boolean
function M.is_login(text)
  return text:find("^[^@]+@[^@]+$") ~= nil and not text:find("%c")
end

--- Do two logins name the same user? As Okta has it, without regard to case; here only to that of ASCII, so that what
--- looks alike is not taken for the same.
---@param a any
---@param b any
---@return boolean
function M.is_same_login(a, b)
  return type(a) == "string" and type(b) == "string" and a:lower() == b:lower()
end

--- Whom a user is, in one word that is safe to show: the login, or the id where the login is not visible.
---@param user table
---@return string
function M.name(user)
  local login = type(user.profile) == "table" and user.profile.login
  return visible.line(type(login) == "string" and login ~= "" and login or user.id or "(no id)")
end

-------------------------------------------------------------------- the file

-- Takes the cell for a login or an id; nil and why not.
local function person_of(cell)
  local text = csv.trim(cell)
  if is_id(text) then
    return { text = text, id = text }
  elseif M.is_login(text) then
    return { text = text, login = text:lower() }
  end
  return nil, ('"%s" is neither a whole login, with an @, nor an id'):format(visible.line(text))
end

-- Adds the login in `login` to the person of the id, to be compared; or why they cannot be one.
local function person_of_both(id, login)
  local person, why = person_of(id or login)
  if not person or not (id and login) then
    return person, why
  end
  local other
  other, why = person_of(login)
  if not other then
    return nil, why
  elseif person.id and other.login then
    person.login = other.login
  elseif person.text:lower() ~= other.text:lower() then
    return nil, "login and id name two people"
  end
  return person
end

local function column_of(columns, name)
  for _, column in ipairs(columns) do
    if column:lower() == name:lower() then
      return column
    end
  end
end

-- The names of the columns that name a person; nil, why.
local function naming(columns, wanted)
  if wanted then
    local column = column_of(columns, csv.trim(wanted))
    return column and { column }, "there is no column " .. wanted
  end
  local found = { id = column_of(columns, "id"), login = column_of(columns, "login") }
  if found.id or found.login then
    return found
  end
  return nil, 'there is no column "login" or "id"'
end

local function listed(columns)
  return (#columns == 1 and 'the one column is "' or 'the columns are "') .. table.concat(columns, '", "') .. '"'
end

-- The rows as people or why not, where there is no heading: each cell is a person.
local function of_list(rows)
  local found = {}
  for i, row in ipairs(rows) do
    local person, why
    if #row == 1 then
      person, why = person_of(row[1])
    else
      why = ("%d cells, but there is 1 column"):format(#row)
    end
    found[i] = { line = row.line, person = person, why = why }
  end
  return found
end

local function of_table(rows, wanted)
  local records, why, line = csv.named(rows)
  if not records then
    return nil, why, line
  end
  local names
  names, why = naming(records.columns, wanted)
  if not names then
    return nil, ("%s; %s: name the column with --column"):format(why, listed(records.columns)), rows[1].line
  end
  local found = {}
  for i, record in ipairs(records) do
    local person
    why = record.fault
    if not why then
      local id = record.values[names[1] or names.id or ""]
      local login = record.values[names.login or ""]
      if id or login then
        person, why = person_of_both(id, login)
      else
        why = "the row has no login and no id"
      end
    end
    found[i] = { line = record.line, person = person, why = why }
  end
  return found
end

--- The people that the text of a file names, each once; nil, why and the line where it is not beyond doubt whom.
---
--- They stand in a column `login` or `id`, or in the one called `column`; where there are both, a row's login is
--- compared as well. Without such a heading the file is a list if it has one column and begins with a login or an id.
---@param text string
---@param column string?
---@return people.List? list, string? message, integer? line
function M.read(text, column)
  local rows, why, line = csv.parse(text, { comment = "#" })
  if not rows then
    return nil, why, line
  end
  local found
  if not column and #rows[1] == 1 and person_of(rows[1][1]) then
    found = of_list(rows)
  else
    found, why, line = of_table(rows, column)
    if not found then
      return nil, why, line
    end
  end
  local list, first = { rejected = {}, doubled = {}, comments = {} }, {}
  for _, each in ipairs(found) do
    local person = each.person
    local key = person and (person.id or person.login)
    if not person then
      table.insert(list.rejected, { line = each.line, why = each.why })
    elseif first[key] then
      table.insert(list.doubled, { line = each.line, why = "the same person as in line " .. first[key] })
    else
      person.line, first[key] = each.line, each.line
      list[#list + 1] = person
    end
  end
  for i, comment in ipairs(rows.comments) do
    list.comments[i] = { line = comment.line, text = comment[1] }
  end
  return list
end

------------------------------------------------------------------- the users

--- The user that a person is, by one call; nil and why. What Okta returns is compared with what was written, as Okta
--- also finds users by less than that.
---@param okta table client
---@param person people.Person
---@return table? user, string? why, table? detail
function M.find(okta, person)
  local user, message, detail = okta:get_user(person.id or person.text)
  if not user then
    return nil, message, detail
  end
  local login = type(user.profile) == "table" and user.profile.login or nil
  if type(user.id) ~= "string" or person.id and user.id ~= person.id
    or person.login and not M.is_same_login(login, person.login) then
    return nil, ("Okta returned another user, %s (%s): nothing is done"):format(M.name(user), visible.line(user.id))
  end
  return user
end

--- The user that the client's token belongs to; false where it belongs to none, as that of a service application; nil,
--- message where that cannot be told.
---@param okta table client
---@return table|false|nil user, string? message
function M.owner(okta)
  local user, message, detail = okta:get_user("me")
  if user then
    return user
  elseif detail.status == 404 or detail.status == 403 then
    return false, message
  end
  return nil, message
end

return M
