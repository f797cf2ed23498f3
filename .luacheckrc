max_line_length = 120
exclude_files = { "build/**", "spec/fixtures/**" }

-- What 5.1 and 5.4 share, and what must be looked for before it is used.
stds.roster = {
  read_globals = { "unpack", "jit", table = { fields = { "unpack" } },
    math = { fields = { "type", "tointeger", "maxinteger", "mininteger" } },
    coroutine = { fields = { "isyieldable" } } },
}
std = "min+roster"

-- The files that run inside nginx.
for _, path in ipairs {
  "lua/roster/clock.lua",
  "lua/roster/loop/nginx.lua",
  "lua/roster/nginx",
  "lua/roster/store/nginx.lua",
  "lua/roster/transport/nginx.lua",
  "lua/roster/sandbox/nginx.lua",
  "lua/roster/sandbox/watch.lua",
  "examples/nginx/gate.lua",
  "spec/bench/nginx_by_hand.lua",
} do
  files[path].globals = {
    ngx = { other_fields = true, read_only = true, fields = {
      header = { other_fields = true, read_only = false },
      status = { read_only = false },
    } },
  }
end

files["spec"] = { std = "min+roster+busted", read_globals = { "setfenv" } }
-- declarations only
files["lua/roster/meta"] = { unused = false }
files[".busted"] = { std = "min" }
files["rockspec"].std = "+rockspec"
files[".ci/tally.lua"].read_globals = { "jit" }
