/*
** Okta's models: a row per field, sorted by name within its model. Fields that
** only later versions of the service have are marked LATER; the values of an
** ENUM are the known ones, others pass as well. What _links and _embedded hold
** is ANY because a link may be an object or an array of them.
*/
#include "okta_models.h"

/* Values that several fields share, or too many for a row. */

VALUES(grant_statuses, "ACTIVE", "REVOKED");

VALUES(idp_types, "SAML2", "GOOGLE", "FACEBOOK", "LINKEDIN", "MICROSOFT",
       "OIDC", "OKTA", "IWA", "AgentlessDSSO", "X509", "AMAZON", "APPLE",
       "DISCORD", "GITHUB", "GITLAB", "IDV_CLEAR", "IDV_INCODE", "IDV_PERSONA",
       "IDV_STANDARD", "LOGINGOV", "LOGINGOV_SANDBOX", "OKTA_INTEGRATION",
       "PAYPAL", "PAYPAL_SANDBOX", "SALESFORCE", "SPOTIFY", "XERO", "YAHOO",
       "YAHOOJP");

VALUES(lifecycle_statuses, "ACTIVE", "INACTIVE");

VALUES(policy_types, "OAUTH_AUTHORIZATION_POLICY", "OKTA_SIGN_ON", "MFA_ENROLL",
       "PASSWORD", "IDP_DISCOVERY", "PROFILE_ENROLLMENT", "ACCESS_POLICY");

VALUES(policy_user_statuses, "ACTIVE", "INACTIVE", "PENDING", "DELETED",
       "EXPIRED_PASSWORD", "ACTIVATING", "SUSPENDED", "DELETING");

VALUES(role_types, "SUPER_ADMIN", "ORG_ADMIN", "APP_ADMIN", "USER_ADMIN",
       "HELP_DESK_ADMIN", "READ_ONLY_ADMIN", "MOBILE_ADMIN",
       "API_ACCESS_MANAGEMENT_ADMIN", "REPORT_ADMIN", "GROUP_MEMBERSHIP_ADMIN",
       "ACCESS_CERTIFICATIONS_ADMIN", "ACCESS_REQUESTS_ADMIN", "CUSTOM",
       "WORKFLOWS_ADMIN");

VALUES(trust_levels, "ANY", "TRUSTED");

VALUES(user_statuses, "ACTIVE", "DEPROVISIONED", "LOCKED_OUT",
       "PASSWORD_EXPIRED", "PROVISIONED", "RECOVERY", "STAGED", "SUSPENDED");

FIELDS(AppAndInstanceConditionEvaluatorAppOrInstance) = {
    FIELD("id", STRING, RO),
    FIELD("name", STRING, 0),
    ENUM("type", STRINGS("APP_TYPE", "APP"), 0),
};

FIELDS(AppAndInstancePolicyRuleCondition) = {
    OBJECT_ARRAY("exclude", AppAndInstanceConditionEvaluatorAppOrInstance, 0),
    OBJECT_ARRAY("include", AppAndInstanceConditionEvaluatorAppOrInstance, 0),
};

FIELDS(AppInstancePolicyRuleCondition) = {
    ARRAY("exclude", STRING, 0),
    ARRAY("include", STRING, 0),
};

FIELDS(AppLink) = {
    FIELD("appAssignmentId", STRING, RO),
    FIELD("appInstanceId", STRING, RO),
    FIELD("appName", STRING, RO),
    FIELD("credentialsSetup", BOOLEAN, RO),
    FIELD("hidden", BOOLEAN, RO),
    FIELD("id", STRING, RO),
    FIELD("label", STRING, RO),
    FIELD("linkUrl", STRING, RO),
    FIELD("logoUrl", STRING, RO),
    FIELD("sortOrder", INTEGER, RO),
};

FIELDS(AssignRoleRequest) = {
    FIELD("resource-set", STRING, LATER),
    FIELD("role", STRING, LATER),
    ENUM("type", role_types, 0),
};

FIELDS(AuthenticationProvider) = {
    FIELD("name", STRING, NUL),
    ENUM("type",
         STRINGS("ACTIVE_DIRECTORY", "FEDERATION", "LDAP", "OKTA", "SOCIAL",
                 "IMPORT"),
         0),
};

FIELDS(BeforeScheduledActionPolicyRuleCondition) = {
    OBJECT("duration", Duration, 0),
    OBJECT("lifecycleAction", ScheduledUserLifecycleAction, 0),
};

FIELDS(CatalogApplication) = {
    MAP("_links", ANY, RO),
    FIELD("category", STRING, 0),
    FIELD("description", STRING, 0),
    FIELD("displayName", STRING, 0),
    ARRAY("features", STRING, 0),
    FIELD("id", STRING, RO),
    FIELD("lastUpdated", DATETIME, RO),
    FIELD("name", STRING, 0),
    ARRAY("signOnModes", STRING, 0),
    ENUM("status", lifecycle_statuses, 0),
    FIELD("verificationStatus", STRING, 0),
    FIELD("website", STRING, 0),
};

FIELDS(ChangePasswordRequest) = {
    OBJECT("newPassword", PasswordCredential, 0),
    OBJECT("oldPassword", PasswordCredential, 0),
    FIELD("revokeSessions", BOOLEAN, LATER),
};

FIELDS(ClientPolicyCondition) = {
    ARRAY("include", STRING, 0),
};

FIELDS(ContextPolicyRuleCondition) = {
    FIELD("expression", STRING, 0),
    FIELD("migrated", BOOLEAN, 0),
    OBJECT("platform", DevicePolicyRuleConditionPlatform, 0),
    FIELD("rooted", BOOLEAN, 0),
    ENUM("trustLevel", trust_levels, 0),
};

FIELDS(CreateUserRequest) = {
    OBJECT("credentials", UserCredentials, 0),
    ARRAY("groupIds", STRING, 0),
    OBJECT("profile", UserProfile, REQ),
    FIELD("realmId", STRING, LATER),
    OBJECT("type", UserType, 0),
};

FIELDS(DevicePolicyRuleCondition) = {
    FIELD("migrated", BOOLEAN, 0),
    OBJECT("platform", DevicePolicyRuleConditionPlatform, 0),
    FIELD("rooted", BOOLEAN, 0),
    ENUM("trustLevel", trust_levels, 0),
};

FIELDS(DevicePolicyRuleConditionPlatform) = {
    ENUM_ARRAY("supportedMDMFrameworks", STRINGS("AFW", "SAFE", "NATIVE"), 0),
    ENUM_ARRAY("types", STRINGS("IOS", "ANDROID", "OSX", "WINDOWS"), 0),
};

FIELDS(Duration) = {
    FIELD("number", INTEGER, 0),
    FIELD("unit", STRING, 0),
};

FIELDS(EmailAddress) = {
    ENUM("status", STRINGS("VERIFIED", "UNVERIFIED"), RO),
    ENUM("type", STRINGS("PRIMARY", "SECONDARY"), RO),
    FIELD("value", STRING, RO),
};

FIELDS(ForgotPasswordResponse) = {
    FIELD("resetPasswordUrl", STRING, RO | SECRET),
};

FIELDS(GrantTypePolicyRuleCondition) = {
    ARRAY("include", STRING, 0),
};

FIELDS(Group) = {
    MAP("_embedded", ANY, RO),
    MAP("_links", ANY, RO),
    FIELD("created", DATETIME, RO),
    FIELD("id", STRING, RO),
    FIELD("lastMembershipUpdated", DATETIME, RO),
    FIELD("lastUpdated", DATETIME, RO),
    ARRAY("objectClass", STRING, RO),
    OBJECT("profile", GroupProfile, 0),
    ENUM("type", STRINGS("OKTA_GROUP", "APP_GROUP", "BUILT_IN"), RO),
};

FIELDS(GroupCondition) = {
    ARRAY("exclude", STRING, 0),
    ARRAY("include", STRING, 0),
};

FIELDS(GroupPolicyRuleCondition) = {
    ARRAY("exclude", STRING, 0),
    ARRAY("include", STRING, 0),
};

FIELDS(GroupProfile) = {
    FIELD("description", STRING, 0),
    FIELD("dn", STRING, LATER),
    FIELD("externalId", STRING, LATER),
    FIELD("name", STRING, 0),
    FIELD("samAccountName", STRING, LATER),
    FIELD("windowsDomainQualifiedName", STRING, LATER),
};

FIELDS(IdentityProvider) = {
    MAP("_links", ANY, RO),
    FIELD("created", DATETIME, RO),
    FIELD("id", STRING, RO),
    ENUM("issuerMode", STRINGS("ORG_URL", "CUSTOM_URL", "DYNAMIC"), 0),
    FIELD("lastUpdated", DATETIME, RO),
    FIELD("name", STRING, 0),
    OBJECT("policy", IdentityProviderPolicy, 0),
    FIELD("properties", OBJECT, NUL | LATER),
    OBJECT("protocol", Protocol, 0),
    ENUM("status", lifecycle_statuses, 0),
    ENUM("type", idp_types, 0),
};

FIELDS(IdentityProviderCredentials) = {
    OBJECT("client", IdentityProviderCredentialsClient, 0),
    OBJECT("signing", IdentityProviderCredentialsSigning, 0),
    OBJECT("trust", IdentityProviderCredentialsTrust, 0),
};

FIELDS(IdentityProviderCredentialsClient) = {
    FIELD("client_id", STRING, 0),
    FIELD("client_secret", STRING, SECRET),
};

FIELDS(IdentityProviderCredentialsSigning) = {
    FIELD("kid", STRING, 0),
    FIELD("privateKey", STRING, SECRET),
    FIELD("teamId", STRING, 0),
};

FIELDS(IdentityProviderCredentialsTrust) = {
    FIELD("audience", STRING, 0),
    FIELD("issuer", STRING, 0),
    FIELD("kid", STRING, 0),
    ENUM("revocation", STRINGS("CRL", "DELTA_CRL", "OCSP"), 0),
    FIELD("revocationCacheLifetime", INTEGER, 0),
};

FIELDS(IdentityProviderPolicy) = {
    MAP("_embedded", ANY, RO),
    MAP("_links", ANY, RO),
    OBJECT("accountLink", PolicyAccountLink, 0),
    OBJECT("conditions", PolicyRuleConditions, 0),
    FIELD("created", DATETIME, RO),
    FIELD("description", STRING, 0),
    FIELD("id", STRING, RO),
    FIELD("lastUpdated", DATETIME, RO),
    FIELD("maxClockSkew", INTEGER, 0),
    FIELD("name", STRING, 0),
    FIELD("priority", INTEGER, 0),
    OBJECT("provisioning", Provisioning, 0),
    ENUM("status", lifecycle_statuses, 0),
    OBJECT("subject", PolicySubject, 0),
    FIELD("system", BOOLEAN, 0),
    ENUM("type", policy_types, 0),
};

FIELDS(IdentityProviderPolicyRuleCondition) = {
    ARRAY("idpIds", STRING, 0),
    ENUM("provider", STRINGS("ANY", "OKTA", "SPECIFIC_IDP"), 0),
};

FIELDS(InactivityPolicyRuleCondition) = {
    FIELD("number", INTEGER, 0),
    FIELD("unit", STRING, 0),
};

FIELDS(LifecycleExpirationPolicyRuleCondition) = {
    FIELD("lifecycleStatus", STRING, 0),
    FIELD("number", INTEGER, 0),
    FIELD("unit", STRING, 0),
};

FIELDS(MDMEnrollmentPolicyRuleCondition) = {
    FIELD("blockNonSafeAndroid", BOOLEAN, 0),
    ENUM("enrollment", STRINGS("OMM", "ANY_OR_NONE"), 0),
};

FIELDS(OAuth2Actor) = {
    FIELD("id", STRING, RO),
    FIELD("type", STRING, 0),
};

FIELDS(OAuth2Client) = {
    MAP("_links", ANY, RO),
    FIELD("client_id", STRING, RO),
    FIELD("client_name", STRING, RO),
    FIELD("client_uri", STRING, RO | NUL),
    FIELD("logo_uri", STRING, RO | NUL),
};

FIELDS(OAuth2RefreshToken) = {
    MAP("_embedded", ANY, RO),
    MAP("_links", ANY, RO),
    FIELD("clientId", STRING, 0),
    FIELD("created", DATETIME, RO),
    OBJECT("createdBy", OAuth2Actor, 0),
    FIELD("expiresAt", DATETIME, RO),
    FIELD("id", STRING, RO),
    FIELD("issuer", STRING, 0),
    FIELD("lastUpdated", DATETIME, RO),
    ARRAY("scopes", STRING, 0),
    ENUM("status", grant_statuses, 0),
    FIELD("userId", STRING, 0),
};

FIELDS(OAuth2ScopeConsentGrant) = {
    MAP("_embedded", ANY, RO),
    MAP("_links", ANY, RO),
    FIELD("clientId", STRING, 0),
    FIELD("created", DATETIME, RO),
    OBJECT("createdBy", OAuth2Actor, 0),
    FIELD("id", STRING, RO),
    FIELD("issuer", STRING, 0),
    FIELD("lastUpdated", DATETIME, RO),
    FIELD("scopeId", STRING, 0),
    ENUM("source", STRINGS("END_USER", "ADMIN"), 0),
    ENUM("status", grant_statuses, 0),
    FIELD("userId", STRING, 0),
};

FIELDS(OAuth2ScopesMediationPolicyRuleCondition) = {
    ARRAY("include", STRING, 0),
};

FIELDS(PasswordCredential) = {
    OBJECT("hash", PasswordCredentialHash, WO | NUL),
    OBJECT("hook", PasswordCredentialHook, WO | NUL),
    FIELD("value", STRING, WO | NUL | SECRET),
};

FIELDS(PasswordCredentialHash) = {
    ENUM("algorithm",
         STRINGS("BCRYPT", "SHA-512", "SHA-256", "SHA-1", "MD5", "PBKDF2"), 0),
    ENUM("digestAlgorithm", STRINGS("SHA256_HMAC", "SHA512_HMAC"), LATER),
    FIELD("iterationCount", INTEGER, LATER),
    FIELD("keySize", INTEGER, LATER),
    FIELD("salt", STRING, SECRET),
    ENUM("saltOrder", STRINGS("PREFIX", "POSTFIX"), 0),
    FIELD("value", STRING, SECRET),
    FIELD("workFactor", INTEGER, 0),
};

FIELDS(PasswordCredentialHook) = {
    ENUM("type", STRINGS("default"), 0),
};

FIELDS(PasswordExpirationPolicyRuleCondition) = {
    FIELD("number", INTEGER, 0),
    FIELD("unit", STRING, 0),
};

FIELDS(PasswordPolicyAuthenticationProviderCondition) = {
    ARRAY("include", STRING, 0),
    ENUM("provider", STRINGS("ACTIVE_DIRECTORY", "ANY", "LDAP", "OKTA"), 0),
};

FIELDS(PlatformConditionEvaluatorPlatform) = {
    OBJECT("os", PlatformConditionEvaluatorPlatformOperatingSystem, 0),
    ENUM("type", STRINGS("DESKTOP", "MOBILE", "OTHER", "ANY"), 0),
};

FIELDS(PlatformConditionEvaluatorPlatformOperatingSystem) = {
    FIELD("expression", STRING, 0),
    ENUM("type", STRINGS("ANDROID", "IOS", "WINDOWS", "OSX", "OTHER", "ANY"),
         0),
    OBJECT("version", PlatformConditionEvaluatorPlatformOperatingSystemVersion,
           0),
};

FIELDS(PlatformConditionEvaluatorPlatformOperatingSystemVersion) = {
    ENUM("matchType", STRINGS("EXPRESSION", "SEMVER"), 0),
    FIELD("value", STRING, 0),
};

FIELDS(PlatformPolicyRuleCondition) = {
    OBJECT_ARRAY("exclude", PlatformConditionEvaluatorPlatform, 0),
    OBJECT_ARRAY("include", PlatformConditionEvaluatorPlatform, 0),
};

FIELDS(Policy) = {
    MAP("_embedded", ANY, RO),
    MAP("_links", ANY, RO),
    OBJECT("conditions", PolicyRuleConditions, 0),
    FIELD("created", DATETIME, RO),
    FIELD("description", STRING, 0),
    FIELD("id", STRING, RO),
    FIELD("lastUpdated", DATETIME, RO),
    FIELD("name", STRING, 0),
    FIELD("priority", INTEGER, 0),
    ENUM("status", lifecycle_statuses, 0),
    FIELD("system", BOOLEAN, 0),
    ENUM("type", policy_types, 0),
};

FIELDS(PolicyAccountLink) = {
    ENUM("action", STRINGS("AUTO", "DISABLED"), 0),
    OBJECT("filter", PolicyAccountLinkFilter, 0),
};

FIELDS(PolicyAccountLinkFilter) = {
    OBJECT("groups", PolicyAccountLinkFilterGroups, 0),
};

FIELDS(PolicyAccountLinkFilterGroups) = {
    ARRAY("include", STRING, 0),
};

FIELDS(PolicyNetworkCondition) = {
    ENUM("connection", STRINGS("ANYWHERE", "ZONE"), 0),
    ARRAY("exclude", STRING, 0),
    ARRAY("include", STRING, 0),
};

FIELDS(PolicyPeopleCondition) = {
    OBJECT("groups", GroupCondition, 0),
    OBJECT("users", UserCondition, 0),
};

FIELDS(PolicyRuleAuthContextCondition) = {
    ENUM("authType", STRINGS("ANY", "RADIUS"), 0),
};

FIELDS(PolicyRuleConditions) = {
    OBJECT("app", AppAndInstancePolicyRuleCondition, 0),
    OBJECT("apps", AppInstancePolicyRuleCondition, 0),
    OBJECT("authContext", PolicyRuleAuthContextCondition, 0),
    OBJECT("authProvider", PasswordPolicyAuthenticationProviderCondition, 0),
    OBJECT("beforeScheduledAction", BeforeScheduledActionPolicyRuleCondition,
           0),
    OBJECT("clients", ClientPolicyCondition, 0),
    OBJECT("context", ContextPolicyRuleCondition, 0),
    OBJECT("device", DevicePolicyRuleCondition, 0),
    OBJECT("grantTypes", GrantTypePolicyRuleCondition, 0),
    OBJECT("groups", GroupPolicyRuleCondition, 0),
    OBJECT("identityProvider", IdentityProviderPolicyRuleCondition, 0),
    OBJECT("mdmEnrollment", MDMEnrollmentPolicyRuleCondition, 0),
    OBJECT("network", PolicyNetworkCondition, 0),
    OBJECT("people", PolicyPeopleCondition, 0),
    OBJECT("platform", PlatformPolicyRuleCondition, 0),
    OBJECT("risk", RiskPolicyRuleCondition, 0),
    OBJECT("riskScore", RiskScorePolicyRuleCondition, 0),
    OBJECT("scopes", OAuth2ScopesMediationPolicyRuleCondition, 0),
    OBJECT("userIdentifier", UserIdentifierPolicyRuleCondition, 0),
    OBJECT("userStatus", UserStatusPolicyRuleCondition, 0),
    OBJECT("users", UserPolicyRuleCondition, 0),
};

FIELDS(PolicySubject) = {
    FIELD("filter", STRING, 0),
    ARRAY("format", STRING, 0),
    FIELD("matchAttribute", STRING, 0),
    ENUM("matchType",
         STRINGS("USERNAME", "EMAIL", "USERNAME_OR_EMAIL", "CUSTOM_ATTRIBUTE"),
         0),
    OBJECT("userNameTemplate", PolicyUserNameTemplate, 0),
};

FIELDS(PolicyUserNameTemplate) = {
    FIELD("template", STRING, 0),
};

FIELDS(Protocol) = {
    OBJECT("algorithms", ProtocolAlgorithms, 0),
    OBJECT("credentials", IdentityProviderCredentials, 0),
    OBJECT("endpoints", ProtocolEndpoints, 0),
    OBJECT("issuer", ProtocolEndpoint, 0),
    OBJECT("relayState", ProtocolRelayState, 0),
    ARRAY("scopes", STRING, 0),
    OBJECT("settings", ProtocolSettings, 0),
    ENUM("type", STRINGS("SAML2", "OIDC", "OAUTH2", "MTLS"), 0),
};

FIELDS(ProtocolAlgorithmType) = {
    OBJECT("signature", ProtocolAlgorithmTypeSignature, 0),
};

FIELDS(ProtocolAlgorithmTypeSignature) = {
    FIELD("algorithm", STRING, 0),
    ENUM("scope", STRINGS("RESPONSE", "TOKEN", "ANY", "REQUEST", "NONE"), 0),
};

FIELDS(ProtocolAlgorithms) = {
    OBJECT("request", ProtocolAlgorithmType, 0),
    OBJECT("response", ProtocolAlgorithmType, 0),
};

FIELDS(ProtocolEndpoint) = {
    ENUM("binding", STRINGS("HTTP-POST", "HTTP-REDIRECT"), 0),
    FIELD("destination", STRING, 0),
    ENUM("type", STRINGS("INSTANCE", "ORG"), 0),
    FIELD("url", STRING, 0),
};

FIELDS(ProtocolEndpoints) = {
    OBJECT("acs", ProtocolEndpoint, 0),
    OBJECT("authorization", ProtocolEndpoint, 0),
    OBJECT("jwks", ProtocolEndpoint, 0),
    OBJECT("metadata", ProtocolEndpoint, 0),
    OBJECT("slo", ProtocolEndpoint, 0),
    OBJECT("sso", ProtocolEndpoint, 0),
    OBJECT("token", ProtocolEndpoint, 0),
    OBJECT("userInfo", ProtocolEndpoint, 0),
};

FIELDS(ProtocolRelayState) = {
    ENUM("format", STRINGS("OPAQUE", "FROM_URL"), 0),
};

FIELDS(ProtocolSettings) = {
    FIELD("nameFormat", STRING, 0),
};

FIELDS(Provisioning) = {
    ENUM("action", STRINGS("AUTO", "CALLOUT", "DISABLED"), 0),
    OBJECT("conditions", ProvisioningConditions, 0),
    OBJECT("groups", ProvisioningGroups, 0),
    FIELD("profileMaster", BOOLEAN, 0),
};

FIELDS(ProvisioningConditions) = {
    OBJECT("deprovisioned", ProvisioningDeprovisionedCondition, 0),
    OBJECT("suspended", ProvisioningSuspendedCondition, 0),
};

FIELDS(ProvisioningDeprovisionedCondition) = {
    ENUM("action", STRINGS("NONE", "REACTIVATE"), 0),
};

FIELDS(ProvisioningGroups) = {
    ENUM("action", STRINGS("NONE", "APPEND", "SYNC", "ASSIGN"), 0),
    ARRAY("assignments", STRING, 0),
    ARRAY("filter", STRING, 0),
    FIELD("sourceAttributeName", STRING, 0),
};

FIELDS(ProvisioningSuspendedCondition) = {
    ENUM("action", STRINGS("NONE", "UNSUSPEND"), 0),
};

FIELDS(RecoveryQuestionCredential) = {
    FIELD("answer", STRING, WO | NUL | SECRET),
    FIELD("question", STRING, NUL),
};

FIELDS(ResetPasswordToken) = {
    FIELD("resetPasswordUrl", STRING, RO | SECRET),
};

FIELDS(ResponseLinks) = {
    MAP("_links", ANY, RO),
};

FIELDS(RiskPolicyRuleCondition) = {
    ARRAY("behaviors", STRING, 0),
};

FIELDS(RiskScorePolicyRuleCondition) = {
    FIELD("level", STRING, 0),
};

FIELDS(Role) = {
    MAP("_embedded", ANY, RO),
    MAP("_links", ANY, RO),
    ENUM("assignmentType", STRINGS("GROUP", "USER", "CLIENT"), 0),
    FIELD("created", DATETIME, RO),
    FIELD("description", STRING, 0),
    FIELD("id", STRING, RO),
    FIELD("label", STRING, RO),
    FIELD("lastUpdated", DATETIME, RO),
    FIELD("resource-set", STRING, RO | LATER),
    FIELD("role", STRING, RO | LATER),
    ENUM("status", lifecycle_statuses, RO),
    ENUM("type", role_types, 0),
};

FIELDS(ScheduledUserLifecycleAction) = {
    ENUM("status", policy_user_statuses, 0),
};

FIELDS(TempPassword) = {
    FIELD("tempPassword", STRING, RO | SECRET),
};

FIELDS(User) = {
    MAP("_embedded", ANY, RO | NUL),
    MAP("_links", ANY, RO | NUL),
    FIELD("activated", DATETIME, RO | NUL),
    FIELD("created", DATETIME, RO),
    OBJECT("credentials", UserCredentials, 0),
    FIELD("id", STRING, RO),
    FIELD("lastLogin", DATETIME, RO | NUL),
    FIELD("lastUpdated", DATETIME, RO),
    FIELD("passwordChanged", DATETIME, RO | NUL),
    OBJECT("profile", UserProfile, 0),
    FIELD("realmId", STRING, RO | LATER),
    ENUM("status", user_statuses, RO),
    FIELD("statusChanged", DATETIME, RO | NUL),
    ENUM("transitioningToStatus", user_statuses, RO | NUL),
    OBJECT("type", UserType, 0),
};

FIELDS(UserActivationToken) = {
    FIELD("activationToken", STRING, RO | SECRET),
    FIELD("activationUrl", STRING, RO | SECRET),
};

FIELDS(UserCondition) = {
    ARRAY("exclude", STRING, 0),
    ARRAY("include", STRING, 0),
};

FIELDS(UserCredentials) = {
    OBJECT_ARRAY("emails", EmailAddress, 0),
    OBJECT("password", PasswordCredential, NUL),
    OBJECT("provider", AuthenticationProvider, 0),
    OBJECT("recovery_question", RecoveryQuestionCredential, NUL),
};

FIELDS(UserIdentifierConditionEvaluatorPattern) = {
    ENUM("matchType",
         STRINGS("SUFFIX", "EXPRESSION", "STARTS_WITH", "EQUALS", "CONTAINS"),
         0),
    FIELD("value", STRING, 0),
};

FIELDS(UserIdentifierPolicyRuleCondition) = {
    FIELD("attribute", STRING, 0),
    OBJECT_ARRAY("patterns", UserIdentifierConditionEvaluatorPattern, 0),
    ENUM("type", STRINGS("IDENTIFIER", "ATTRIBUTE"), 0),
};

FIELDS(UserLifecycleAttributePolicyRuleCondition) = {
    FIELD("attributeName", STRING, 0),
    FIELD("matchingValue", STRING, 0),
};

FIELDS(UserPolicyRuleCondition) = {
    ARRAY("exclude", STRING, 0),
    OBJECT("inactivity", InactivityPolicyRuleCondition, 0),
    ARRAY("include", STRING, 0),
    OBJECT("lifecycleExpiration", LifecycleExpirationPolicyRuleCondition, 0),
    OBJECT("passwordExpiration", PasswordExpirationPolicyRuleCondition, 0),
    OBJECT("userLifecycleAttribute", UserLifecycleAttributePolicyRuleCondition,
           0),
};

FIELDS(UserProfile) = {
    FIELD("city", STRING, NUL),
    FIELD("costCenter", STRING, NUL),
    FIELD("countryCode", STRING, NUL),
    FIELD("department", STRING, NUL),
    FIELD("displayName", STRING, NUL),
    FIELD("division", STRING, NUL),
    FIELD("email", STRING, 0),
    FIELD("employeeNumber", STRING, NUL),
    FIELD("firstName", STRING, NUL),
    FIELD("honorificPrefix", STRING, NUL),
    FIELD("honorificSuffix", STRING, NUL),
    FIELD("lastName", STRING, NUL),
    FIELD("locale", STRING, 0),
    FIELD("login", STRING, 0),
    FIELD("manager", STRING, NUL),
    FIELD("managerId", STRING, NUL),
    FIELD("middleName", STRING, NUL),
    FIELD("mobilePhone", STRING, NUL),
    FIELD("nickName", STRING, NUL),
    FIELD("organization", STRING, NUL),
    FIELD("postalAddress", STRING, NUL),
    FIELD("preferredLanguage", STRING, NUL),
    FIELD("primaryPhone", STRING, NUL),
    FIELD("profileUrl", STRING, NUL),
    FIELD("secondEmail", STRING, NUL),
    FIELD("state", STRING, NUL),
    FIELD("streetAddress", STRING, NUL),
    FIELD("timezone", STRING, NUL),
    FIELD("title", STRING, NUL),
    FIELD("userType", STRING, NUL),
    FIELD("zipCode", STRING, NUL),
};

FIELDS(UserStatusPolicyRuleCondition) = {
    ENUM("value", policy_user_statuses, 0),
};

FIELDS(UserType) = {
    MAP("_links", ANY, RO),
    FIELD("created", DATETIME, RO),
    FIELD("createdBy", STRING, RO),
    FIELD("default", BOOLEAN, RO),
    FIELD("description", STRING, 0),
    FIELD("displayName", STRING, 0),
    FIELD("id", STRING, 0),
    FIELD("lastUpdated", DATETIME, RO),
    FIELD("lastUpdatedBy", STRING, RO),
    FIELD("name", STRING, 0),
};

OKTA_MODELS(DEFINE)
