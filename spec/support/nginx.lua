--- A real nginx for a spec: see `roster.sandbox.server` for the options.
--
--     local nginx = require "spec.support.nginx"
--     local server = nginx.start{ locations = { ["/hi"] = 'ngx.say("hi")' } }
--     -- server.url .. "/hi", server.error_log, server:log()
--     server:stop()
return require "roster.sandbox.server"
