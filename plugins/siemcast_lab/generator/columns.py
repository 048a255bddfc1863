"""The columns of hunting tables in the order of the stream (facts of Microsoft's reference and of live rows)."""

from __future__ import annotations

from collections.abc import Mapping

_ACTING = """
InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5 InitiatingProcessFileName InitiatingProcessFileSize
InitiatingProcessVersionInfoCompanyName InitiatingProcessVersionInfoProductName
InitiatingProcessVersionInfoProductVersion InitiatingProcessVersionInfoInternalFileName
InitiatingProcessVersionInfoOriginalFileName InitiatingProcessVersionInfoFileDescription InitiatingProcessId
InitiatingProcessCommandLine InitiatingProcessCreationTime InitiatingProcessFolderPath InitiatingProcessParentFileName
InitiatingProcessParentId InitiatingProcessParentCreationTime InitiatingProcessAccountDomain
InitiatingProcessAccountName InitiatingProcessAccountSid InitiatingProcessAccountUpn InitiatingProcessAccountObjectId
InitiatingProcessIntegrityLevel InitiatingProcessTokenElevation InitiatingProcessSessionId
IsInitiatingProcessRemoteSession InitiatingProcessRemoteSessionDeviceName InitiatingProcessRemoteSessionIP
InitiatingProcessUniqueId
"""

"""The process that acted, as nearly every device table tells of it."""

_TEXTS = {
    "DeviceProcessEvents": """
        Timestamp DeviceId DeviceName ActionType FileName FolderPath SHA1 SHA256 MD5 FileSize
        ProcessVersionInfoCompanyName ProcessVersionInfoProductName ProcessVersionInfoProductVersion
        ProcessVersionInfoInternalFileName ProcessVersionInfoOriginalFileName ProcessVersionInfoFileDescription
        ProcessId ProcessCommandLine ProcessIntegrityLevel ProcessTokenElevation ProcessCreationTime AccountDomain
        AccountName AccountSid AccountUpn AccountObjectId LogonId InitiatingProcessLogonId InitiatingProcessSignerType
        InitiatingProcessSignatureStatus ReportId AppGuardContainerId AdditionalFields CreatedProcessSessionId
        IsProcessRemoteSession ProcessRemoteSessionDeviceName ProcessRemoteSessionIP ProcessUniqueId MachineGroup
    """
    + _ACTING,
    "DeviceNetworkEvents": """
        Timestamp DeviceId DeviceName ActionType RemoteIP RemotePort RemoteUrl LocalIP LocalPort Protocol LocalIPType
        RemoteIPType ReportId AppGuardContainerId AdditionalFields MachineGroup
    """
    + _ACTING,
    "DeviceFileEvents": """
        Timestamp DeviceId DeviceName ActionType FileName FolderPath SHA1 SHA256 MD5 FileOriginUrl
        FileOriginReferrerUrl FileOriginIP PreviousFolderPath PreviousFileName FileSize RequestProtocol
        RequestSourceIP RequestSourcePort RequestAccountName RequestAccountDomain RequestAccountSid ShareName
        SensitivityLabel SensitivitySubLabel IsAzureInfoProtectionApplied ReportId AppGuardContainerId
        AdditionalFields MachineGroup
    """
    + _ACTING,
    "DeviceRegistryEvents": """
        Timestamp DeviceId DeviceName ActionType RegistryKey RegistryValueType RegistryValueName RegistryValueData
        PreviousRegistryKey PreviousRegistryValueName PreviousRegistryValueData InitiatingProcessAccountDomain
        InitiatingProcessAccountName InitiatingProcessAccountSid InitiatingProcessAccountUpn
        InitiatingProcessAccountObjectId InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5
        InitiatingProcessFileName InitiatingProcessFileSize InitiatingProcessVersionInfoCompanyName
        InitiatingProcessVersionInfoProductName InitiatingProcessVersionInfoProductVersion
        InitiatingProcessVersionInfoInternalFileName InitiatingProcessVersionInfoOriginalFileName
        InitiatingProcessVersionInfoFileDescription InitiatingProcessId InitiatingProcessCommandLine
        InitiatingProcessCreationTime InitiatingProcessFolderPath InitiatingProcessParentId
        InitiatingProcessParentFileName InitiatingProcessParentCreationTime InitiatingProcessIntegrityLevel
        InitiatingProcessTokenElevation ReportId AppGuardContainerId InitiatingProcessSessionId
        IsInitiatingProcessRemoteSession InitiatingProcessRemoteSessionDeviceName InitiatingProcessRemoteSessionIP
        MachineGroup
    """,
    "DeviceLogonEvents": """
        Timestamp DeviceId DeviceName ActionType LogonType AccountDomain AccountName AccountSid Protocol FailureReason
        IsLocalAdmin LogonId RemoteDeviceName RemoteIP RemoteIPType RemotePort ReportId AppGuardContainerId
        AdditionalFields MachineGroup
    """
    + _ACTING,
    "DeviceImageLoadEvents": """
        Timestamp DeviceId DeviceName ActionType FileName FolderPath SHA1 SHA256 MD5 FileSize ReportId
        AppGuardContainerId MachineGroup
    """
    + _ACTING,
    "DeviceEvents": """
        Timestamp DeviceId DeviceName ActionType FileName FolderPath SHA1 SHA256 MD5 FileSize AccountDomain
        AccountName AccountSid RemoteUrl RemoteDeviceName ProcessId ProcessCommandLine ProcessCreationTime
        ProcessTokenElevation LogonId RegistryKey RegistryValueName RegistryValueData RemoteIP RemotePort LocalIP
        LocalPort FileOriginUrl FileOriginIP InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5
        InitiatingProcessFileName InitiatingProcessFileSize InitiatingProcessFolderPath InitiatingProcessId
        InitiatingProcessCommandLine InitiatingProcessCreationTime InitiatingProcessAccountDomain
        InitiatingProcessAccountName InitiatingProcessAccountSid InitiatingProcessAccountUpn
        InitiatingProcessAccountObjectId InitiatingProcessVersionInfoCompanyName
        InitiatingProcessVersionInfoProductName InitiatingProcessVersionInfoProductVersion
        InitiatingProcessVersionInfoInternalFileName InitiatingProcessVersionInfoOriginalFileName
        InitiatingProcessVersionInfoFileDescription InitiatingProcessParentId InitiatingProcessParentFileName
        InitiatingProcessParentCreationTime InitiatingProcessLogonId ReportId AppGuardContainerId AdditionalFields
        InitiatingProcessSessionId IsInitiatingProcessRemoteSession InitiatingProcessRemoteSessionDeviceName
        InitiatingProcessRemoteSessionIP CreatedProcessSessionId IsProcessRemoteSession ProcessRemoteSessionDeviceName
        ProcessRemoteSessionIP InitiatingProcessUniqueId MachineGroup
    """,
    "DeviceInfo": """
        Timestamp DeviceId DeviceName ClientVersion PublicIP OSArchitecture OSPlatform OSBuild IsAzureADJoined
        JoinType AadDeviceId LoggedOnUsers RegistryDeviceTag OSVersion MachineGroup ReportId OnboardingStatus
        AdditionalFields DeviceCategory DeviceType DeviceSubtype Model Vendor OSDistribution OSVersionInfo
        MergedDeviceIds MergedToDeviceId IsInternetFacing SensorHealthState IsExcluded ExclusionReason ExposureLevel
        AssetValue DeviceManualTags DeviceDynamicTags ConnectivityType HostDeviceId AzureResourceId AwsResourceName
        GcpFullResourceName MitigationStatus HardwareUuid AzureVmId AzureVmSubscriptionId CloudPlatforms IsTransient
        OsBuildRevision
    """,
    "DeviceNetworkInfo": """
        Timestamp DeviceId DeviceName NetworkAdapterName MacAddress NetworkAdapterType NetworkAdapterStatus TunnelType
        ConnectedNetworks DnsAddresses IPv4Dhcp IPv6Dhcp DefaultGateways IPAddresses ReportId NetworkAdapterVendor
        MachineGroup
    """,
    "DeviceFileCertificateInfo": """
        Timestamp DeviceId DeviceName SHA1 IsSigned SignatureType Signer SignerHash Issuer IssuerHash
        CertificateSerialNumber CrlDistributionPointUrls CertificateCreationTime CertificateExpirationTime
        CertificateCountersignatureTime IsTrusted IsRootSignerMicrosoft ReportId MachineGroup
    """,
    "AlertInfo": """
        Timestamp AlertId Title Category Severity ServiceSource DetectionSource AttackTechniques MachineGroup
    """,
    "AlertEvidence": """
        Timestamp AlertId Title Categories AttackTechniques ServiceSource DetectionSource EntityType EvidenceRole
        EvidenceDirection FileName FolderPath SHA1 SHA256 FileSize ThreatFamily RemoteIP RemoteUrl AccountName
        AccountDomain AccountSid AccountObjectId AccountUpn DeviceId DeviceName LocalIP NetworkMessageId EmailSubject
        Application ApplicationId OAuthApplicationId ProcessCommandLine RegistryKey RegistryValueName
        RegistryValueData AdditionalFields Severity CloudResource CloudPlatform ResourceType ResourceID SubscriptionId
        MachineGroup
    """,
    "EmailEvents": """
        Timestamp NetworkMessageId InternetMessageId SenderMailFromAddress SenderFromAddress SenderDisplayName
        SenderObjectId SenderMailFromDomain SenderFromDomain SenderIPv4 SenderIPv6 RecipientEmailAddress
        RecipientObjectId Subject EmailClusterId EmailDirection DeliveryAction DeliveryLocation ThreatTypes
        ThreatNames DetectionMethods ConfidenceLevel BulkComplaintLevel EmailAction EmailActionPolicy
        EmailActionPolicyGuid AuthenticationDetails AttachmentCount UrlCount EmailLanguage Connectors OrgLevelAction
        OrgLevelPolicy UserLevelAction UserLevelPolicy ReportId AdditionalFields LatestDeliveryLocation
        LatestDeliveryAction ExchangeTransportRule DistributionList ForwardingInformation Context To Cc
        ThreatClassification RecipientDomain EmailSize IsFirstContact
    """,
    "EmailUrlInfo": """
        Timestamp NetworkMessageId Url UrlDomain UrlLocation ReportId UrlChainId UrlChainPosition
    """,
    "IdentityLogonEvents": """
        Timestamp ActionType Application LogonType Protocol FailureReason AccountName AccountDomain AccountUpn
        AccountSid AccountObjectId AccountDisplayName DeviceName DeviceType OSPlatform IPAddress Port
        DestinationDeviceName DestinationIPAddress DestinationPort TargetDeviceName TargetAccountDisplayName Location
        ISP ReportId AdditionalFields UncommonForUser LastSeenForUser
    """,
}

COLUMNS: Mapping[str, tuple[str, ...]] = {table: tuple(text.split()) for table, text in _TEXTS.items()}
"""By table."""
