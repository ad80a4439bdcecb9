{{- define "verifier.name" -}}
{{- default (ternary .Release.Name (printf "%s-verifier" .Release.Name) (contains "verifier" .Release.Name)) .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- end }}

{{- define "verifier.selector" -}}
app.kubernetes.io/name: verifier
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: service
{{- end }}

{{- define "verifier.common" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: rollout-verifier
{{- end }}

{{- define "verifier.labels" -}}
{{ include "verifier.selector" . }}
{{ include "verifier.common" . }}
{{- end }}

{{- define "verifier.metadata" -}}
name: {{ include "verifier.name" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "verifier.labels" . | nindent 2 }}
{{- end }}

{{- define "verifier.image" -}}
{{- with .Values.image -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ default $.Chart.AppVersion .tag }}{{ end -}}
{{- end -}}
{{- end }}

{{- define "verifier.serviceAccount" -}}
{{- default (ternary (include "verifier.name" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end }}

{{/* The secret of tokens; empty where nobody needs one. */}}
{{- define "verifier.tokensSecret" -}}
{{- with .Values.access -}}
{{- if .tokensSecret }}{{ .tokensSecret }}{{ else if .createToken }}{{ include "verifier.name" $ }}-tokens{{ end -}}
{{- end -}}
{{- end }}

{{/* The secret of the certificate; empty where plain text is spoken. */}}
{{- define "verifier.tlsSecret" -}}
{{- with .Values.tls -}}
{{- if .certManager.enabled }}{{ include "verifier.name" $ }}-tls{{ else }}{{ .secret }}{{ end -}}
{{- end -}}
{{- end }}

{{- define "verifier.kubeVersion" -}}
{{- default .Capabilities.KubeVersion.Version .Values.kubeVersion -}}
{{- end }}

{{/* A number as people write it: Helm reads 2147483648 as a float and would print 2.147483648e+09. */}}
{{- define "verifier.text" -}}
{{- if kindIs "float64" . }}{{ if eq . (float64 (int64 .)) }}{{ int64 . }}{{ else }}{{ . }}{{ end }}{{ else }}{{ . }}{{ end -}}
{{- end }}

{{/* A quantity of memory in MiB, rounded down. */}}
{{- define "verifier.mib" -}}
{{- $units := dict "" 1.0 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 -}}
{{- $text := include "verifier.text" . -}}
{{- $number := regexFind "^[0-9]+([.][0-9]+)?" $text -}}
{{- $unit := trimPrefix $number $text -}}
{{- if or (eq $number "") (not (hasKey $units $unit)) }}{{ fail (printf "resources.limits.memory: %s is no quantity of memory" $text) }}{{ end -}}
{{- divf (mulf (float64 $number) (get $units $unit)) 1048576.0 | floor | int64 -}}
{{- end }}
