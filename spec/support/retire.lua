-- What the specs of long bulk runs do to a user: a change that counts each time
-- it is made, by an operation that is not safe to repeat. Where an answer was
-- lost it looks before it asks again.
local M = {}

---@param department string
function M.to(department)
  return function(user, okta, again)
    for _ = 1, 10 do
      if again then
        local seen, message, detail = okta:get_user(user.id)
        if not seen then
          return nil, message, detail
        elseif seen.profile.department == department then
          return true
        end
      end
      local ok, message, detail = okta:partial_update_user(user.id, { profile = { department = department } })
      if ok or not detail.ambiguous then
        return ok, message, detail
      end
      again = true
    end
    return nil, "lost ten times"
  end
end

return M
