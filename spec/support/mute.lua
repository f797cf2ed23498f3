-- What listens on loopback and does not do its part, and what has only an IPv6
-- address. Written in what every Debian has; ends when its starter has.
local M = {}

local Server = {}
Server.__index = Server

local COMMON = [[
use strict; use warnings; use Socket qw(:all); use IO::Socket::INET;
my $owner = shift; my $s; my @keep; $| = 1;
sub told { print "$$ $_[0]\n"; close STDOUT; open STDOUT, ">/dev/null"; }
sub last_forever { sleep 1 while kill 0, $owner; exit }
]]

local SCRIPTS = {
  -- connections stand, since the kernel sees to that, and nobody reads
  tcp = [[
    $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Proto => "tcp", Listen => 100) or die;
    told($s->sockport); last_forever();
  ]],
  -- so many wait to be accepted that the kernel answers no further one
  full = [[
    $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Proto => "tcp", Listen => 1) or die;
    listen($s, 0);
    my @pending;
    while (@pending < 3) {
      socket(my $c, PF_INET, SOCK_STREAM, 0) or die;
      $c->blocking(0);
      push @keep, $c;
      connect($c, pack_sockaddr_in($s->sockport, INADDR_LOOPBACK)) or push @pending, $c;
      die "never full" if @keep > 2000;
    }
    told($s->sockport); last_forever();
  ]],
  -- takes questions and gives no answers
  udp = [[
    $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Proto => "udp") or die;
    told($s->sockport); last_forever();
  ]],
  -- answers on [::1], telling the connection's number; "none" without IPv6
  ipv6 = [[
    socket($s, PF_INET6, SOCK_STREAM, 0) && bind($s, pack_sockaddr_in6(0, inet_pton(AF_INET6, "::1")))
      && listen($s, 10) or do { told("none"); last_forever() };
    told((unpack_sockaddr_in6(getsockname($s)))[0]);
    my $n = 0;
    while (kill 0, $owner) {
      my $in = ""; vec($in, fileno($s), 1) = 1;
      next unless select($in, undef, undef, 1) && accept(my $c, $s);
      $n++;
      my ($seen, $got) = ("");
      while (sysread($c, $got, 4096)) {
        $seen .= $got;
        next unless $seen =~ /\r\n\r\n/;
        my ($host) = $seen =~ /^Host: (.*?)\r$/mi;
        my $body = "{\"id\":\"$n\",\"host\":\"$host\"}";
        syswrite($c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " . length($body)
          . "\r\n\r\n$body");
        $seen = "";
      }
    }
  ]],
}

--- Starts one: "tcp", "full", "udp" or "ipv6".
---@param kind string
---@return table server  port (nil for "ipv6" where there is none), stop()
function M.start(kind)
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  file:write(COMMON, SCRIPTS[kind])
  file:close()
  local pipe = assert(io.popen("perl " .. path .. " $PPID 2>&1 &"))
  local line = pipe:read("*l") or ""
  local pid, port = line:match("^(%d+) (%w+)$")
  pipe:close()
  os.remove(path)
  assert(pid, "perl did not start: " .. line)
  return setmetatable({ pid = pid, port = tonumber(port) }, Server)
end

function Server:stop()
  if self.pid then
    os.execute("kill " .. self.pid .. " 2>/dev/null")
    self.pid = nil
  end
end

return M
