"""The columns of further hunting tables, which a stream has when more of Defender is in use."""

from __future__ import annotations

from collections.abc import Mapping

_TEXTS = {
    "EmailAttachmentInfo": """
        Timestamp NetworkMessageId SenderFromAddress SenderDisplayName SenderObjectId RecipientEmailAddress
        RecipientObjectId FileName FileType SHA256 FileSize ThreatTypes ThreatNames DetectionMethods ReportId
        FileExtension
    """,
    "EmailPostDeliveryEvents": """
        Timestamp NetworkMessageId InternetMessageId Action ActionType ActionTrigger ActionResult
        RecipientEmailAddress DeliveryLocation ThreatTypes DetectionMethods ReportId SenderFromAddress
        EmailDirection
    """,
    "UrlClickEvents": """
        Timestamp Url ActionType AccountUpn Workload NetworkMessageId ThreatTypes DetectionMethods IPAddress
        IsClickedThrough UrlChain ReportId AppName AppVersion SourceId
    """,
    "MessageEvents": """
        Timestamp LastEditedTime TeamsMessageId SenderEmailAddress SenderDisplayName SenderObjectId SenderType
        RecipientDetails IsOwnedThread MessageId ParentMessageId GroupId GroupName ThreadId ThreadName
        ThreadType ThreadSubType IsExternalThread MessageType MessageSubtype MessageVersion Subject ThreatTypes
        DetectionMethods ConfidenceLevel DeliveryAction DeliveryLocation ReportId SafetyTip
    """,
    "MessageUrlInfo": """
        Timestamp TeamsMessageId Url UrlDomain ReportId
    """,
    "MessagePostDeliveryEvents": """
        Timestamp TeamsMessageId Action ActionType ActionTrigger ActionResult SenderEmailAddress
        RecipientDetails ThreatTypes ConfidenceLevel DetectionMethods LatestDeliveryLocation ReportId
        IsExternalThread SafetyTip
    """,
    "IdentityQueryEvents": """
        Timestamp ActionType Application QueryType QueryTarget Query Protocol AccountName AccountDomain
        AccountUpn AccountSid AccountObjectId AccountDisplayName DeviceName IPAddress Port DestinationDeviceName
        DestinationIPAddress DestinationPort TargetDeviceName TargetAccountUpn TargetAccountDisplayName Location
        ReportId AdditionalFields
    """,
    "IdentityDirectoryEvents": """
        Timestamp ActionType Application TargetAccountUpn TargetAccountDisplayName TargetDeviceName
        DestinationDeviceName DestinationIPAddress DestinationPort Protocol AccountName AccountDomain AccountUpn
        AccountSid AccountObjectId AccountDisplayName DeviceName IPAddress Port Location ISP ReportId
        AdditionalFields
    """,
    "IdentityInfo": """
        Timestamp ReportId AccountObjectId AccountUpn OnPremSid AccountDisplayName AccountName AccountDomain
        Type DistinguishedName CloudSid GivenName Surname Department JobTitle EmailAddress SipProxyAddress
        Address City Country IsAccountEnabled Manager Phone CreatedDateTime SourceProvider ChangeSource Tags
        AssignedRoles TenantId SourceSystem IdentityId BlastRadius CompanyName DeletedDateTime EmployeeId
        OtherMailAddresses RiskLevel RiskLevelDetails State UserAccountControl SourceProviders
        IdentityEnvironment CriticalityLevel OnPremObjectId PrivilegedEntraPimRoles TenantMembershipType
        RiskStatus GroupMembership
    """,
    "CloudAppEvents": """
        Timestamp ActionType Application ApplicationId AccountObjectId AccountId AccountDisplayName
        IsAdminOperation DeviceType OSPlatform IPAddress IsAnonymousProxy CountryCode City ISP UserAgent
        ActivityType ActivityObjects ObjectName ObjectType ObjectId ReportId AccountType IsExternalUser
        IsImpersonated IPTags IPCategory UserAgentTags RawEventData AdditionalFields LastSeenForUser
        UncommonForUser AuditSource SessionData OAuthAppId AppInstanceId
    """,
    "BehaviorInfo": """
        Timestamp BehaviorId ActionType Description Categories AttackTechniques ServiceSource DetectionSource
        DataSources DeviceId AccountUpn AccountObjectId StartTime EndTime AdditionalFields
    """,
    "BehaviorEntities": """
        Timestamp BehaviorId ActionType Categories ServiceSource DetectionSource DataSources EntityType
        EntityRole DetailedEntityRole FileName FolderPath SHA1 SHA256 FileSize ThreatFamily RemoteIP RemoteUrl
        AccountName AccountDomain AccountSid AccountObjectId AccountUpn DeviceId DeviceName LocalIP
        NetworkMessageId EmailSubject EmailClusterId Application ApplicationId OAuthApplicationId
        ProcessCommandLine RegistryKey RegistryValueName RegistryValueData AdditionalFields
    """,
    "CloudAuditEvents": """
        Timestamp ReportId DataSource ActionType OperationName ResourceId IPAddress IsAnonymousProxy CountryCode
        City Isp UserAgent RawEventData AdditionalFields
    """,
    "CloudProcessEvents": """
        Timestamp AzureResourceId AwsResourceName GcpFullResourceName ContainerImageName KubernetesNamespace
        KubernetesPodName KubernetesResource ContainerName ContainerId ActionType FileName FolderPath ProcessId
        ProcessName ParentProcessName ParentProcessId ProcessCommandLine ProcessCreationTime
        ProcessCurrentWorkingDirectory AccountName LogonId InitiatingProcessId AdditionalFields
    """,
    "CloudDnsEvents": """
        Timestamp ReportId ActionType AzureResourceId AwsResourceName GcpFullResourceName KubernetesResource
        KubernetesNamespace KubernetesPodName ContainerName ContainerId ImageName ProcessName ProcessId
        DnsEventType DnsEventSubType DnsQuery DnsQueryTypeName DnsResponseCodeName DnsNetworkDuration
        TransactionIdHex ImageDigest Region HostName AdditionalFields
    """,
    "CloudStorageAggregatedEvents": """
        DataAggregationStartTime DataAggregationEndTime DataSource SubscriptionId ResourceGroup StorageAccount
        StorageContainer StorageFileShare ServiceType IpAddress UserAgentHeader OperationNamesList
        AuthenticationType AccountObjectId AccountTenantId AccountApplicationId AccountUpn AccountType
        OperationsCount SuccessfulOperationsCount FailedOperationsCount FirstEventTimestamp LastEventTimestamp
        TotalResponseLength SuccessfulReadOperations DistinctGetOperations AnonymousSuccessfulOperations
        HasAnonymousResourceNotFoundFailures CountryName CityName ProvinceName ClientSystemServiceName
        ClientCloudPlatformName IsTorExitNode IsKnownSuspiciousIp IsPrivateIp SuspiciousUserAgentName
        AzureResourceId Location Timestamp ReportId ActionType AdditionalFields HashReputationMd5List
    """,
    "EntraIdSignInEvents": """
        Timestamp Application ApplicationId LogonType ErrorCode CorrelationId SessionId AccountDisplayName
        AccountObjectId AccountUpn IsExternalUser IsGuestUser AlternateSignInName LastPasswordChangeTimestamp
        ResourceDisplayName ResourceId ResourceTenantId DeviceName EntraIdDeviceId OSPlatform DeviceTrustType
        IsManaged IsCompliant AuthenticationProcessingDetails AuthenticationRequirement TokenIssuerType
        RiskLevelAggregated RiskDetails RiskState UserAgent ClientAppUsed Browser ConditionalAccessPolicies
        ConditionalAccessStatus IPAddress Country State City Latitude Longitude NetworkLocationDetails RequestId
        ReportId EndpointCall IsThroughGlobalSecureAccess UniqueTokenId
    """,
    "DeviceTvmSoftwareVulnerabilities": """
        DeviceId DeviceName OSPlatform OSVersion OSArchitecture SoftwareVendor SoftwareName SoftwareVersion
        CveId VulnerabilitySeverityLevel RecommendedSecurityUpdate RecommendedSecurityUpdateId CveTags
        CveMitigationStatus
    """,
}

FURTHER: Mapping[str, tuple[str, ...]] = {table: tuple(text.split()) for table, text in _TEXTS.items()}
"""By table."""
