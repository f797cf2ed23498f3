-- Written by `make meta` from the catalog: change that, not this.
---@meta _

---What JumpCloud sends and takes, in its own spelling. A string that is not listed passes as
---well, both ways, and so does a field of a response. A call raises an error for a field that its
---body's model does not list, unless that is open ([string]) or the option `extra` names the field.
---Of what comes back, tables of tables are not said to be nil, so that they
---can be read without a check; where the service leaves one out, it is nil all the same.

---@class roster.jumpcloud.ApiKeyHash
---@field createdAt? string RFC 3339
---@field expireAt? string RFC 3339
---@field prefix? string

---@class roster.jumpcloud.Error
---@field code? integer
---@field message? string
---@field status? string

---@class roster.jumpcloud.ErrorDetails
---@field code? integer
---@field details? table<string, any>[]
---@field message? string
---@field status? string

---@class roster.jumpcloud.Organizationslist
---@field results? roster.jumpcloud.OrganizationslistResults[]
---@field totalCount? integer

---@class roster.jumpcloud.OrganizationslistResults
---@field _id? string set by the service
---@field displayName? string
---@field logoUrl? string

---@class roster.jumpcloud.Userput
---@field apiKeyAllowed? boolean not in the older documents
---@field email? string
---@field enableMultiFactor? boolean
---@field firstname? string
---@field growthData? table<string, any>
---@field lastWhatsNewChecked? string RFC 3339
---@field lastname? string
---@field roleName? string
---@field roleNames? string[] not in the older documents

---@class roster.jumpcloud.Userreturn
---@field _id? string set by the service
---@field apiKeyAllowed? boolean not in the older documents
---@field apiKeyHash roster.jumpcloud.ApiKeyHash not in the older documents
---@field apiKeySet? boolean not in the older documents
---@field apiKeyUpdatedAt? string RFC 3339; not in the older documents
---@field created? string RFC 3339
---@field disableIntroduction? boolean
---@field email? string
---@field enableMultiFactor? boolean
---@field firstname? string
---@field growthData roster.jumpcloud.UserreturnGrowthData
---@field lastWhatsNewChecked? string RFC 3339
---@field lastname? string
---@field organization? string
---@field passwordUpdatedAt? string RFC 3339; not in the older documents
---@field provider? string
---@field role? string
---@field roleName? string
---@field roleNames? string[] not in the older documents
---@field roles? string[] not in the older documents
---@field sessionCount? integer
---@field suspended? boolean
---@field totpEnrolled? boolean
---@field totpUpdatedAt? string RFC 3339; not in the older documents
---@field usersTimeZone? string

---@class roster.jumpcloud.UserreturnGrowthData
---@field experimentStates? table<string, any>
---@field onboardingState? table<string, any>
---@field [string] any
