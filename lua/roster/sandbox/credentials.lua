--- What opens a sandbox unless its options say otherwise.
return {
  okta = { token = "sandbox-token" },
  jumpcloud = { api_key = "sandbox-api-key" },
  knetik = {
    token = "sandbox-token",
    client_id = "sandbox-client",
    client_secret = "sandbox-secret",
    username = "admin",
    password = "sandbox-password",
  },
}
