-- Writes the editor's types and the reference pages: write.lua [folder]. What
-- stands in the folder and is no longer made is removed.

package.path = ".ci/?.lua;" .. package.path

local generate = require "meta.generate"
local names = require "roster.names"

local folder = arg[1] or "lua/roster/meta"
local files = generate()

for _, name in ipairs(names(files)) do
  local path = folder .. "/" .. name
  local file = assert(io.open(path, "wb"))
  assert(file:write(files[name]))
  assert(file:close())
end

local listing = assert(io.popen("ls '" .. folder .. "'"))
for name in listing:lines() do
  if not files[name] then
    assert(os.remove(folder .. "/" .. name))
  end
end
listing:close()
