{{/* Settings of the service. Those of the values' `settings` come last; the schema keeps the two apart. */}}
{{- define "verifier.environment" -}}
{{- $settings := dict
  "listen" "0.0.0.0:50051"
  "health_listen" "0.0.0.0:50052"
  "slots" .Values.jails.slots
  "processes" .Values.processes
  "probe_seconds" .Values.probeSeconds
  "stop_grace_seconds" .Values.stop.graceSeconds
  "require_separate_uids" .Values.isolation.requireSeparateUsers
  "log_format" "json" -}}
{{- if .Values.access.allowPublic }}{{ $_ := set $settings "allow_public" true }}{{ end -}}
{{- if .Values.metrics.enabled }}{{ $_ := set $settings "metrics_listen" (printf "0.0.0.0:%v" .Values.metrics.port) }}{{ end -}}
{{- if include "verifier.tokensSecret" . }}{{ $_ := set $settings "tokens" "/etc/verifier/tokens/tokens" }}{{ end -}}
{{- if include "verifier.tlsSecret" . -}}
{{- $_ := set $settings "tls_certificate" "/etc/verifier/tls/tls.crt" -}}
{{- $_ := set $settings "tls_key" "/etc/verifier/tls/tls.key" -}}
{{- end -}}
{{- if .Values.tls.clientCaSecret }}{{ $_ := set $settings "tls_client_ca" "/etc/verifier/client-ca/ca.crt" }}{{ end -}}
{{- if .Values.secondOpinion.url -}}
{{- $_ := set $settings "second_opinion_url" .Values.secondOpinion.url -}}
{{- $_ := set $settings "second_opinion_model" .Values.secondOpinion.model -}}
{{- if .Values.secondOpinion.keySecret }}{{ $_ := set $settings "second_opinion_key_file" "/etc/verifier/opinion/key" }}{{ end -}}
{{- end -}}
{{- range $name, $value := merge (dict) .Values.settings $settings }}
- name: VERIFIER_{{ upper $name }}
  value: {{ include "verifier.text" $value | quote }}
{{- end }}
{{- end }}

{{- define "verifier.mounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if eq .Values.isolation.profile "sysadmin" }}
- {name: proc, mountPath: /run/proc}
{{- end }}
{{- range $name, $secret := fromYaml (include "verifier.secrets" .) }}
- {name: {{ $name }}, mountPath: /etc/verifier/{{ $name }}, readOnly: true}
{{- end }}
{{- end }}

{{- define "verifier.volumes" -}}
- name: tmp
  emptyDir: {medium: Memory, sizeLimit: {{ .Values.tmpSizeMiB }}Mi}
{{- if eq .Values.isolation.profile "sysadmin" }}
- name: proc
  emptyDir: {medium: Memory, sizeLimit: 1Mi}
{{- end }}
{{- range $name, $volume := fromYaml (include "verifier.secrets" .) }}
- name: {{ $name }}
  secret:
    {{- toYaml $volume | nindent 4 }}
{{- end }}
{{- end }}

{{/* Secrets that are mounted, by folder. Of tokens only the hashes: the service never sees one. */}}
{{- define "verifier.secrets" -}}
{{- with include "verifier.tokensSecret" . }}
tokens: {secretName: {{ . }}, defaultMode: 0400, items: [{key: tokens, path: tokens}]}
{{- end }}
{{- with include "verifier.tlsSecret" . }}
tls: {secretName: {{ . }}, defaultMode: 0400, items: [{key: tls.crt, path: tls.crt}, {key: tls.key, path: tls.key}]}
{{- end }}
{{- with .Values.tls.clientCaSecret }}
client-ca: {secretName: {{ . }}, defaultMode: 0400, items: [{key: ca.crt, path: ca.crt}]}
{{- end }}
{{- with .Values.secondOpinion.keySecret }}
opinion: {secretName: {{ . }}, defaultMode: 0400, items: [{key: key, path: key}]}
{{- end }}
{{- end }}
