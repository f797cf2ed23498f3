-- A program in a real terminal: keys in, screen out. The terminal is tmux's, on
-- a server of its own; what is waited for is what the screen shows.
local M = {}

local methods = {}
local mt = { __index = methods }

-- looks at the screen, a twentieth of a second each: two minutes and more
local PATIENCE = 2400

local function quote(text)
  return "'" .. tostring(text):gsub("'", "'\\''") .. "'"
end

local function run(command)
  local pipe = assert(io.popen(command .. " 2>&1"))
  local output = pipe:read("*a")
  pipe:close()
  return output
end

local function tmux(self, command)
  -- an instrumented build's runtime is for the program, not for tmux
  return run("env -u LD_PRELOAD tmux -u -S " .. quote(self.folder .. "/socket") .. " -f /dev/null " .. command)
end

--- The program's environment, as words of a shell.
local function environment(self, given)
  local words = {
    "HOME=" .. quote(self.folder), "INPUTRC=/dev/null", "LC_ALL=C.UTF-8", "LUA_PATH=" .. quote(package.path),
    "LUA_CPATH=" .. quote(package.cpath),
  }
  local preload = os.getenv("LD_PRELOAD")
  if preload then
    words[#words + 1] = "LD_PRELOAD=" .. quote(preload)
    words[#words + 1] = "ASAN_OPTIONS=detect_leaks=0"
  end
  for name, value in pairs(given or {}) do
    words[#words + 1] = name .. "=" .. quote(value)
  end
  return table.concat(words, " ")
end

--- Starts the command in a terminal of 130 columns.
---@param command string for a shell
---@param variables table<string, string>? further environment
function M.start(command, variables)
  local folder = run("mktemp -d"):gsub("%s+$", "")
  local self = setmetatable({ folder = folder }, mt)
  local output = tmux(self, "new-session -d -x 130 -y 60 " .. quote("env " .. environment(self, variables) .. " "
    .. command))
  if output ~= "" then
    self:stop()
    error("tmux: " .. output)
  end
  return self
end

--- What stands on the screen, without the spaces at the ends of lines.
function methods:screen()
  return (tmux(self, "capture-pane -p -J"):gsub(" +\n", "\n"):gsub("\n+$", "\n"))
end

--- Waits until the screen satisfies `condition`: a text that it holds, or a
--- function of the screen. Returns the screen.
function methods:wait(condition)
  local screen
  for _ = 1, PATIENCE do
    screen = self:screen()
    local ok = type(condition) == "function" and condition(screen)
      or type(condition) == "string" and screen:find(condition, 1, true)
    if ok then
      return screen
    end
    os.execute("sleep 0.05")
  end
  error("the screen never showed " .. tostring(condition) .. ":\n" .. screen, 2)
end

--- Types the text as it is.
function methods:type(text)
  tmux(self, "send-keys -l -- " .. quote(text))
end

--- Presses a key by tmux's name of it: "Enter", "Tab", "C-c".
function methods:press(key)
  tmux(self, "send-keys " .. key)
end

--- Waits for a prompt with nothing behind it.
function methods:ready()
  return self:wait(function(screen)
    return screen:find("\n> \n$") or screen:find("\n>\n$") or screen == ">\n"
  end)
end

--- Clears the screen, types the line, and returns what the program printed
--- until its next prompt.
function methods:enter(line)
  self:ready()
  tmux(self, "send-keys -R")
  tmux(self, "clear-history")
  self:type(line)
  self:press("Enter")
  return self:ready()
end

--- Ends the program and its terminal. Harmless the second time.
function methods:stop()
  if not self.stopped then
    self.stopped = true
    tmux(self, "kill-server")
    run("rm -rf " .. quote(self.folder))
  end
end

return M
