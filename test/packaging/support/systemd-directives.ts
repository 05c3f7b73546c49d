/** The directives of each section of a unit that systemd 252's manual pages document: Debian 12's version, the oldest of note. */
export const directives: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    Unit: `
      After AllowIsolate AssertACPower AssertArchitecture AssertCPUFeature AssertCPUPressure AssertCPUs
      AssertCapability AssertControlGroupController AssertCredential AssertDirectoryNotEmpty AssertEnvironment
      AssertFileIsExecutable AssertFileNotEmpty AssertFirstBoot AssertGroup AssertHost AssertIOPressure
      AssertKernelCommandLine AssertKernelVersion AssertMemory AssertMemoryPressure AssertNeedsUpdate AssertOSRelease
      AssertPathExists AssertPathExistsGlob AssertPathIsDirectory AssertPathIsEncrypted AssertPathIsMountPoint
      AssertPathIsReadWrite AssertPathIsSymbolicLink AssertSecurity AssertUser AssertVirtualization Before BindsTo
      CollectMode ConditionACPower ConditionCPUFeature ConditionCPUPressure ConditionCPUs ConditionCapability
      ConditionControlGroupController ConditionCredential ConditionDirectoryNotEmpty ConditionEnvironment
      ConditionFileIsExecutable ConditionFileNotEmpty ConditionFirmware ConditionFirstBoot ConditionGroup
      ConditionHost ConditionIOPressure ConditionKernelCommandLine ConditionKernelVersion ConditionMemory
      ConditionMemoryPressure ConditionNeedsUpdate ConditionOSRelease ConditionPathExists ConditionPathExistsGlob
      ConditionPathIsDirectory ConditionPathIsEncrypted ConditionPathIsMountPoint ConditionPathIsReadWrite
      ConditionPathIsSymbolicLink ConditionSecurity ConditionUser ConditionVirtualization Conflicts
      DefaultDependencies Description Documentation FailureAction FailureActionExitStatus IgnoreOnIsolate
      JobRunningTimeoutSec JobTimeoutAction JobTimeoutRebootArgument JobTimeoutSec JoinsNamespaceOf OnFailure
      OnFailureJobMode OnSuccess OnSuccessJobMode PartOf PropagatesReloadTo PropagatesStopTo RebootArgument
      RefuseManualStart RefuseManualStop ReloadPropagatedFrom Requires RequiresMountsFor Requisite SourcePath
      StartLimitAction StartLimitBurst StartLimitIntervalSec StopPropagatedFrom StopWhenUnneeded SuccessAction
      SuccessActionExitStatus Upholds Wants`,
    Service: `
      AllowedCPUs AllowedMemoryNodes AmbientCapabilities AppArmorProfile BPFProgram BindPaths BindReadOnlyPaths
      BusName CPUAffinity CPUQuota CPUQuotaPeriodSec CPUSchedulingPolicy CPUSchedulingPriority
      CPUSchedulingResetOnFork CPUWeight CacheDirectory CacheDirectoryMode CapabilityBoundingSet
      ConfigurationDirectory ConfigurationDirectoryMode CoredumpFilter Delegate DeviceAllow DevicePolicy
      DisableControllers DynamicUser Environment EnvironmentFile ExecCondition ExecPaths ExecReload ExecStart
      ExecStartPost ExecStartPre ExecStop ExecStopPost ExitType ExtensionDirectories ExtensionImages
      FileDescriptorStoreMax FinalKillSignal Group GuessMainPID IOAccounting IODeviceLatencyTargetSec IODeviceWeight
      IOReadBandwidthMax IOReadIOPSMax IOSchedulingClass IOSchedulingPriority IOWeight IOWriteBandwidthMax
      IOWriteIOPSMax IPAccounting IPAddressAllow IPAddressDeny IPCNamespacePath IPEgressFilterPath IPIngressFilterPath
      IgnoreSIGPIPE InaccessiblePaths KeyringMode KillMode KillSignal LimitAS LimitCORE LimitCPU LimitDATA LimitFSIZE
      LimitLOCKS LimitMEMLOCK LimitMSGQUEUE LimitNICE LimitNOFILE LimitNPROC LimitRSS LimitRTPRIO LimitRTTIME
      LimitSIGPENDING LimitSTACK LoadCredential LoadCredentialEncrypted LockPersonality LogExtraFields LogLevelMax
      LogNamespace LogRateLimitBurst LogRateLimitIntervalSec LogsDirectory LogsDirectoryMode ManagedOOMMemoryPressure
      ManagedOOMMemoryPressureLimit ManagedOOMPreference ManagedOOMSwap MemoryAccounting MemoryDenyWriteExecute
      MemoryHigh MemoryLow MemoryMax MemoryMin MemorySwapMax MountAPIVFS MountFlags MountImages NUMAMask NUMAPolicy
      NetworkNamespacePath Nice NoExecPaths NoNewPrivileges NonBlocking NotifyAccess OOMPolicy OOMScoreAdjust PAMName
      PIDFile PassEnvironment Personality PrivateDevices PrivateIPC PrivateMounts PrivateNetwork PrivateTmp
      PrivateUsers ProcSubset ProtectClock ProtectControlGroups ProtectHome ProtectHostname ProtectKernelLogs
      ProtectKernelModules ProtectKernelTunables ProtectProc ProtectSystem ReadOnlyPaths ReadWritePaths
      RemainAfterExit RemoveIPC Restart RestartForceExitStatus RestartKillSignal RestartPreventExitStatus RestartSec
      RestrictAddressFamilies RestrictFileSystems RestrictNamespaces RestrictNetworkInterfaces RestrictRealtime
      RestrictSUIDSGID RootDirectory RootDirectoryStartOnly RootHash RootHashSignature RootImage RootImageOptions
      RootVerity RuntimeDirectory RuntimeDirectoryMode RuntimeDirectoryPreserve RuntimeMaxSec
      RuntimeRandomizedExtraSec SecureBits SendSIGHUP SendSIGKILL SetCredential SetCredentialEncrypted Slice
      SmackProcessLabel SocketBindAllow SocketBindDeny Sockets StandardError StandardInput StandardInputData
      StandardInputText StandardOutput StartupAllowedCPUs StartupAllowedMemoryNodes StartupCPUWeight StartupIOWeight
      StateDirectory StateDirectoryMode SuccessExitStatus SupplementaryGroups SyslogFacility SyslogIdentifier
      SyslogLevel SyslogLevelPrefix SystemCallArchitectures SystemCallErrorNumber SystemCallFilter SystemCallLog
      TTYColumns TTYPath TTYReset TTYRows TTYVHangup TTYVTDisallocate TasksAccounting TasksMax TemporaryFileSystem
      TimeoutAbortSec TimeoutCleanSec TimeoutSec TimeoutStartFailureMode TimeoutStartSec TimeoutStopFailureMode
      TimeoutStopSec TimerSlackNSec Type UMask USBFunctionDescriptors USBFunctionStrings UnsetEnvironment User
      UtmpIdentifier UtmpMode WatchdogSec WatchdogSignal WorkingDirectory`,
    Install: `
      Alias Also DefaultInstance RequiredBy WantedBy`,
  }).map(([section, names]) => [section, new Set(names.trim().split(/\s+/))]),
);
