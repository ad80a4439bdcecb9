{{/* What the container may do, by profile. */}}
{{- define "verifier.securityContext" -}}
{{- $profile := .Values.isolation.profile -}}
{{- if eq $profile "privileged" -}}
privileged: true
readOnlyRootFilesystem: true
{{- else -}}
allowPrivilegeEscalation: {{ eq $profile "sysadmin" }}
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
  add: {{ eq $profile "sysadmin" | ternary "[SETUID, SETGID, SETPCAP, SYS_ADMIN]" "[SETUID, SETGID]" }}
seccompProfile:
  type: {{ .Values.isolation.seccomp.type }}
  {{- if eq .Values.isolation.seccomp.type "Localhost" }}
  localhostProfile: {{ .Values.isolation.seccomp.localhostProfile }}
  {{- end }}
{{- if eq $profile "userns" }}
procMount: Unmasked
{{- end }}
{{- if and (ne $profile "gvisor") (include "verifier.hasAppArmorField" .) }}
appArmorProfile:
  type: Unconfined
{{- end }}
{{- end -}}
{{- end }}

{{- define "verifier.hasAppArmorField" -}}
{{- if semverCompare ">=1.30.0-0" (include "verifier.kubeVersion" .) }}yes{{ end -}}
{{- end }}

{{/* Before Kubernetes 1.30 AppArmor is an annotation. */}}
{{- define "verifier.appArmorAnnotations" -}}
{{- if and (has .Values.isolation.profile (list "userns" "sysadmin")) (not (include "verifier.hasAppArmorField" .)) -}}
container.apparmor.security.beta.kubernetes.io/verifier: unconfined
{{- if .Values.isolation.preflight }}
container.apparmor.security.beta.kubernetes.io/preflight: unconfined
{{- end }}
{{- end -}}
{{- end }}

{{/* The command line. With sysadmin: a whole /proc is mounted somewhere, since the kernel shows jails no more of
     it than their surroundings have; then everything that was needed for that is given up for good. */}}
{{- define "verifier.command" -}}
{{- if eq .root.Values.isolation.profile "sysadmin" -}}
command:
  - /bin/sh
  - -euc
  - |
    mount -t proc proc /run/proc
    exec setpriv --bounding-set=-all,+setuid,+setgid --inh-caps=-all --no-new-privs verifier {{ .verb }}
{{- else -}}
command: [verifier, {{ .verb }}]
{{- end -}}
{{- end }}

{{- define "verifier.runtimeClass" -}}
{{- default (eq .Values.isolation.profile "gvisor" | ternary "gvisor" "") .Values.runtimeClassName -}}
{{- end }}
