/* Okta's models, by name; the fields are in okta_models.c. */
#ifndef ROSTER_OKTA_MODELS_H
#define ROSTER_OKTA_MODELS_H

#define MODEL_NAME(name) roster_okta_##name

#include "rows.h"

#define OKTA_MODELS(X)                                                         \
  X(AppAndInstanceConditionEvaluatorAppOrInstance, CLOSED)                     \
  X(AppAndInstancePolicyRuleCondition, CLOSED)                                 \
  X(AppInstancePolicyRuleCondition, CLOSED)                                    \
  X(AppLink, CLOSED)                                                           \
  X(AssignRoleRequest, CLOSED)                                                 \
  X(AuthenticationProvider, CLOSED)                                            \
  X(BeforeScheduledActionPolicyRuleCondition, CLOSED)                          \
  X(CatalogApplication, CLOSED)                                                \
  X(ChangePasswordRequest, CLOSED)                                             \
  X(ClientPolicyCondition, CLOSED)                                             \
  X(ContextPolicyRuleCondition, CLOSED)                                        \
  X(CreateUserRequest, CLOSED)                                                 \
  X(DevicePolicyRuleCondition, CLOSED)                                         \
  X(DevicePolicyRuleConditionPlatform, CLOSED)                                 \
  X(Duration, CLOSED)                                                          \
  X(EmailAddress, CLOSED)                                                      \
  X(ForgotPasswordResponse, CLOSED)                                            \
  X(GrantTypePolicyRuleCondition, CLOSED)                                      \
  X(Group, CLOSED)                                                             \
  X(GroupCondition, CLOSED)                                                    \
  X(GroupPolicyRuleCondition, CLOSED)                                          \
  X(GroupProfile, OPEN)                                                        \
  X(IdentityProvider, CLOSED)                                                  \
  X(IdentityProviderCredentials, CLOSED)                                       \
  X(IdentityProviderCredentialsClient, CLOSED)                                 \
  X(IdentityProviderCredentialsSigning, CLOSED)                                \
  X(IdentityProviderCredentialsTrust, CLOSED)                                  \
  X(IdentityProviderPolicy, CLOSED)                                            \
  X(IdentityProviderPolicyRuleCondition, CLOSED)                               \
  X(InactivityPolicyRuleCondition, CLOSED)                                     \
  X(LifecycleExpirationPolicyRuleCondition, CLOSED)                            \
  X(MDMEnrollmentPolicyRuleCondition, CLOSED)                                  \
  X(OAuth2Actor, CLOSED)                                                       \
  X(OAuth2Client, CLOSED)                                                      \
  X(OAuth2RefreshToken, CLOSED)                                                \
  X(OAuth2ScopeConsentGrant, CLOSED)                                           \
  X(OAuth2ScopesMediationPolicyRuleCondition, CLOSED)                          \
  X(PasswordCredential, CLOSED)                                                \
  X(PasswordCredentialHash, CLOSED)                                            \
  X(PasswordCredentialHook, CLOSED)                                            \
  X(PasswordExpirationPolicyRuleCondition, CLOSED)                             \
  X(PasswordPolicyAuthenticationProviderCondition, CLOSED)                     \
  X(PlatformConditionEvaluatorPlatform, CLOSED)                                \
  X(PlatformConditionEvaluatorPlatformOperatingSystem, CLOSED)                 \
  X(PlatformConditionEvaluatorPlatformOperatingSystemVersion, CLOSED)          \
  X(PlatformPolicyRuleCondition, CLOSED)                                       \
  X(Policy, CLOSED)                                                            \
  X(PolicyAccountLink, CLOSED)                                                 \
  X(PolicyAccountLinkFilter, CLOSED)                                           \
  X(PolicyAccountLinkFilterGroups, CLOSED)                                     \
  X(PolicyNetworkCondition, CLOSED)                                            \
  X(PolicyPeopleCondition, CLOSED)                                             \
  X(PolicyRuleAuthContextCondition, CLOSED)                                    \
  X(PolicyRuleConditions, CLOSED)                                              \
  X(PolicySubject, CLOSED)                                                     \
  X(PolicyUserNameTemplate, CLOSED)                                            \
  X(Protocol, CLOSED)                                                          \
  X(ProtocolAlgorithmType, CLOSED)                                             \
  X(ProtocolAlgorithmTypeSignature, CLOSED)                                    \
  X(ProtocolAlgorithms, CLOSED)                                                \
  X(ProtocolEndpoint, CLOSED)                                                  \
  X(ProtocolEndpoints, CLOSED)                                                 \
  X(ProtocolRelayState, CLOSED)                                                \
  X(ProtocolSettings, CLOSED)                                                  \
  X(Provisioning, CLOSED)                                                      \
  X(ProvisioningConditions, CLOSED)                                            \
  X(ProvisioningDeprovisionedCondition, CLOSED)                                \
  X(ProvisioningGroups, CLOSED)                                                \
  X(ProvisioningSuspendedCondition, CLOSED)                                    \
  X(RecoveryQuestionCredential, CLOSED)                                        \
  X(ResetPasswordToken, CLOSED)                                                \
  X(ResponseLinks, OPEN)                                                       \
  X(RiskPolicyRuleCondition, CLOSED)                                           \
  X(RiskScorePolicyRuleCondition, CLOSED)                                      \
  X(Role, CLOSED)                                                              \
  X(ScheduledUserLifecycleAction, CLOSED)                                      \
  X(TempPassword, CLOSED)                                                      \
  X(User, CLOSED)                                                              \
  X(UserActivationToken, CLOSED)                                               \
  X(UserCondition, CLOSED)                                                     \
  X(UserCredentials, CLOSED)                                                   \
  X(UserIdentifierConditionEvaluatorPattern, CLOSED)                           \
  X(UserIdentifierPolicyRuleCondition, CLOSED)                                 \
  X(UserLifecycleAttributePolicyRuleCondition, CLOSED)                         \
  X(UserPolicyRuleCondition, CLOSED)                                           \
  X(UserProfile, OPEN)                                                         \
  X(UserStatusPolicyRuleCondition, CLOSED)                                     \
  X(UserType, CLOSED)

OKTA_MODELS(DECLARE)

#endif
