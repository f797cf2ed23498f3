-- busted without its launcher, so that the Lua that runs this is the one that
-- runs the specs (the launcher asks for `lua`, which may be any version).
require "busted.runner"({ standalone = false })
