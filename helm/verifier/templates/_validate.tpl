{{/* What cannot work does not render, and says why. */}}
{{- define "verifier.validate" -}}
{{- include "verifier.validateIsolation" . -}}
{{- include "verifier.validateMemory" . -}}
{{- include "verifier.validateAccess" . -}}
{{- include "verifier.validateOther" . -}}
{{- end }}

{{- define "verifier.validateIsolation" -}}
{{- $profile := .Values.isolation.profile -}}
{{- $seccomp := .Values.isolation.seccomp.type -}}
{{- if and (eq $profile "userns") (semverCompare "<1.33.0-0" (include "verifier.kubeVersion" .)) -}}
{{- fail (printf "isolation.profile: userns needs Kubernetes 1.33, where user namespaces are on by default; this is %s. Use sysadmin or gvisor" (include "verifier.kubeVersion" .)) -}}
{{- end -}}
{{- if and (has $profile (list "userns" "sysadmin")) (eq $seccomp "RuntimeDefault") -}}
{{- fail (printf "isolation.seccomp.type: RuntimeDefault forbids pivot_root, which every jail needs, so no jail would start with profile %s. Use Localhost with the chart's files/seccomp.json on the nodes" $profile) -}}
{{- end -}}
{{- if and (eq $profile "gvisor") (ne $seccomp "RuntimeDefault") -}}
{{- fail "isolation.seccomp.type: gvisor filters system calls itself; use RuntimeDefault" -}}
{{- end -}}
{{- end }}

{{- define "verifier.validateMemory" -}}
{{- $jails := .Values.jails -}}
{{- $limit := (.Values.resources.limits | default dict).memory -}}
{{- if not $limit -}}
{{- fail "resources.limits.memory: has to be set; without it the jails' memory is the node's" -}}
{{- end -}}
{{- $cache := include "verifier.mib" (dig "compile_cache_bytes" 268435456 .Values.settings) -}}
{{- $service := mul .Values.processes (add $jails.serviceMiB $cache) -}}
{{- $needed := add (mul $jails.slots (add $jails.memoryMiB $jails.filesMiB)) $service .Values.tmpSizeMiB -}}
{{- $have := include "verifier.mib" $limit | int64 -}}
{{- if gt $needed $have -}}
{{- fail (printf "resources.limits.memory: %d slots of %v+%v MiB, the service's %d and /tmp's %v take %d MiB, and the limit is %d; raise it, or lower jails.slots or jails.memoryMiB" (int64 $jails.slots) $jails.memoryMiB $jails.filesMiB $service .Values.tmpSizeMiB $needed $have) -}}
{{- end -}}
{{- if lt (int64 $jails.slots) (int64 .Values.processes) -}}
{{- fail "processes: each needs a slot of its own; raise jails.slots" -}}
{{- end -}}
{{- end }}

{{- define "verifier.validateAccess" -}}
{{- $tls := include "verifier.tlsSecret" . -}}
{{- if not (or (include "verifier.tokensSecret" .) .Values.tls.clientCaSecret .Values.access.allowPublic) -}}
{{- fail "access: nobody is kept out; name access.tokensSecret or tls.clientCaSecret, set access.createToken, or say access.allowPublic" -}}
{{- end -}}
{{- if and .Values.tls.clientCaSecret (not $tls) -}}
{{- fail "tls.clientCaSecret: needs a certificate of the service: tls.secret or tls.certManager" -}}
{{- end -}}
{{- if and .Values.tls.certManager.enabled .Values.tls.secret -}}
{{- fail "tls: secret and certManager.enabled are two certificates; choose one" -}}
{{- end -}}
{{- if and .Values.tls.certManager.enabled (not .Values.tls.certManager.issuer) -}}
{{- fail "tls.certManager.issuer: has to be named" -}}
{{- end -}}
{{- if and .Values.test.enabled .Values.access.tokensSecret (not .Values.test.tokenSecret) -}}
{{- fail "test.tokenSecret: the service keeps hashes only; name a secret with a token for helm test, or set test.enabled=false" -}}
{{- end -}}
{{- if and .Values.test.enabled .Values.tls.clientCaSecret (not .Values.test.certificateSecret) -}}
{{- fail "test.certificateSecret: helm test has to show a certificate; name its secret, or set test.enabled=false" -}}
{{- end -}}
{{- end }}

{{- define "verifier.validateOther" -}}
{{- if and (not .Values.metrics.enabled) (or .Values.metrics.serviceMonitor.enabled .Values.metrics.prometheusRule.enabled (ne .Values.autoscaling.type "none")) -}}
{{- fail "metrics.enabled: ServiceMonitor, PrometheusRule and autoscaling need metrics" -}}
{{- end -}}
{{- if gt (int64 .Values.autoscaling.minReplicas) (int64 .Values.autoscaling.maxReplicas) -}}
{{- fail "autoscaling.maxReplicas: is less than autoscaling.minReplicas" -}}
{{- end -}}
{{- if ne (empty .Values.secondOpinion.url) (empty .Values.secondOpinion.model) -}}
{{- fail "secondOpinion: url and model go together" -}}
{{- end -}}
{{- end }}
