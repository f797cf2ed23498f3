--- The third value of a failed call: a table a program can branch on, which
--- prints as the one line a person reads.
local core = require "roster.core"

local M = {}

---@class roster.Error
---@field kind "http"|"auth"|"rate_limited"|"transport"|"timeout"|"protocol"|"argument"|"closed"
---@field text string        the whole line; what tostring gives
---@field message string     what went wrong, in the service's words if it had any
---@field service string     "okta"
---@field operation string   "get_user"
---@field status integer?    HTTP status, when there was a whole answer
---@field code string?       the service's own code
---@field causes string[]?   the service's list of causes
---@field request_id string? to quote to the vendor's support
---@field headers table?     as in meta
---@field rate table?        limit, remaining, reset (epoch seconds), where told
---@field retryable boolean  sending it again can do no harm and may help
---@field ambiguous boolean  the service may have done it: look before repeating
---@field attempts table[]? what became of each: status (none: lost), why
--- another followed or none did, wait (seconds before that one)
---@field retry_at number?   epoch seconds when trying again could help

local mt = { __name = "roster.error" }

function mt.__tostring(e)
  return e.text
end

-- "got: " .. err is how people log; without this it would raise
function mt.__concat(a, b)
  return tostring(a) .. tostring(b)
end

--- Makes a detail of the table that the core filled in.
---@param detail table
---@return roster.Error
function M.new(detail)
  return setmetatable(detail, mt)
end

-- The texts may quote what others wrote.
local function make(kind, service, operation, text, message)
  text, message = core.visible(text, "message"), core.visible(message, "message")
  return M.new {
    kind = kind,
    service = service,
    operation = operation,
    text = text,
    message = message,
    retryable = false,
    ambiguous = false,
  }
end

--- The detail for data that cannot be sent.
---@param service string
---@param operation string
---@param text string the whole line
---@return roster.Error
function M.argument(service, operation, text)
  return make("argument", service, operation, text, text)
end

--- The detail for what is closed, or of another process.
---@param service string
---@param operation string
---@param message string
---@return roster.Error
function M.closed(service, operation, message)
  return make("closed", service, operation, service .. " " .. operation .. ": " .. message, message)
end

--- The detail for an answer that is not what the operation promises.
---@param service string
---@param operation string
---@param message string
---@return roster.Error
function M.protocol(service, operation, message)
  return make("protocol", service, operation, service .. " " .. operation .. ": " .. message, message)
end

M.mt = mt

return M
