-- Written by `make meta` from the catalog: change that, not this.
---@meta _

---What Okta sends and takes, in its own spelling. A string that is not listed passes as
---well, both ways, and so does a field of a response. A call raises an error for a field that its
---body's model does not list, unless that is open ([string]) or the option `extra` names the field.
---Of what comes back, tables of tables are not said to be nil, so that they
---can be read without a check; where the service leaves one out, it is nil all the same.

---@alias roster.okta.AppAndInstanceConditionEvaluatorAppOrInstance.type string
---| "APP_TYPE"
---| "APP"

---@class roster.okta.AppAndInstanceConditionEvaluatorAppOrInstance
---@field id? string set by the service
---@field name? string
---@field type? roster.okta.AppAndInstanceConditionEvaluatorAppOrInstance.type

---@class roster.okta.AppAndInstancePolicyRuleCondition
---@field exclude? roster.okta.AppAndInstanceConditionEvaluatorAppOrInstance[]
---@field include? roster.okta.AppAndInstanceConditionEvaluatorAppOrInstance[]

---@class roster.okta.AppInstancePolicyRuleCondition
---@field exclude? string[]
---@field include? string[]

---@class roster.okta.AppLink
---@field appAssignmentId? string set by the service
---@field appInstanceId? string set by the service
---@field appName? string set by the service
---@field credentialsSetup? boolean set by the service
---@field hidden? boolean set by the service
---@field id? string set by the service
---@field label? string set by the service
---@field linkUrl? string set by the service
---@field logoUrl? string set by the service
---@field sortOrder? integer set by the service

---@alias roster.okta.AssignRoleRequest.type string
---| "SUPER_ADMIN"
---| "ORG_ADMIN"
---| "APP_ADMIN"
---| "USER_ADMIN"
---| "HELP_DESK_ADMIN"
---| "READ_ONLY_ADMIN"
---| "MOBILE_ADMIN"
---| "API_ACCESS_MANAGEMENT_ADMIN"
---| "REPORT_ADMIN"
---| "GROUP_MEMBERSHIP_ADMIN"
---| "ACCESS_CERTIFICATIONS_ADMIN"
---| "ACCESS_REQUESTS_ADMIN"
---| "CUSTOM"
---| "WORKFLOWS_ADMIN"

---@class roster.okta.AssignRoleRequest
---@field ["resource-set"]? string not in the older documents
---@field role? string not in the older documents
---@field type? roster.okta.AssignRoleRequest.type

---@alias roster.okta.AuthenticationProvider.type string
---| "ACTIVE_DIRECTORY"
---| "FEDERATION"
---| "LDAP"
---| "OKTA"
---| "SOCIAL"
---| "IMPORT"

---@class roster.okta.AuthenticationProvider
---@field name? string roster.null clears it
---@field type? roster.okta.AuthenticationProvider.type

---@class roster.okta.BeforeScheduledActionPolicyRuleCondition
---@field duration roster.okta.Duration
---@field lifecycleAction roster.okta.ScheduledUserLifecycleAction

---@alias roster.okta.CatalogApplication.status string
---| "ACTIVE"
---| "INACTIVE"

---@class roster.okta.CatalogApplication
---@field _links table<string, any> set by the service
---@field category? string
---@field description? string
---@field displayName? string
---@field features? string[]
---@field id? string set by the service
---@field lastUpdated? string RFC 3339; set by the service
---@field name? string
---@field signOnModes? string[]
---@field status? roster.okta.CatalogApplication.status
---@field verificationStatus? string
---@field website? string

---@class roster.okta.ChangePasswordRequest
---@field newPassword? roster.okta.PasswordCredential
---@field oldPassword? roster.okta.PasswordCredential
---@field revokeSessions? boolean not in the older documents

---@class roster.okta.ClientPolicyCondition
---@field include? string[]

---@alias roster.okta.ContextPolicyRuleCondition.trustLevel string
---| "ANY"
---| "TRUSTED"

---@class roster.okta.ContextPolicyRuleCondition
---@field expression? string
---@field migrated? boolean
---@field platform roster.okta.DevicePolicyRuleConditionPlatform
---@field rooted? boolean
---@field trustLevel? roster.okta.ContextPolicyRuleCondition.trustLevel

---@class roster.okta.CreateUserRequest
---@field credentials? roster.okta.UserCredentials.Body
---@field groupIds? string[]
---@field profile roster.okta.UserProfile
---@field realmId? string not in the older documents
---@field type? roster.okta.UserType.Body

---@alias roster.okta.DevicePolicyRuleCondition.trustLevel string
---| "ANY"
---| "TRUSTED"

---@class roster.okta.DevicePolicyRuleCondition
---@field migrated? boolean
---@field platform roster.okta.DevicePolicyRuleConditionPlatform
---@field rooted? boolean
---@field trustLevel? roster.okta.DevicePolicyRuleCondition.trustLevel

---@alias roster.okta.DevicePolicyRuleConditionPlatform.supportedMDMFrameworks string
---| "AFW"
---| "SAFE"
---| "NATIVE"

---@alias roster.okta.DevicePolicyRuleConditionPlatform.types string
---| "IOS"
---| "ANDROID"
---| "OSX"
---| "WINDOWS"

---@class roster.okta.DevicePolicyRuleConditionPlatform
---@field supportedMDMFrameworks? roster.okta.DevicePolicyRuleConditionPlatform.supportedMDMFrameworks[]
---@field types? roster.okta.DevicePolicyRuleConditionPlatform.types[]

---@class roster.okta.Duration
---@field number? integer
---@field unit? string

---@alias roster.okta.EmailAddress.status string
---| "VERIFIED"
---| "UNVERIFIED"

---@alias roster.okta.EmailAddress.type string
---| "PRIMARY"
---| "SECONDARY"

---@class roster.okta.EmailAddress
---@field status? roster.okta.EmailAddress.status set by the service
---@field type? roster.okta.EmailAddress.type set by the service
---@field value? string set by the service

---@class roster.okta.ForgotPasswordResponse
---@field resetPasswordUrl? string set by the service; never printed

---@class roster.okta.GrantTypePolicyRuleCondition
---@field include? string[]

---@alias roster.okta.Group.type string
---| "OKTA_GROUP"
---| "APP_GROUP"
---| "BUILT_IN"

---@class roster.okta.Group
---@field _embedded table<string, any> set by the service
---@field _links table<string, any> set by the service
---@field created? string RFC 3339; set by the service
---@field id? string set by the service
---@field lastMembershipUpdated? string RFC 3339; set by the service
---@field lastUpdated? string RFC 3339; set by the service
---@field objectClass? string[] set by the service
---@field profile roster.okta.GroupProfile
---@field type? roster.okta.Group.type set by the service

---@class roster.okta.GroupCondition
---@field exclude? string[]
---@field include? string[]

---@class roster.okta.GroupPolicyRuleCondition
---@field exclude? string[]
---@field include? string[]

---@class roster.okta.GroupProfile
---@field description? string
---@field dn? string not in the older documents
---@field externalId? string not in the older documents
---@field name? string
---@field samAccountName? string not in the older documents
---@field windowsDomainQualifiedName? string not in the older documents
---@field [string] any

---@alias roster.okta.IdentityProvider.issuerMode string
---| "ORG_URL"
---| "CUSTOM_URL"
---| "DYNAMIC"

---@alias roster.okta.IdentityProvider.status string
---| "ACTIVE"
---| "INACTIVE"

---@alias roster.okta.IdentityProvider.type string
---| "SAML2"
---| "GOOGLE"
---| "FACEBOOK"
---| "LINKEDIN"
---| "MICROSOFT"
---| "OIDC"
---| "OKTA"
---| "IWA"
---| "AgentlessDSSO"
---| "X509"
---| "AMAZON"
---| "APPLE"
---| "DISCORD"
---| "GITHUB"
---| "GITLAB"
---| "IDV_CLEAR"
---| "IDV_INCODE"
---| "IDV_PERSONA"
---| "IDV_STANDARD"
---| "LOGINGOV"
---| "LOGINGOV_SANDBOX"
---| "OKTA_INTEGRATION"
---| "PAYPAL"
---| "PAYPAL_SANDBOX"
---| "SALESFORCE"
---| "SPOTIFY"
---| "XERO"
---| "YAHOO"
---| "YAHOOJP"

---@class roster.okta.IdentityProvider
---@field _links table<string, any> set by the service
---@field created? string RFC 3339; set by the service
---@field id? string set by the service
---@field issuerMode? roster.okta.IdentityProvider.issuerMode
---@field lastUpdated? string RFC 3339; set by the service
---@field name? string
---@field policy roster.okta.IdentityProviderPolicy
---@field properties? table<string, any> roster.null clears it; not in the older documents
---@field protocol roster.okta.Protocol
---@field status? roster.okta.IdentityProvider.status
---@field type? roster.okta.IdentityProvider.type

---@class roster.okta.IdentityProviderCredentials
---@field client roster.okta.IdentityProviderCredentialsClient
---@field signing roster.okta.IdentityProviderCredentialsSigning
---@field trust roster.okta.IdentityProviderCredentialsTrust

---@class roster.okta.IdentityProviderCredentialsClient
---@field client_id? string
---@field client_secret? string never printed

---@class roster.okta.IdentityProviderCredentialsSigning
---@field kid? string
---@field privateKey? string never printed
---@field teamId? string

---@alias roster.okta.IdentityProviderCredentialsTrust.revocation string
---| "CRL"
---| "DELTA_CRL"
---| "OCSP"

---@class roster.okta.IdentityProviderCredentialsTrust
---@field audience? string
---@field issuer? string
---@field kid? string
---@field revocation? roster.okta.IdentityProviderCredentialsTrust.revocation
---@field revocationCacheLifetime? integer

---@alias roster.okta.IdentityProviderPolicy.status string
---| "ACTIVE"
---| "INACTIVE"

---@alias roster.okta.IdentityProviderPolicy.type string
---| "OAUTH_AUTHORIZATION_POLICY"
---| "OKTA_SIGN_ON"
---| "MFA_ENROLL"
---| "PASSWORD"
---| "IDP_DISCOVERY"
---| "PROFILE_ENROLLMENT"
---| "ACCESS_POLICY"

---@class roster.okta.IdentityProviderPolicy
---@field _embedded table<string, any> set by the service
---@field _links table<string, any> set by the service
---@field accountLink roster.okta.PolicyAccountLink
---@field conditions roster.okta.PolicyRuleConditions
---@field created? string RFC 3339; set by the service
---@field description? string
---@field id? string set by the service
---@field lastUpdated? string RFC 3339; set by the service
---@field maxClockSkew? integer
---@field name? string
---@field priority? integer
---@field provisioning roster.okta.Provisioning
---@field status? roster.okta.IdentityProviderPolicy.status
---@field subject roster.okta.PolicySubject
---@field system? boolean
---@field type? roster.okta.IdentityProviderPolicy.type

---@alias roster.okta.IdentityProviderPolicyRuleCondition.provider string
---| "ANY"
---| "OKTA"
---| "SPECIFIC_IDP"

---@class roster.okta.IdentityProviderPolicyRuleCondition
---@field idpIds? string[]
---@field provider? roster.okta.IdentityProviderPolicyRuleCondition.provider

---@class roster.okta.InactivityPolicyRuleCondition
---@field number? integer
---@field unit? string

---@class roster.okta.LifecycleExpirationPolicyRuleCondition
---@field lifecycleStatus? string
---@field number? integer
---@field unit? string

---@alias roster.okta.MDMEnrollmentPolicyRuleCondition.enrollment string
---| "OMM"
---| "ANY_OR_NONE"

---@class roster.okta.MDMEnrollmentPolicyRuleCondition
---@field blockNonSafeAndroid? boolean
---@field enrollment? roster.okta.MDMEnrollmentPolicyRuleCondition.enrollment

---@class roster.okta.OAuth2Actor
---@field id? string set by the service
---@field type? string

---@class roster.okta.OAuth2Client
---@field _links table<string, any> set by the service
---@field client_id? string set by the service
---@field client_name? string set by the service
---@field client_uri? string set by the service
---@field logo_uri? string set by the service

---@alias roster.okta.OAuth2RefreshToken.status string
---| "ACTIVE"
---| "REVOKED"

---@class roster.okta.OAuth2RefreshToken
---@field _embedded table<string, any> set by the service
---@field _links table<string, any> set by the service
---@field clientId? string
---@field created? string RFC 3339; set by the service
---@field createdBy roster.okta.OAuth2Actor
---@field expiresAt? string RFC 3339; set by the service
---@field id? string set by the service
---@field issuer? string
---@field lastUpdated? string RFC 3339; set by the service
---@field scopes? string[]
---@field status? roster.okta.OAuth2RefreshToken.status
---@field userId? string

---@alias roster.okta.OAuth2ScopeConsentGrant.source string
---| "END_USER"
---| "ADMIN"

---@alias roster.okta.OAuth2ScopeConsentGrant.status string
---| "ACTIVE"
---| "REVOKED"

---@class roster.okta.OAuth2ScopeConsentGrant
---@field _embedded table<string, any> set by the service
---@field _links table<string, any> set by the service
---@field clientId? string
---@field created? string RFC 3339; set by the service
---@field createdBy roster.okta.OAuth2Actor
---@field id? string set by the service
---@field issuer? string
---@field lastUpdated? string RFC 3339; set by the service
---@field scopeId? string
---@field source? roster.okta.OAuth2ScopeConsentGrant.source
---@field status? roster.okta.OAuth2ScopeConsentGrant.status
---@field userId? string

---@class roster.okta.OAuth2ScopesMediationPolicyRuleCondition
---@field include? string[]

---@class roster.okta.PasswordCredential
---@field hash? roster.okta.PasswordCredentialHash never comes back; roster.null clears it
---@field hook? roster.okta.PasswordCredentialHook never comes back; roster.null clears it
---@field value? string never comes back; roster.null clears it; never printed

---@alias roster.okta.PasswordCredentialHash.algorithm string
---| "BCRYPT"
---| "SHA-512"
---| "SHA-256"
---| "SHA-1"
---| "MD5"
---| "PBKDF2"

---@alias roster.okta.PasswordCredentialHash.digestAlgorithm string
---| "SHA256_HMAC"
---| "SHA512_HMAC"

---@alias roster.okta.PasswordCredentialHash.saltOrder string
---| "PREFIX"
---| "POSTFIX"

---@class roster.okta.PasswordCredentialHash
---@field algorithm? roster.okta.PasswordCredentialHash.algorithm
---not in the older documents
---@field digestAlgorithm? roster.okta.PasswordCredentialHash.digestAlgorithm
---@field iterationCount? integer not in the older documents
---@field keySize? integer not in the older documents
---@field salt? string never printed
---@field saltOrder? roster.okta.PasswordCredentialHash.saltOrder
---@field value? string never printed
---@field workFactor? integer

---@alias roster.okta.PasswordCredentialHook.type string
---| "default"

---@class roster.okta.PasswordCredentialHook
---@field type? roster.okta.PasswordCredentialHook.type

---@class roster.okta.PasswordExpirationPolicyRuleCondition
---@field number? integer
---@field unit? string

---@alias roster.okta.PasswordPolicyAuthenticationProviderCondition.provider string
---| "ACTIVE_DIRECTORY"
---| "ANY"
---| "LDAP"
---| "OKTA"

---@class roster.okta.PasswordPolicyAuthenticationProviderCondition
---@field include? string[]
---@field provider? roster.okta.PasswordPolicyAuthenticationProviderCondition.provider

---@alias roster.okta.PlatformConditionEvaluatorPlatform.type string
---| "DESKTOP"
---| "MOBILE"
---| "OTHER"
---| "ANY"

---@class roster.okta.PlatformConditionEvaluatorPlatform
---@field os roster.okta.PlatformConditionEvaluatorPlatformOperatingSystem
---@field type? roster.okta.PlatformConditionEvaluatorPlatform.type

---@alias roster.okta.PlatformConditionEvaluatorPlatformOperatingSystem.type string
---| "ANDROID"
---| "IOS"
---| "WINDOWS"
---| "OSX"
---| "OTHER"
---| "ANY"

---@class roster.okta.PlatformConditionEvaluatorPlatformOperatingSystem
---@field expression? string
---@field type? roster.okta.PlatformConditionEvaluatorPlatformOperatingSystem.type
---@field version roster.okta.PlatformConditionEvaluatorPlatformOperatingSystemVersion

---@alias roster.okta.PlatformConditionEvaluatorPlatformOperatingSystemVersion.matchType string
---| "EXPRESSION"
---| "SEMVER"

---@class roster.okta.PlatformConditionEvaluatorPlatformOperatingSystemVersion
---@field matchType? roster.okta.PlatformConditionEvaluatorPlatformOperatingSystemVersion.matchType
---@field value? string

---@class roster.okta.PlatformPolicyRuleCondition
---@field exclude? roster.okta.PlatformConditionEvaluatorPlatform[]
---@field include? roster.okta.PlatformConditionEvaluatorPlatform[]

---@alias roster.okta.Policy.status string
---| "ACTIVE"
---| "INACTIVE"

---@alias roster.okta.Policy.type string
---| "OAUTH_AUTHORIZATION_POLICY"
---| "OKTA_SIGN_ON"
---| "MFA_ENROLL"
---| "PASSWORD"
---| "IDP_DISCOVERY"
---| "PROFILE_ENROLLMENT"
---| "ACCESS_POLICY"

---@class roster.okta.Policy
---@field _embedded table<string, any> set by the service
---@field _links table<string, any> set by the service
---@field conditions roster.okta.PolicyRuleConditions
---@field created? string RFC 3339; set by the service
---@field description? string
---@field id? string set by the service
---@field lastUpdated? string RFC 3339; set by the service
---@field name? string
---@field priority? integer
---@field status? roster.okta.Policy.status
---@field system? boolean
---@field type? roster.okta.Policy.type

---@alias roster.okta.PolicyAccountLink.action string
---| "AUTO"
---| "DISABLED"

---@class roster.okta.PolicyAccountLink
---@field action? roster.okta.PolicyAccountLink.action
---@field filter roster.okta.PolicyAccountLinkFilter

---@class roster.okta.PolicyAccountLinkFilter
---@field groups roster.okta.PolicyAccountLinkFilterGroups

---@class roster.okta.PolicyAccountLinkFilterGroups
---@field include? string[]

---@alias roster.okta.PolicyNetworkCondition.connection string
---| "ANYWHERE"
---| "ZONE"

---@class roster.okta.PolicyNetworkCondition
---@field connection? roster.okta.PolicyNetworkCondition.connection
---@field exclude? string[]
---@field include? string[]

---@class roster.okta.PolicyPeopleCondition
---@field groups roster.okta.GroupCondition
---@field users roster.okta.UserCondition

---@alias roster.okta.PolicyRuleAuthContextCondition.authType string
---| "ANY"
---| "RADIUS"

---@class roster.okta.PolicyRuleAuthContextCondition
---@field authType? roster.okta.PolicyRuleAuthContextCondition.authType

---@class roster.okta.PolicyRuleConditions
---@field app roster.okta.AppAndInstancePolicyRuleCondition
---@field apps roster.okta.AppInstancePolicyRuleCondition
---@field authContext roster.okta.PolicyRuleAuthContextCondition
---@field authProvider roster.okta.PasswordPolicyAuthenticationProviderCondition
---@field beforeScheduledAction roster.okta.BeforeScheduledActionPolicyRuleCondition
---@field clients roster.okta.ClientPolicyCondition
---@field context roster.okta.ContextPolicyRuleCondition
---@field device roster.okta.DevicePolicyRuleCondition
---@field grantTypes roster.okta.GrantTypePolicyRuleCondition
---@field groups roster.okta.GroupPolicyRuleCondition
---@field identityProvider roster.okta.IdentityProviderPolicyRuleCondition
---@field mdmEnrollment roster.okta.MDMEnrollmentPolicyRuleCondition
---@field network roster.okta.PolicyNetworkCondition
---@field people roster.okta.PolicyPeopleCondition
---@field platform roster.okta.PlatformPolicyRuleCondition
---@field risk roster.okta.RiskPolicyRuleCondition
---@field riskScore roster.okta.RiskScorePolicyRuleCondition
---@field scopes roster.okta.OAuth2ScopesMediationPolicyRuleCondition
---@field userIdentifier roster.okta.UserIdentifierPolicyRuleCondition
---@field userStatus roster.okta.UserStatusPolicyRuleCondition
---@field users roster.okta.UserPolicyRuleCondition

---@alias roster.okta.PolicySubject.matchType string
---| "USERNAME"
---| "EMAIL"
---| "USERNAME_OR_EMAIL"
---| "CUSTOM_ATTRIBUTE"

---@class roster.okta.PolicySubject
---@field filter? string
---@field format? string[]
---@field matchAttribute? string
---@field matchType? roster.okta.PolicySubject.matchType
---@field userNameTemplate roster.okta.PolicyUserNameTemplate

---@class roster.okta.PolicyUserNameTemplate
---@field template? string

---@alias roster.okta.Protocol.type string
---| "SAML2"
---| "OIDC"
---| "OAUTH2"
---| "MTLS"

---@class roster.okta.Protocol
---@field algorithms roster.okta.ProtocolAlgorithms
---@field credentials roster.okta.IdentityProviderCredentials
---@field endpoints roster.okta.ProtocolEndpoints
---@field issuer roster.okta.ProtocolEndpoint
---@field relayState roster.okta.ProtocolRelayState
---@field scopes? string[]
---@field settings roster.okta.ProtocolSettings
---@field type? roster.okta.Protocol.type

---@class roster.okta.ProtocolAlgorithmType
---@field signature roster.okta.ProtocolAlgorithmTypeSignature

---@alias roster.okta.ProtocolAlgorithmTypeSignature.scope string
---| "RESPONSE"
---| "TOKEN"
---| "ANY"
---| "REQUEST"
---| "NONE"

---@class roster.okta.ProtocolAlgorithmTypeSignature
---@field algorithm? string
---@field scope? roster.okta.ProtocolAlgorithmTypeSignature.scope

---@class roster.okta.ProtocolAlgorithms
---@field request roster.okta.ProtocolAlgorithmType
---@field response roster.okta.ProtocolAlgorithmType

---@alias roster.okta.ProtocolEndpoint.binding string
---| "HTTP-POST"
---| "HTTP-REDIRECT"

---@alias roster.okta.ProtocolEndpoint.type string
---| "INSTANCE"
---| "ORG"

---@class roster.okta.ProtocolEndpoint
---@field binding? roster.okta.ProtocolEndpoint.binding
---@field destination? string
---@field type? roster.okta.ProtocolEndpoint.type
---@field url? string

---@class roster.okta.ProtocolEndpoints
---@field acs roster.okta.ProtocolEndpoint
---@field authorization roster.okta.ProtocolEndpoint
---@field jwks roster.okta.ProtocolEndpoint
---@field metadata roster.okta.ProtocolEndpoint
---@field slo roster.okta.ProtocolEndpoint
---@field sso roster.okta.ProtocolEndpoint
---@field token roster.okta.ProtocolEndpoint
---@field userInfo roster.okta.ProtocolEndpoint

---@alias roster.okta.ProtocolRelayState.format string
---| "OPAQUE"
---| "FROM_URL"

---@class roster.okta.ProtocolRelayState
---@field format? roster.okta.ProtocolRelayState.format

---@class roster.okta.ProtocolSettings
---@field nameFormat? string

---@alias roster.okta.Provisioning.action string
---| "AUTO"
---| "CALLOUT"
---| "DISABLED"

---@class roster.okta.Provisioning
---@field action? roster.okta.Provisioning.action
---@field conditions roster.okta.ProvisioningConditions
---@field groups roster.okta.ProvisioningGroups
---@field profileMaster? boolean

---@class roster.okta.ProvisioningConditions
---@field deprovisioned roster.okta.ProvisioningDeprovisionedCondition
---@field suspended roster.okta.ProvisioningSuspendedCondition

---@alias roster.okta.ProvisioningDeprovisionedCondition.action string
---| "NONE"
---| "REACTIVATE"

---@class roster.okta.ProvisioningDeprovisionedCondition
---@field action? roster.okta.ProvisioningDeprovisionedCondition.action

---@alias roster.okta.ProvisioningGroups.action string
---| "NONE"
---| "APPEND"
---| "SYNC"
---| "ASSIGN"

---@class roster.okta.ProvisioningGroups
---@field action? roster.okta.ProvisioningGroups.action
---@field assignments? string[]
---@field filter? string[]
---@field sourceAttributeName? string

---@alias roster.okta.ProvisioningSuspendedCondition.action string
---| "NONE"
---| "UNSUSPEND"

---@class roster.okta.ProvisioningSuspendedCondition
---@field action? roster.okta.ProvisioningSuspendedCondition.action

---@class roster.okta.RecoveryQuestionCredential
---@field answer? string never comes back; roster.null clears it; never printed
---@field question? string roster.null clears it

---@class roster.okta.ResetPasswordToken
---@field resetPasswordUrl? string set by the service; never printed

---@class roster.okta.ResponseLinks
---@field _links table<string, any> set by the service
---@field [string] any

---@class roster.okta.RiskPolicyRuleCondition
---@field behaviors? string[]

---@class roster.okta.RiskScorePolicyRuleCondition
---@field level? string

---@alias roster.okta.Role.assignmentType string
---| "GROUP"
---| "USER"
---| "CLIENT"

---@alias roster.okta.Role.status string
---| "ACTIVE"
---| "INACTIVE"

---@alias roster.okta.Role.type string
---| "SUPER_ADMIN"
---| "ORG_ADMIN"
---| "APP_ADMIN"
---| "USER_ADMIN"
---| "HELP_DESK_ADMIN"
---| "READ_ONLY_ADMIN"
---| "MOBILE_ADMIN"
---| "API_ACCESS_MANAGEMENT_ADMIN"
---| "REPORT_ADMIN"
---| "GROUP_MEMBERSHIP_ADMIN"
---| "ACCESS_CERTIFICATIONS_ADMIN"
---| "ACCESS_REQUESTS_ADMIN"
---| "CUSTOM"
---| "WORKFLOWS_ADMIN"

---@class roster.okta.Role
---@field _embedded table<string, any> set by the service
---@field _links table<string, any> set by the service
---@field assignmentType? roster.okta.Role.assignmentType
---@field created? string RFC 3339; set by the service
---@field description? string
---@field id? string set by the service
---@field label? string set by the service
---@field lastUpdated? string RFC 3339; set by the service
---@field ["resource-set"]? string set by the service; not in the older documents
---@field role? string set by the service; not in the older documents
---@field status? roster.okta.Role.status set by the service
---@field type? roster.okta.Role.type

---@alias roster.okta.ScheduledUserLifecycleAction.status string
---| "ACTIVE"
---| "INACTIVE"
---| "PENDING"
---| "DELETED"
---| "EXPIRED_PASSWORD"
---| "ACTIVATING"
---| "SUSPENDED"
---| "DELETING"

---@class roster.okta.ScheduledUserLifecycleAction
---@field status? roster.okta.ScheduledUserLifecycleAction.status

---@class roster.okta.TempPassword
---@field tempPassword? string set by the service; never printed

---@alias roster.okta.User.status string
---| "ACTIVE"
---| "DEPROVISIONED"
---| "LOCKED_OUT"
---| "PASSWORD_EXPIRED"
---| "PROVISIONED"
---| "RECOVERY"
---| "STAGED"
---| "SUSPENDED"

---@alias roster.okta.User.transitioningToStatus string
---| "ACTIVE"
---| "DEPROVISIONED"
---| "LOCKED_OUT"
---| "PASSWORD_EXPIRED"
---| "PROVISIONED"
---| "RECOVERY"
---| "STAGED"
---| "SUSPENDED"

---`User` as it is sent.
---@class roster.okta.User.Body
---@field _embedded? table<string, any> set by the service
---@field _links? table<string, any> set by the service
---@field activated? string RFC 3339; set by the service
---@field created? string RFC 3339; set by the service
---@field credentials? roster.okta.UserCredentials.Body
---@field id? string set by the service
---@field lastLogin? string RFC 3339; set by the service
---@field lastUpdated? string RFC 3339; set by the service
---@field passwordChanged? string RFC 3339; set by the service
---@field profile? roster.okta.UserProfile
---@field realmId? string set by the service; not in the older documents
---@field status? roster.okta.User.status set by the service
---@field statusChanged? string RFC 3339; set by the service
---@field transitioningToStatus? roster.okta.User.transitioningToStatus set by the service
---@field type? roster.okta.UserType.Body

---@class roster.okta.User: roster.okta.User.Body
---@field _embedded table<string, any> set by the service
---@field _links table<string, any> set by the service
---@field activated? string RFC 3339; set by the service
---@field created? string RFC 3339; set by the service
---@field credentials roster.okta.UserCredentials
---@field id? string set by the service
---@field lastLogin? string RFC 3339; set by the service
---@field lastUpdated? string RFC 3339; set by the service
---@field passwordChanged? string RFC 3339; set by the service
---@field profile roster.okta.UserProfile
---@field realmId? string set by the service; not in the older documents
---@field status? roster.okta.User.status set by the service
---@field statusChanged? string RFC 3339; set by the service
---@field transitioningToStatus? roster.okta.User.transitioningToStatus set by the service
---@field type roster.okta.UserType

---@class roster.okta.UserActivationToken
---@field activationToken? string set by the service; never printed
---@field activationUrl? string set by the service; never printed

---@class roster.okta.UserCondition
---@field exclude? string[]
---@field include? string[]

---`UserCredentials` as it is sent.
---@class roster.okta.UserCredentials.Body
---@field emails? roster.okta.EmailAddress[]
---@field password? roster.okta.PasswordCredential roster.null clears it
---@field provider? roster.okta.AuthenticationProvider
---@field recovery_question? roster.okta.RecoveryQuestionCredential roster.null clears it

---@class roster.okta.UserCredentials: roster.okta.UserCredentials.Body
---@field emails? roster.okta.EmailAddress[]
---@field password roster.okta.PasswordCredential roster.null clears it
---@field provider roster.okta.AuthenticationProvider
---@field recovery_question roster.okta.RecoveryQuestionCredential roster.null clears it

---@alias roster.okta.UserIdentifierConditionEvaluatorPattern.matchType string
---| "SUFFIX"
---| "EXPRESSION"
---| "STARTS_WITH"
---| "EQUALS"
---| "CONTAINS"

---@class roster.okta.UserIdentifierConditionEvaluatorPattern
---@field matchType? roster.okta.UserIdentifierConditionEvaluatorPattern.matchType
---@field value? string

---@alias roster.okta.UserIdentifierPolicyRuleCondition.type string
---| "IDENTIFIER"
---| "ATTRIBUTE"

---@class roster.okta.UserIdentifierPolicyRuleCondition
---@field attribute? string
---@field patterns? roster.okta.UserIdentifierConditionEvaluatorPattern[]
---@field type? roster.okta.UserIdentifierPolicyRuleCondition.type

---@class roster.okta.UserLifecycleAttributePolicyRuleCondition
---@field attributeName? string
---@field matchingValue? string

---@class roster.okta.UserPolicyRuleCondition
---@field exclude? string[]
---@field inactivity roster.okta.InactivityPolicyRuleCondition
---@field include? string[]
---@field lifecycleExpiration roster.okta.LifecycleExpirationPolicyRuleCondition
---@field passwordExpiration roster.okta.PasswordExpirationPolicyRuleCondition
---@field userLifecycleAttribute roster.okta.UserLifecycleAttributePolicyRuleCondition

---@class roster.okta.UserProfile
---@field city? string roster.null clears it
---@field costCenter? string roster.null clears it
---@field countryCode? string roster.null clears it
---@field department? string roster.null clears it
---@field displayName? string roster.null clears it
---@field division? string roster.null clears it
---@field email? string
---@field employeeNumber? string roster.null clears it
---@field firstName? string roster.null clears it
---@field honorificPrefix? string roster.null clears it
---@field honorificSuffix? string roster.null clears it
---@field lastName? string roster.null clears it
---@field locale? string
---@field login? string
---@field manager? string roster.null clears it
---@field managerId? string roster.null clears it
---@field middleName? string roster.null clears it
---@field mobilePhone? string roster.null clears it
---@field nickName? string roster.null clears it
---@field organization? string roster.null clears it
---@field postalAddress? string roster.null clears it
---@field preferredLanguage? string roster.null clears it
---@field primaryPhone? string roster.null clears it
---@field profileUrl? string roster.null clears it
---@field secondEmail? string roster.null clears it
---@field state? string roster.null clears it
---@field streetAddress? string roster.null clears it
---@field timezone? string roster.null clears it
---@field title? string roster.null clears it
---@field userType? string roster.null clears it
---@field zipCode? string roster.null clears it
---@field [string] any

---@alias roster.okta.UserStatusPolicyRuleCondition.value string
---| "ACTIVE"
---| "INACTIVE"
---| "PENDING"
---| "DELETED"
---| "EXPIRED_PASSWORD"
---| "ACTIVATING"
---| "SUSPENDED"
---| "DELETING"

---@class roster.okta.UserStatusPolicyRuleCondition
---@field value? roster.okta.UserStatusPolicyRuleCondition.value

---`UserType` as it is sent.
---@class roster.okta.UserType.Body
---@field _links? table<string, any> set by the service
---@field created? string RFC 3339; set by the service
---@field createdBy? string set by the service
---@field default? boolean set by the service
---@field description? string
---@field displayName? string
---@field id? string
---@field lastUpdated? string RFC 3339; set by the service
---@field lastUpdatedBy? string set by the service
---@field name? string

---@class roster.okta.UserType: roster.okta.UserType.Body
---@field _links table<string, any> set by the service
---@field created? string RFC 3339; set by the service
---@field createdBy? string set by the service
---@field default? boolean set by the service
---@field description? string
---@field displayName? string
---@field id? string
---@field lastUpdated? string RFC 3339; set by the service
---@field lastUpdatedBy? string set by the service
---@field name? string
